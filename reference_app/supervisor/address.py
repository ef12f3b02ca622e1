"""The address that the application listens on, held for as long as the supervisor lives.

The port must stay the same over restarts of the application, also a free one that was drawn. So the supervisor keeps a
socket bound to it that never listens: nobody else is given the port, and while the application is down a client is
refused, as it would be on a machine of its own.
"""

import socket
import sys
from dataclasses import dataclass

from reference_app.supervisor.failures import StartupError

WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - where a wildcard is reached, not what is bound


@dataclass(frozen=True)
class Address:
    """Host and port, both settled."""

    host: str
    port: int
    holder: socket.socket | None
    """The bound socket; None where a second bind would not be allowed beside it (only Linux allows it)."""

    @property
    def reachable_host(self) -> str:
        """The host that a client on this machine connects to."""
        return WILDCARDS.get(self.host, self.host)

    @property
    def url_host(self) -> str:
        """The same as it stands in a URL and in a Host header."""
        return _bracketed(self.reachable_host)

    @property
    def base_url(self) -> str:
        """Where the shop is, without a path."""
        return f"https://{self.url_host}:{self.port}"

    @property
    def bind(self) -> str:
        """As gunicorn reads it."""
        return f"{_bracketed(self.host)}:{self.port}"


def hold_address(host: str, port: int) -> Address:
    """Bind ``host`` and ``port`` (0: a free one); raises ``StartupError`` when that is not possible."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    holder = socket.socket(family, socket.SOCK_STREAM)
    # Both gunicorn and this socket have SO_REUSEADDR and only one of them listens: then Linux lets both bind.
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        holder.bind((host, port))
    except OSError as error:
        holder.close()
        raise StartupError(f"cannot listen on {_bracketed(host)}:{port}: {error.strerror or error}") from error
    settled_port: int = holder.getsockname()[1]
    if sys.platform != "linux":
        holder.close()
        return Address(host, settled_port, holder=None)
    return Address(host, settled_port, holder=holder)


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
