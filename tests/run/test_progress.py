"""Lines that a person at a terminal sees while checks run."""

from __future__ import annotations

import os
import pty
import re
import subprocess
from pathlib import Path

from tests.support.small_run import PROJECT, write_specification
from tests.support.tiny_shop import TinyShop

CHECKS = """
from spec.checking.outcomes import Outcome, Undecided
from spec.checking.examination import verifies

@verifies("FLOW-001")
def test_a_customer_reads_the_own_account_and_this_is_a_rather_long_name_for_that(target, examine):
    me = target.customer().do(target.verbs.whoami())
    examine.that(me.worked, Outcome.WRONG_STATUS, "x", saw=me)

@verifies("RATE-001")
def test_too_little(target, examine):
    target.visitor().do(target.verbs.liveness())
    raise Undecided("only 3 of 10")

@verifies("RATE-002")
def test_wrong(target, examine):
    target.visitor().do(target.verbs.liveness())
    examine.that(False, Outcome.WRONG_CONTENT, "one", saw=None, observed="two")
"""
FINISHED = [
    "[  1/3] ✓ pass         FLOW-001 a customer reads the own account and this is a rather long name for that (T s)",
    "[  2/3] ≈ inconclusive RATE-001 too little (T s)",
    "            only 3 of 10",
    "[  3/3] ✗ fail         RATE-002 wrong (T s)",
    "            WRONG_CONTENT: expected one",
    "            observed two",
]


def told(folder: Path, *, columns: int | None, no_color: str = "1") -> str:
    """Return what a run writes to a pipe, or to a terminal of so many columns."""
    with TinyShop() as shop:
        specification = write_specification(
            folder, CHECKS, ["FLOW-001", "RATE-001", "RATE-002"], base_url=shop.base_url
        )
        if columns is None:
            return specification.run("--no-report").stdout
        ours, theirs = pty.openpty()
        environment = {
            **os.environ, "COLUMNS": str(columns), "NO_COLOR": no_color, "TERM": "xterm",
            "PYTHONDONTWRITEBYTECODE": "1",
        }  # fmt: skip
        process = subprocess.Popen(
            specification.command("--no-report"), cwd=PROJECT, stdout=theirs, stderr=theirs, env=environment
        )
        os.close(theirs)
        read = bytearray()
        while chunk := _read(ours):
            read += chunk
        os.close(ours)
        process.wait(60)
        return read.decode()


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 4096)
    except OSError:  # the terminal's other end is closed
        return b""


def lines_of(text: str) -> list[str]:
    """The lines about checks, without what differs from run to run."""
    shown = [re.sub(r"\(\d+\.\d s\)$", "(T s)", line.rstrip("\r")) for line in text.split("\n")]
    return [line for line in shown if line.startswith(("[  ", "      "))]


def test_through_a_pipe_each_check_is_a_line_without_a_control_character(tmp_path: Path) -> None:
    text = told(tmp_path, columns=None)
    assert lines_of(text) == FINISHED
    assert "\x1b" not in text
    assert "\r" not in text


def test_a_terminal_shows_what_runs_now_in_one_line_and_takes_it_back(tmp_path: Path) -> None:
    text = told(tmp_path, columns=60)
    assert "\x1b[2K[  1/3] … FLOW-001 a customer reads the own account and thi\r" in text
    assert lines_of(text.replace("\r\x1b[2K", "\n")) == [
        "[  1/3] … FLOW-001 a customer reads the own account and thi", *FINISHED[:1],
        "[  2/3] … RATE-001 too little", *FINISHED[1:3],
        "[  3/3] … RATE-002 wrong", *FINISHED[3:],
    ]  # fmt: skip
    assert "\x1b[3" not in text


def test_a_terminal_that_wants_colours_shows_verdicts_in_those_of_the_reports(tmp_path: Path) -> None:
    text = told(tmp_path, columns=60, no_color="")
    painted = re.findall(r"(\x1b\[[0-9;]*m)([^\x1b]+)\x1b\[0m", text)
    # After them comes pytest's own last line.
    assert painted[:3] == [
        ("\x1b[32m", "✓ pass        "),
        ("\x1b[33m", "≈ inconclusive"),
        ("\x1b[31m", "✗ fail        "),
    ]
