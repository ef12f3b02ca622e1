"""`python -m load run PLAN.json --out DIR`: put load on a target and write down what happened.

Exit codes: 0 the load ran as planned (what it says about the target stands in the manifest) · 2 wrong use or plan ·
4 the target could not be prepared · 70 the generator failed, so nothing is known about the target · 130 interrupted.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from pathlib import Path
from typing import Final

from load.load_plan import read_plan
from load.strict import InputError

_EXIT_CODES: Final = {"complete": 0, "unprepared": 4, "invalid": 70, "interrupted": 130}


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m load", description="Put load on a shop backend.")
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="run a plan", description="Run a plan and record every request.")
    run.add_argument("plan", type=Path, metavar="PLAN.json", help="what to send where, and what it is judged by")
    run.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder for manifest.json and samples.bin")
    given = parser.parse_args(arguments)
    try:
        plan = read_plan(given.plan)
        if (given.out / "manifest.json").exists():
            raise InputError(f"The folder {given.out} already holds a load; name another.")
        given.out.mkdir(parents=True, exist_ok=True)
        # Only now, and before anything that opens a socket: locust replaces the standard library's sockets and locks.
        importlib.import_module("locust")
        ended = importlib.import_module("load.session").run_plan(plan, given.out)
    except (InputError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except KeyboardInterrupt:
        # Before the engine listens for it: nothing was sent, and nothing is written.
        return _EXIT_CODES["interrupted"]
    return _EXIT_CODES[ended]


if __name__ == "__main__":
    sys.exit(main())
