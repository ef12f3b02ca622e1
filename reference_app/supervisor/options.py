"""The command line, and what follows from it: the address that is held and the environment of the application."""

import argparse
import hashlib
import json
import os
import re
import secrets
import socket
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from reference_app.supervisor.supervisor_errors import StartupError

REFERENCE_APPLICATION = "reference_app.wsgi:application"
VARIABLE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
APPLICATION = re.compile(r"[\w.]+:[\w.]+")
MODULE = re.compile(r"[\w.]+")
FEWEST_WORKERS = 2
"""Several, so that it shows when one worker keeps something to itself."""
WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - where a wildcard is reached, not what is bound
PASSED_ON = frozenset(
    {"PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "PYTHONPATH", "VIRTUAL_ENV", "TZ"}
)
SECRET_BYTES = 48


@dataclass(frozen=True)
class Options:
    """The choices of the command line."""

    application: str
    host: str
    port: int
    products: int
    workers: int
    bare: bool
    """Without the shop's tables, products and staff account: for an application that brings what it needs."""
    fresh: bool
    """Make tables and products again, even where a prepared copy of the database exists."""
    restorable: bool
    """Keep a copy of the content beside it, to which the command ``restore`` goes back in a moment."""
    preload: str | None
    """A module that the application server imports before its workers begin."""
    changes: dict[str, str]
    removed: tuple[str, ...]
    """Variables that the application is not to have at all."""


def parse_options(arguments: Sequence[str] | None = None) -> Options:
    """Read the command line; ends the process with code 2 and a usage line when it is wrong."""
    parser = argparse.ArgumentParser(
        prog="python -m reference_app.supervisor",
        description="Run the reference shop with its database, its two Redis and its application server, "
        "until standard input ends.",
    )
    parser.add_argument("--application", type=_application, default=REFERENCE_APPLICATION, metavar="MODULE:ATTRIBUTE")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=_port, default=0, help="0, the default: a free one")
    parser.add_argument("--products", type=_count, default=1000, help="how many products to seed")
    parser.add_argument("--workers", type=_count, default=max(FEWEST_WORKERS, os.cpu_count() or 1))
    parser.add_argument("--bare", action="store_true", help="no tables, no products, no staff account")
    parser.add_argument("--fresh", action="store_true", help="make tables and products again, use no prepared copy")
    parser.add_argument("--restorable", action="store_true", help="keep a copy of the content for `restore`")
    parser.add_argument("--preload", type=_module, metavar="MODULE", help="imported once, before the workers begin")
    parser.add_argument(
        "--set",
        type=_variable,
        action="append",
        default=[],
        dest="changes",
        metavar="NAME=VALUE",
        help="a variable in the application's environment; may be repeated",
    )
    parser.add_argument(
        "--unset",
        type=_name,
        action="append",
        default=[],
        dest="removed",
        metavar="NAME",
        help="a variable that the application's environment is not to have; may be repeated",
    )
    found = vars(parser.parse_args(arguments))
    if found["restorable"] and found["bare"]:
        parser.error("--restorable is for the shop's content, and --bare has none")
    return Options(**{**found, "changes": dict(found["changes"]), "removed": tuple(found["removed"])})


def _application(text: str) -> str:
    if not APPLICATION.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form MODULE:ATTRIBUTE")
    return text


def _module(text: str) -> str:
    if not MODULE.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no name of a module")
    return text


def _name(text: str) -> str:
    if not VARIABLE_NAME.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no name of a variable")
    return text


def _variable(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (equals and VARIABLE_NAME.fullmatch(name)):
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form NAME=VALUE")
    return name, value


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port (0 to 65535)")
    return int(text)


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no number above 0")
    return int(text)


@dataclass(frozen=True)
class HeldAddress:
    """Host and port of the application, both settled, and held for as long as the supervisor lives.

    The port must stay the same over restarts of the application, also a free one that was drawn. So the supervisor
    keeps a socket bound to it that never listens: no other process is given the port, and while the application is down
    a client is refused, as it would be on a machine of its own.
    """

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
        """The shop's address without a path."""
        return f"https://{self.url_host}:{self.port}"

    @property
    def bind(self) -> str:
        """The address as gunicorn reads it."""
        return f"{_bracketed(self.host)}:{self.port}"


def hold_address(host: str, port: int) -> HeldAddress:
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
        return HeldAddress(host, settled_port, holder=None)
    return HeldAddress(host, settled_port, holder=holder)


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


@dataclass(frozen=True)
class ShopEnvironment:
    """Variables of the application and of its management commands, in four layers; a later one wins.

    They are made for the run, not inherited: a variable that happens to be set where the supervisor is started must not
    decide what is judged.
    """

    inherited: Mapping[str, str]
    """Needed by any program on this machine."""
    private: Mapping[str, str]
    """Secrets, addresses and paths of this run; they say nothing about how the shop is set up."""
    declared: Mapping[str, str]
    """The set-up of the shop as shipped."""
    changes: Mapping[str, str] = field(default_factory=dict)
    """Given with ``--set`` or by the command ``reconfigure``."""
    removed: frozenset[str] = frozenset()
    """Given with ``--unset``."""

    def variables(self) -> dict[str, str]:
        """Return all of them, for a child process."""
        shipped = {**self.inherited, **self.private, **self.declared}
        return {**{name: value for name, value in shipped.items() if name not in self.removed}, **self.changes}

    def with_changes(self, changes: Mapping[str, str | None]) -> "ShopEnvironment":
        """Put these changes on top of the earlier ones; None takes an earlier change back."""
        merged: dict[str, str | None] = {**self.changes, **changes}
        return replace(self, changes={name: value for name, value in merged.items() if value is not None})

    def as_shipped(self) -> "ShopEnvironment":
        """Take every change back."""
        return replace(self, changes={}, removed=frozenset())

    def settings_sha256(self, application: str) -> str:
        """Digest how the shop is set up; the same in each run that sets it up the same way."""
        settings: dict[str, str | None] = {**self.declared, **dict.fromkeys(self.removed), **self.changes}
        settings["application"] = application
        return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()


def passed_on(variables: Mapping[str, str]) -> dict[str, str]:
    """Pick from the supervisor's own variables those that children need."""
    return {name: value for name, value in variables.items() if name in PASSED_ON}


def make_secret() -> str:
    """Draw a secret for one run; longer than the 32 bytes that the keys of the shop must have."""
    return secrets.token_urlsafe(SECRET_BYTES)
