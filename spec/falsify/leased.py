"""The start command of a leased shop: `python -m spec.falsify.leased SOCKET FAULT COMMAND [--set NAME=VALUE …]`.

Takes the place of the supervisor in a profile, and speaks the control protocol as it does; the pool at the socket
(spec/falsify/shop_pool.py) has the shop. Where the pool keeps none of this kind, the process becomes the supervisor
that COMMAND, one word, starts, with the same fault and options. It imports the standard library alone, so that a lease
costs next to nothing.
"""

from __future__ import annotations

import json
import os
import shlex
import socket
import sys
import threading
from collections.abc import Sequence
from typing import IO, NoReturn

NO_FAULT = "-"


def main(arguments: Sequence[str]) -> int:
    """Lease a shop and pass lines on until standard input ends; or become a supervisor."""
    address, fault, command, *options = arguments
    settings = read_settings(options)
    if settings is None:
        return become_a_supervisor(command, fault, options)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as pool:
        pool.connect(address)
        stream = pool.makefile("rw")
        stream.write(json.dumps({"fault": fault, "settings": settings}) + "\n")
        stream.flush()
        first = stream.readline()
        reason = json.loads(first).get("own") if first else "the pool is gone"
        if reason is None:
            return _relay(first, stream)
    sys.stderr.write(f"[leased] a start of its own: {reason}\n")
    sys.stderr.flush()
    return become_a_supervisor(command, fault, options)


def become_a_supervisor(command: str, fault: str, options: Sequence[str]) -> NoReturn:
    """Start the shop as a run without a pool would."""
    words = shlex.split(command)
    if fault != NO_FAULT:
        words += ["--application", "spec.falsify.faulty_wsgi:application", "--set", f"SHOPSPEC_FAULT={fault}"]
    os.execv(words[0], [*words, *options])  # noqa: S606 - words of falsify's own


def read_settings(options: Sequence[str]) -> dict[str, str] | None:
    """Return the settings that the options make; None where there are other options."""
    if len(options) % 2 or any(option != "--set" for option in options[::2]):
        return None
    return {name: value for name, _, value in (setting.partition("=") for setting in options[1::2])}


def _relay(first: str, pool: IO[str]) -> int:
    sys.stdout.write(first)
    sys.stdout.flush()
    threading.Thread(target=_pass_on_answers, args=(pool,), daemon=True).start()
    for line in sys.stdin:
        pool.write(line)
        pool.flush()
    return 0


def _pass_on_answers(pool: IO[str]) -> None:
    for line in pool:
        sys.stdout.write(line)
        sys.stdout.flush()
    # The pool has let go of the shop; standard input would be waited for in the main thread.
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
