"""The closed algebra of verdicts: seven values, one order, one operation.

The order is `error > fail > inconclusive > not tested > waived > pass > not applicable`, worst first. A whole has the
verdict of its worst part, so a skipped duty is worse than a met one, a failed check beside a skipped one is a fail, an
inapplicable one is neutral, and nothing at all is *not tested*: what was not examined is never green.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Verdict(StrEnum):
    """State of knowledge about one requirement, declared from worst to best. The values are those of `results.json`."""

    ERROR = "error"
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"
    NOT_TESTED = "not tested"
    WAIVED = "waived"
    PASS = "pass"  # noqa: S105 - a verdict, not a password
    NOT_APPLICABLE = "not applicable"

    @property
    def rank(self) -> int:
        """Place in the order: 0 is the worst."""
        return _RANKS[self]

    @property
    def label(self) -> str:
        """The word a reader sees, with a capital."""
        return self.value.capitalize()

    @property
    def icon(self) -> str:
        """One character for terminals and Markdown; each differs in shape, so that none depends on colour."""
        return _ICONS[self]

    def paint(self, text: str, *, bold: bool = False) -> str:
        """Return `text` in the colour of the verdict, for a terminal that wants colours."""
        return f"\x1b[{'1;' if bold else ''}{_COLOURS[self]}m{text}\x1b[0m"

    @property
    def slug(self) -> str:
        """The verdict as a name without spaces, for style classes and anchors."""
        return self.value.replace(" ", "-")

    @property
    def meaning(self) -> str:
        """One sentence for the glossary of every report."""
        return _MEANINGS[self]


_RANKS = {verdict: rank for rank, verdict in enumerate(Verdict)}

_ICONS = {
    Verdict.ERROR: "!",
    Verdict.FAIL: "✗",
    Verdict.INCONCLUSIVE: "≈",
    Verdict.NOT_TESTED: "○",
    Verdict.WAIVED: "◇",
    Verdict.PASS: "✓",
    Verdict.NOT_APPLICABLE: "–",
}

_COLOURS = {
    Verdict.ERROR: "35",
    Verdict.FAIL: "31",
    Verdict.INCONCLUSIVE: "33",
    Verdict.NOT_TESTED: "36",
    Verdict.WAIVED: "34",
    Verdict.PASS: "32",
    Verdict.NOT_APPLICABLE: "2",
}
"""Parameters of the control sequence for colours (ECMA-48, SGR): purple, red, yellow, cyan, blue, green, faint."""

_MEANINGS = {
    Verdict.ERROR: "The harness broke while it examined this. It says nothing about the target, good or bad.",
    Verdict.FAIL: "The target was seen to break the requirement, and the evidence shows it.",
    Verdict.INCONCLUSIVE: "It was measured, and the measurement decides neither for nor against the target.",
    Verdict.NOT_TESTED: "It was not examined, or not to the end. The reason stands beside it. It is never a pass.",
    Verdict.WAIVED: "It is not met, and a named person accepted that until a date. The raw verdict stays visible.",
    Verdict.PASS: "It was examined in full, with its positive twin, and holds.",
    Verdict.NOT_APPLICABLE: "A check saw that the target has nothing the requirement speaks of. It is not 'met'.",
}


def combine(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the worst of `verdicts`; of nothing, `NOT_TESTED`.

    Commutative, associative and idempotent over one or more verdicts, so the grouping of checks never matters.
    """
    return min(verdicts, key=lambda verdict: verdict.rank, default=Verdict.NOT_TESTED)
