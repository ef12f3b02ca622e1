"""A page for the terminal: 80 columns, colour where it is wanted, and no control character of a stranger's."""

from __future__ import annotations

import os
import textwrap
from typing import TYPE_CHECKING, Final, TextIO

from reports.text import one_line, visible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reports.verdicts import Verdict

WIDTH: Final = 80

_LABEL_WIDTH: Final = 11


def wants_colour(stream: TextIO) -> bool:
    """Say whether to colour what goes to `stream`: a terminal that can, and NO_COLOR (no-color.org) not set."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


class Page:
    """Collects lines. Every text that it is given is shown on lines of its own making, control characters included."""

    def __init__(self, *, colour: bool) -> None:
        self._colour = colour
        self._lines: list[str] = []

    def headline(self, verdict: Verdict, text: str) -> None:
        """Add the verdict on the run."""
        first, *rest = self._wrap(text, indent="  ")
        self._lines.append(self._paint(f"{verdict.icon} {first.strip()}", verdict, bold=True))
        self._lines += [self._paint(line, verdict, bold=True) for line in rest]

    def paragraph(self, text: str) -> None:
        """Add a sentence or two below the headline."""
        self._lines += self._wrap(text, indent="  ")

    def counts(self, counts: Mapping[Verdict, int]) -> None:
        """Add the seven counts, in two lines; what there is none of stays uncoloured."""
        cells = [(verdict, f"{verdict.icon} {count} {verdict.value}".ljust(19)) for verdict, count in counts.items()]
        painted = [self._paint(cell, verdict) if counts[verdict] else cell for verdict, cell in cells]
        self._lines += ["", "  " + "".join(painted[:4]).rstrip(), "  " + "".join(painted[4:]).rstrip()]

    def finding(self, verdict: Verdict, label: str, text: str) -> None:
        """Add a requirement with its statement."""
        lines = textwrap.wrap(one_line(text, 160), WIDTH - 2 - len(label) - 2) or [""]
        self._lines += ["", f"{self._paint(f'{verdict.icon} {label}', verdict, bold=True)}  {lines[0]}"]
        self._lines += self._wrap(" ".join(lines[1:]), indent="    ")

    def field(self, label: str, text: str) -> None:
        """Add a label and what it stands for."""
        hanging = " " * (4 + _LABEL_WIDTH)
        first, *rest = self._wrap(text, indent=hanging) or [hanging]
        self._lines += [f"    {label.ljust(_LABEL_WIDTH)}{first.strip()}", *rest]

    def path(self, label: str, path: str) -> None:
        """Add a label and a path, unbroken so that it can be copied."""
        self._lines.append(f"    {label.ljust(_LABEL_WIDTH)}{visible(path)}")

    def heading(self, text: str) -> None:
        """Add a line that opens a part, with an empty one before it."""
        self._lines += ["", one_line(text, WIDTH)]

    def text(self) -> str:
        """Return the page, with a line break at its end."""
        return "\n".join(self._lines) + "\n"

    def _wrap(self, text: str, indent: str) -> list[str]:
        return textwrap.wrap(one_line(text, 600), WIDTH, initial_indent=indent, subsequent_indent=indent)

    def _paint(self, text: str, verdict: Verdict, *, bold: bool = False) -> str:
        return verdict.paint(text, bold=bold) if self._colour else text
