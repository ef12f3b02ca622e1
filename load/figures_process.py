"""Compute figures in a process of its own: `python -m load.figures_process` reads samples and answers with figures.

The generator must not pause while its figures are computed: it would be late, and the load would have a hole. So the
samples go to a second process of the lowest priority, which takes nothing from the target that anybody else wants.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import IO, Final

from gevent import subprocess

from load.encoding import decode_judgement, encode_judgement
from load.load_figures import Judgement, Window, judge
from load.load_plan import Limits
from load.samples import Sample, pack_all, unpack_all

_LOWEST_PRIORITY: Final = 19


class JudgingError(Exception):
    """The process that computes figures did not answer; the message holds what it said."""


def judge_apart(samples: list[Sample], window: Window, limits: Limits, operations: tuple[str | None, ...]) -> Judgement:
    """The same as `figures.judge`, computed elsewhere; only the calling greenlet waits."""
    head = {"window": asdict(window), "limits": asdict(limits), "operations": operations}
    with subprocess.Popen(
        [sys.executable, "-m", "load.figures_process"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=Path(__file__).parent.parent,
    ) as process:
        try:
            out, err = process.communicate(json.dumps(head).encode() + b"\n" + pack_all(samples))
        finally:
            if process.poll() is None:
                process.kill()
        if process.returncode:
            raise JudgingError(f"the figures could not be computed: {err.decode(errors='replace').strip()}")
    return decode_judgement(json.loads(out))


def main(source: IO[bytes], sink: IO[str]) -> None:
    """Read a line of JSON and records of samples, write the judgement as JSON."""
    head = json.loads(source.readline())
    judgement = judge(
        list(unpack_all(source.read())), Window(**head["window"]), Limits(**head["limits"]), head["operations"]
    )
    json.dump(encode_judgement(judgement), sink)


if __name__ == "__main__":
    os.setpriority(os.PRIO_PROCESS, 0, _LOWEST_PRIORITY)
    main(sys.stdin.buffer, sys.stdout)
