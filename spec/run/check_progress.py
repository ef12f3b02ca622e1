"""One line a check on the terminal while a run goes on."""

from __future__ import annotations

import shutil
import sys
from typing import Final, Protocol

import pytest

from reports.verdicts import Verdict
from spec.checking.judging import Judgement
from spec.run.collection import CheckItem

_COLOURS: Final = {
    Verdict.PASS: "green",
    Verdict.FAIL: "red",
    Verdict.ERROR: "red",
    Verdict.INCONCLUSIVE: "yellow",
    Verdict.NOT_TESTED: "yellow",
    Verdict.WAIVED: "yellow",
    Verdict.NOT_APPLICABLE: "cyan",
}


class _Terminal(Protocol):
    def write(self, text: str, *, flush: bool = False, **markup: bool) -> None: ...
    def write_line(self, text: str, **markup: bool) -> None: ...


class ProgressLines:
    """Writes through pytest's terminal, which knows about colours, pipes and widths."""

    def __init__(self, config: pytest.Config, total: int) -> None:
        self._terminal: _Terminal | None = config.pluginmanager.get_plugin("terminalreporter")
        self._total = total
        self._count = 0
        self._live = sys.stdout.isatty()

    def started(self, check: CheckItem) -> None:
        """Show what runs now, on a terminal that can take it back."""
        if self._terminal and self._live:
            text = f"[{self._count + 1:>3}/{self._total}] … {check.requirement} {check.title}"
            # A line that wraps could not be taken back.
            width = max(shutil.get_terminal_size().columns - 1, 1)
            self._terminal.write(f"\r\x1b[2K{text[:width]}", flush=True)

    def finished(self, check: CheckItem, judgement: Judgement, seconds: float) -> None:
        """Show its verdict, and for anything but a pass the reason."""
        self._count += 1
        if self._terminal is None:
            return
        if self._live:
            self._terminal.write("\r\x1b[2K")
        verdict = judgement.verdict
        self._terminal.write(f"[{self._count:>3}/{self._total}] ")
        self._terminal.write(f"{verdict.icon} {verdict.value:<12}", **{_COLOURS[verdict]: True})
        self._terminal.write_line(f" {check.requirement} {check.title} ({seconds:.1f} s)")
        if verdict is Verdict.FAIL:
            self._terminal.write_line(f"            {judgement.outcome}: expected {judgement.expected}")
            self._terminal.write_line(f"            observed {judgement.observed[:300]}")
        elif verdict is not Verdict.PASS and judgement.reason:
            self._terminal.write_line(f"            {judgement.reason[:300]}")
