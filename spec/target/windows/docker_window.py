"""Window on a container engine of this machine, through docker's own client."""

from __future__ import annotations

import os
import socket
from functools import cache
from typing import TYPE_CHECKING, Final

from reports.strict_model import StrictModel
from spec.catalogue import Need
from spec.target.windows import WindowUnusable
from spec.target.windows.window import Window, WindowContext

if TYPE_CHECKING:
    import docker

UNIX: Final = "unix://"
LOCAL: Final = f"{UNIX}/var/run/docker.sock"
PING_SECONDS: Final = 10
ANSWER_SECONDS: Final = 600
"""Building an image takes as long as it takes."""


class DockerOptions(StrictModel):
    """The container engine: that of the environment (`DOCKER_HOST`, `DOCKER_CERT_PATH`), else the local socket."""


class DockerWindow:
    """Holds the client of an engine that has answered."""

    def __init__(self, client: docker.DockerClient) -> None:
        self.client = client

    def close(self) -> None:
        """Close the connections."""
        self.client.close()


@cache
def why_no_engine(options: DockerOptions) -> str | None:
    """Say why no engine can be used from here; None where one answers."""
    import docker  # noqa: PLC0415 - takes a while, and few runs look through this window
    from docker.errors import DockerException  # noqa: PLC0415

    del options
    try:
        _knock(os.environ.get("DOCKER_HOST") or LOCAL)
        client = docker.from_env(timeout=PING_SECONDS)
    except (DockerException, OSError) as error:
        return f"no container engine answers on this machine ({_innermost(error)})"
    try:
        client.ping()
    except (DockerException, OSError) as error:
        return f"no container engine answers on this machine ({_innermost(error)})"
    finally:
        client.close()
    return None


def _knock(host: str) -> None:
    """Connect to a local engine once and hang up: docker's client leaves a socket open where that fails."""
    if host.startswith(UNIX):
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(PING_SECONDS)
            line.connect(host.removeprefix(UNIX))


def _innermost(error: BaseException) -> str:
    """Name the cause at the bottom: the layers above it only repeat it at length."""
    while (inner := error.__cause__ or error.__context__) is not None:
        error = inner
    return getattr(error, "strerror", None) or str(error).splitlines()[0]


def open_docker(options: DockerOptions, context: WindowContext) -> DockerWindow:
    """Open the window. Raises WindowUnusable where no engine answers."""
    import docker  # noqa: PLC0415 - see above

    del context
    if reason := why_no_engine(options):
        raise WindowUnusable(reason)
    return DockerWindow(docker.from_env(timeout=ANSWER_SECONDS))


DOCKER = Window(
    name="docker",
    shows="images and containers",
    need=Need.DOCKER,
    options=DockerOptions,
    open=open_docker,
    absent=why_no_engine,
)
