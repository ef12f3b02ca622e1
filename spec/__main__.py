"""`python -m spec COMMAND`: the one entry point. Each command reads its own arguments and returns its exit code."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Final

COMMANDS: Final = {
    "run": ("spec.run.run_command", "examine a target and judge it"),
    "serve": ("spec.run.serve_command", "start the target of a profile and keep it up"),
    "falsify": ("spec.falsify.falsify_command", "show that each check can fail"),
    "profile": ("spec.target.profile.profile_command", "check a profile, or write their reference"),
    "catalogue": ("spec.catalogue.catalogue_command", "check and list the requirements"),
}
"""Name → module with a `main(arguments)`, and what it does. Imported only when asked for: each brings its libraries."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Hand the arguments over to the named command. Exit code 2 for an unknown one."""
    parser = argparse.ArgumentParser(
        prog="python -m spec", description="An executable specification of a shop backend.", add_help=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="\n".join(f"  {name:<11}{what}" for name, (_, what) in COMMANDS.items())
        + "\n\n`python -m spec COMMAND --help` tells a command's arguments.",
    )  # fmt: skip
    parser.add_argument("command", choices=COMMANDS, metavar="COMMAND")
    words = list(sys.argv[1:] if arguments is None else arguments)
    if not words or words[0] in {"-h", "--help"}:
        parser.print_help()
        return 0 if words else 2
    given = parser.parse_args(words[:1])
    command: Callable[[Sequence[str]], int] = import_module(COMMANDS[given.command][0]).main
    try:
        return command(words[1:])
    except BrokenPipeError:
        # A reader such as head has seen enough. What is still buffered goes nowhere, in silence.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


if __name__ == "__main__":
    sys.exit(main())
