"""`python -m load run PLAN.json --out DIR`: put load on a target and write down what happened.

Exit codes: 0 the load ran as planned (the manifest holds what it says about the target) · 2 wrong use, plan or
adapter · 4 the target could not be prepared · 70 the generator failed or was late, so nothing is known about the
target · 130 interrupted.

`python -m load schemas DIR` writes the JSON Schemas of plan and manifest.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from load.load_plan import LoadPlan, read_plan
from load.manifest import MANIFEST, LoadEnd, LoadManifest
from reports.exit_codes import ExitCode
from reports.strict_model import InvalidContent, StrictModel

_EXIT_CODES: Final = {
    LoadEnd.COMPLETE: ExitCode.MET,
    LoadEnd.UNPREPARED: ExitCode.UNREACHABLE,
    LoadEnd.ADAPTER_BROKE: ExitCode.WRONG_USE,
    LoadEnd.INVALID: ExitCode.HARNESS_ERROR,
    LoadEnd.LATE: ExitCode.HARNESS_ERROR,
    LoadEnd.INTERRUPTED: ExitCode.INTERRUPTED,
}
_SCHEMAS: Final[Mapping[str, type[StrictModel]]] = {
    "load-plan.schema.json": LoadPlan,
    "load-manifest.schema.json": LoadManifest,
}


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m load", description="Put load on a shop backend.")
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="run a plan", description="Run a plan and record every request.")
    run.add_argument("plan", type=Path, metavar="PLAN.json", help="what to send where, and what it is judged by")
    run.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder for manifest.json and samples.bin")
    schemas = commands.add_parser("schemas", help="write the JSON Schemas of plan and manifest")
    schemas.add_argument("out", type=Path, metavar="DIR", help="folder to write them to")
    given = parser.parse_args(arguments)
    try:
        return _write_schemas(given.out) if given.command == "schemas" else _run(given.plan, given.out)
    except (InvalidContent, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return ExitCode.WRONG_USE
    except KeyboardInterrupt:
        # Before the engine listens for it: nothing was sent, and nothing is written.
        return ExitCode.INTERRUPTED


def _run(file: Path, out: Path) -> ExitCode:
    plan = read_plan(file)
    if (out / MANIFEST).exists():
        raise FileExistsError(f"The folder {out} already holds a load; name another.")
    out.mkdir(parents=True, exist_ok=True)
    # Only now, and before anything that opens a socket: locust replaces the standard library's sockets and locks.
    importlib.import_module("locust")
    ended: LoadEnd = importlib.import_module("load.plan_run").run_plan(plan, out)
    return _EXIT_CODES[ended]


def _write_schemas(out: Path) -> ExitCode:
    out.mkdir(parents=True, exist_ok=True)
    for name, model in _SCHEMAS.items():
        schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **model.model_json_schema()}
        (out / name).write_text(json.dumps(schema, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return ExitCode.MET


if __name__ == "__main__":
    sys.exit(main())
