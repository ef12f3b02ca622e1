"""The command line."""

import argparse
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass

from reference_app.supervisor.application import REFERENCE_APPLICATION

VARIABLE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
APPLICATION = re.compile(r"[\w.]+:[\w.]+")
FEWEST_WORKERS = 2
"""Several, so that whatever one worker keeps to itself shows."""


@dataclass(frozen=True)
class Options:
    """What to start."""

    application: str
    host: str
    port: int
    products: int
    workers: int
    bare: bool
    """Without the shop's tables, products and staff account: for an application that brings what it needs."""
    fresh: bool
    """Make tables and products anew, even where a prepared copy of the database exists."""
    changes: dict[str, str]


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
    parser.add_argument("--fresh", action="store_true", help="make tables and products anew, use no prepared copy")
    parser.add_argument(
        "--set",
        type=_variable,
        action="append",
        default=[],
        dest="changes",
        metavar="NAME=VALUE",
        help="a variable in the application's environment; may be repeated",
    )
    found = parser.parse_args(arguments)
    return Options(
        application=found.application,
        host=found.host,
        port=found.port,
        products=found.products,
        workers=found.workers,
        bare=found.bare,
        fresh=found.fresh,
        changes=dict(found.changes),
    )


def _application(text: str) -> str:
    if not APPLICATION.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form MODULE:ATTRIBUTE")
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
