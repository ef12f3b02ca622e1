"""Examine the reference shop again and again, each time with a new seed: `python -m tests.targets.repetitions`.

Each run's seed, exit code and red requirements are appended to a file as one line of JSON, so that the series can be
interrupted and continued. The untouched shop has to be met every time: anything else is a false red.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from reports.results import read_results
from reports.verdicts import Verdict

PROJECT: Final = Path(__file__).resolve().parents[2]
GREEN: Final = frozenset({Verdict.PASS, Verdict.NOT_APPLICABLE})


@dataclass(frozen=True, slots=True)
class Repetition:
    """One run of a series: the options it was made with, and what came of it."""

    options: str
    busy: int
    seed: int
    exit_code: int
    red: list[str]
    seconds: float


def main(arguments: Sequence[str]) -> int:
    """Run what is left of the series, and return 0 when every run of it was met."""
    given, options = _parser().parse_known_args(arguments)
    words = " ".join(options)
    done = [one for one in read(given.record) if (one.options, one.busy) == (words, given.busy)]
    with busy_machine(given.busy):
        for number in range(len(done) + 1, given.count + 1):
            one = repeat(options, given.busy)
            done.append(one)
            with given.record.open("a", encoding="utf-8") as record:
                record.write(json.dumps(asdict(one)) + "\n")
            verdict = "met" if not one.red else f"red: {', '.join(one.red)}"
            sys.stdout.write(f"[{number}/{given.count}] seed {one.seed}, {one.seconds:.0f} s: {verdict}\n")
            sys.stdout.flush()
    red = [one for one in done if one.red or one.exit_code]
    sys.stdout.write(f"{len(done)} runs with {words or 'no options'}: {len(red)} not met\n")
    return 1 if red else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.targets.repetitions",
        description="Run the gate on the untouched reference shop many times. Other options are those of a run.",
        allow_abbrev=False,
    )
    parser.add_argument("--count", type=int, default=20, metavar="N", help="runs in the series (default 20)")
    parser.add_argument(
        "--busy", type=int, default=0, metavar="N", help="processes that keep the machine busy beside it"
    )
    parser.add_argument("--record", type=Path, required=True, metavar="FILE", help="file to which each run is appended")
    return parser


def read(record: Path) -> list[Repetition]:
    """Read the runs that a file holds; none where there is no file yet."""
    if not record.is_file():
        return []
    return [Repetition(**json.loads(line)) for line in record.read_text(encoding="utf-8").splitlines()]


def repeat(options: Sequence[str], busy: int) -> Repetition:
    """Make one run, in a process of its own and with a new seed."""
    seed = secrets.randbits(32)
    with tempfile.TemporaryDirectory(prefix="shopspec-repetition-") as folder:
        command = [sys.executable, "-m", "spec", "run", "--seed", str(seed), "--no-report", "--runs", folder, *options]
        done = subprocess.run(
            command, cwd=PROJECT, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        found = sorted(Path(folder).glob("*/results.json"))
        if not found:
            return Repetition(" ".join(options), busy, seed, done.returncode, [done.stdout[-300:]], 0.0)
        results = read_results(found[0])
        red = [
            f"{one.id} {one.verdict}: {one.reason or _observed(one.checks)}"
            for one in results.requirements
            if one.in_scope and one.verdict not in GREEN
        ]
        seconds = (results.run.finished - results.run.started).total_seconds()
        return Repetition(" ".join(options), busy, seed, done.returncode, red, round(seconds, 1))


def _observed(checks: Sequence[object]) -> str:
    return "; ".join(str(getattr(one, "observed", "")) for one in checks if getattr(one, "observed", ""))[:300]


@contextmanager
def busy_machine(processes: int) -> Iterator[None]:
    """Keep so many processes busy for the length of a block."""
    spin = [sys.executable, "-c", "while True: sum(range(10000))"]
    running = [subprocess.Popen(spin, env=os.environ) for _ in range(processes)]
    try:
        yield
    finally:
        for process in running:
            process.kill()
            process.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
