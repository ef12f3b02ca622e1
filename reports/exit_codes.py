"""Exit codes of every command: their meaning, their order of precedence, and the one for each end of a run."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from reports.results import Ended

if TYPE_CHECKING:
    from collections.abc import Iterable


class ExitCode(IntEnum):
    """Answer of a command. The values are part of the interface and never change their meaning."""

    MET = 0
    FAILED = 1
    WRONG_USE = 2
    UNDECIDED = 3
    UNREACHABLE = 4
    TAMPERED = 5
    NO_REPORT = 6
    HARNESS_ERROR = 70
    INTERRUPTED = 130

    @property
    def meaning(self) -> str:
        """One sentence for the report and for `--help`."""
        return _MEANINGS[self]


_MEANINGS = {
    ExitCode.MET: "Every MUST in scope is met, waived or not applicable, and something was examined.",
    ExitCode.FAILED: "A MUST in scope failed.",
    ExitCode.WRONG_USE: "Wrong use, or a wrong profile, adapter, catalogue or waiver file.",
    ExitCode.UNDECIDED: "Nothing failed, but a MUST in scope is inconclusive or not tested, or nothing was examined.",
    ExitCode.UNREACHABLE: "The target could not be reached.",
    ExitCode.TAMPERED: "The results are not what the run wrote.",
    ExitCode.NO_REPORT: "The report was not written, or is of other results.",
    ExitCode.HARNESS_ERROR: "The harness broke.",
    ExitCode.INTERRUPTED: "The run was interrupted.",
}

_ENDINGS = {
    Ended.COMPLETE: ExitCode.MET,
    Ended.INTERRUPTED: ExitCode.INTERRUPTED,
    Ended.UNREACHABLE: ExitCode.UNREACHABLE,
    Ended.ADAPTER_BROKE: ExitCode.WRONG_USE,
    Ended.HARNESS_ERROR: ExitCode.HARNESS_ERROR,
}

PRECEDENCE = (
    ExitCode.WRONG_USE,
    ExitCode.UNREACHABLE,
    ExitCode.TAMPERED,
    ExitCode.FAILED,
    ExitCode.HARNESS_ERROR,
    ExitCode.INTERRUPTED,
    ExitCode.NO_REPORT,
    ExitCode.UNDECIDED,
    ExitCode.MET,
)
"""The first that applies is the answer."""


def code_of_end(ended: Ended) -> ExitCode:
    """Return the exit code for how a run ended, as long as nothing is said of what it found."""
    return _ENDINGS[ended]


def choose(codes: Iterable[ExitCode]) -> ExitCode:
    """Return the first of `codes` in the order of precedence; of none, `MET`."""
    return min(codes, key=PRECEDENCE.index, default=ExitCode.MET)
