"""The score of points: how many of those drawn were noticed, by requirement and span, and what falls short.

It is kept as JSON for programs and as a Markdown summary for people.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from reports.markdown import plain
from reports.results import write_atomically
from spec.falsify.points.point_judging import PointFinding, PointState

OVER_ALL: Final = 95
"""Percent of all points that have to be noticed."""
EACH_SPAN: Final = 80
"""Percent of the points of each span of a requirement."""
FEWEST: Final = 10
"""Points of a span below which its share says too little to fall short by itself."""


@dataclass(frozen=True, slots=True)
class SpanScore:
    """Points noticed, of points drawn."""

    noticed: int
    drawn: int

    def reaches(self, percent: int) -> bool:
        """Tell if so many percent were noticed. Of none drawn nothing was missed."""
        return self.noticed * 100 >= percent * self.drawn

    @classmethod
    def of(cls, findings: Sequence[PointFinding]) -> SpanScore:
        """Count findings."""
        return cls(sum(one.state is PointState.NOTICED for one in findings), len(findings))

    @property
    def falls_short(self) -> bool:
        """Tell if too few points of a span were noticed, and enough were drawn to say so."""
        return self.drawn >= FEWEST and not self.reaches(EACH_SPAN)

    def __str__(self) -> str:
        return f"{self.noticed} of {self.drawn}"


@dataclass
class PointScores:
    """All findings of one seed, and the requirements of which nothing was drawn, with the reason."""

    seed: int
    findings: list[PointFinding] = field(default_factory=list)
    skipped: dict[str, str] = field(default_factory=dict)
    broken: dict[str, str] = field(default_factory=dict)
    """Requirements that the untouched shop does not meet, with the first breach: no point of theirs shows anything."""

    @property
    def over_all(self) -> SpanScore:
        """The score of all points."""
        return SpanScore.of(self.findings)

    def by_span(self) -> Mapping[str, Mapping[str, SpanScore]]:
        """Return requirement → span → score, in the order in which they were judged."""
        parts: dict[str, dict[str, list[PointFinding]]] = {}
        for one in self.findings:
            parts.setdefault(one.point.requirement, {}).setdefault(one.point.span, []).append(one)
        return {name: {span: SpanScore.of(found) for span, found in spans.items()} for name, spans in parts.items()}

    @property
    def misses(self) -> Sequence[PointFinding]:
        """The points that nothing noticed."""
        return [one for one in self.findings if one.state is not PointState.NOTICED]

    def shortfalls(self) -> Iterator[str]:
        """Yield a sentence for each threshold that is not reached."""
        for name, breach in self.broken.items():
            yield f"{name} is not met by the untouched shop: {breach}"
        if not self.findings:
            yield "no point was drawn: nothing was shown"
        if not self.over_all.reaches(OVER_ALL):
            yield f"{self.over_all} points were noticed, that is fewer than {OVER_ALL} percent"
        for name, spans in self.by_span().items():
            for span, score in spans.items():
                if score.falls_short:
                    yield f"{name} noticed {score} of its points in {span}, that is fewer than {EACH_SPAN} percent"

    def write(self, folder: Path) -> Path:
        """Write `points-SEED.json`, each point by its id, and the summary `points-SEED.md` beside it.

        Return the path of the first.
        """
        content = {
            "seed": self.seed,
            "noticed": self.over_all.noticed,
            "drawn": self.over_all.drawn,
            "requirements": {
                name: {span: [score.noticed, score.drawn] for span, score in spans.items()}
                for name, spans in self.by_span().items()
            },
            "skipped": self.skipped,
            "broken": self.broken,
            "points": [
                {"id": one.point.id, "name": one.point.name, "state": one.state, "altered": one.altered,
                 "example": one.example}
                for one in self.findings
            ],
        }  # fmt: skip
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"points-{self.seed}.json"
        write_atomically(path, (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode())
        write_atomically(path.with_suffix(".md"), "".join(f"{line}\n" for line in self._summary()).encode())
        return path

    def _summary(self) -> Iterator[str]:
        """Yield the lines of the summary: what falls short, the shares by span, and each miss."""
        yield from (f"# Point faults: {self.over_all} noticed", "", f"Seed {self.seed}.", "")
        yield from (f"- ✗ {plain(one)}" for one in self.shortfalls())
        yield from ("", "| Requirement | Span | Noticed | Drawn |", "|---|---|---:|---:|")
        for name, spans in self.by_span().items():
            yield from (f"| {name} | {span} | {score.noticed} | {score.drawn} |" for span, score in spans.items())
        yield from ("", "## Misses" if self.misses else "Nothing was missed.", "")
        yield from (f"- {plain(one.point.name)} ({one.state})" for one in self.misses)
        yield from (f"- {name} was left out: {plain(reason)}" for name, reason in self.skipped.items())
