"""Print one line a check on the terminal while a run goes on."""

from __future__ import annotations

import shutil
import sys
from textwrap import shorten
from typing import Final, Protocol

import pytest

from reports.verdicts import Verdict
from spec.checking.check_record import CheckIdentity, CheckRecord

MOST_SHOWN: Final = 600
"""Characters of what was observed, or of a reason, that the terminal shows."""


class _Terminal(Protocol):
    @property
    def hasmarkup(self) -> bool: ...
    def write(self, text: str, *, flush: bool = False) -> None: ...
    def write_line(self, text: str) -> None: ...


class ProgressLines:
    """Write through pytest's terminal, which knows about colours, pipes and widths."""

    def __init__(self, config: pytest.Config, total: int) -> None:
        self._terminal: _Terminal | None = config.pluginmanager.get_plugin("terminalreporter")
        self._total = total
        self._count = 0
        self._live = sys.stdout.isatty()

    def started(self, check: CheckIdentity) -> None:
        """Show which check runs now, on a terminal that can take it back."""
        if self._terminal and self._live:
            text = f"[{self._count + 1:>3}/{self._total}] … {check.requirement} {check.title}"
            # A line that wraps could not be taken back.
            width = max(shutil.get_terminal_size().columns - 1, 1)
            self._terminal.write(f"\r\x1b[2K{text[:width]}", flush=True)

    def finished(self, record: CheckRecord) -> None:
        """Show the check's verdict, and for anything but a pass the reason."""
        self._count += 1
        if self._terminal is None:
            return
        if self._live:
            self._terminal.write("\r\x1b[2K")
        result = record.result
        verdict = result.verdict
        self._terminal.write(f"[{self._count:>3}/{self._total}] ")
        label = f"{verdict.icon} {verdict.value:<12}"
        self._terminal.write(verdict.paint(label) if self._terminal.hasmarkup else label)
        self._terminal.write_line(f" {record.requirement} {result.title} ({result.seconds:.1f} s)")
        if verdict is Verdict.FAIL:
            self._terminal.write_line(f"            {result.outcome_code}: expected {result.expected}")
            self._terminal.write_line(f"            observed {_shown(result.observed)}")
        if verdict is not Verdict.PASS and result.reason:
            self._terminal.write_line(f"            {_shown(result.reason)}")


def _shown(text: str) -> str:
    """Cut a text for the terminal, between words; the report has the whole of it."""
    return shorten(text, MOST_SHOWN, placeholder=" … (the report has more)")
