"""Recorded mode: points are put into exchanges that were recorded, and a requirement's rules judge what comes of it."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from spec.checking.rules import RULES, Answer, Rule, RuleJudge, rules_of
from spec.falsify.points.point_faults import PointFault
from spec.falsify.points.violations import Scene
from spec.falsify.project_graph import PROJECT
from spec.surface.known import Known
from spec.target.exchange import Response


class PointState(StrEnum):
    """The end of a point."""

    NOTICED = "noticed"
    """A breach cites an exchange that the point altered."""
    UNNOTICED = "not noticed"
    """Exchanges were altered, and no breach cites one of them."""
    NEVER_MET = "never met"
    """Nothing that the tour asked was altered: the tour does not go there."""
    UNJUDGED = "not judged, its run broke"
    """A run of its own ended without results."""


@dataclass(frozen=True, slots=True)
class PointFinding:
    """A point, what became of it, and the first exchange of the tour that it altered, or why its run broke."""

    point: PointFault
    state: PointState
    altered: int = 0
    example: str = ""


@dataclass
class Recording:
    """Exchanges of one run in their order, with the facts about the target by which they are judged."""

    scenes: Sequence[Scene]
    known: Known

    def __post_init__(self) -> None:
        # Made once: what an answer knows of its document is the same for each point that leaves it alone.
        self._answers = [Answer(scene.exchange, self.known) for scene in self.scenes]
        for scene in self.scenes:
            self.known.note_verb(scene.exchange.request)

    def judge(self, point: PointFault, rules: Iterable[Rule]) -> PointFinding:
        """Put the point into the recording and let the rules judge it."""
        altered = {index: wrong for index, scene in enumerate(self.scenes) if (wrong := point.alter(scene)) is not None}
        if not altered:
            return PointFinding(point, PointState.NEVER_MET)
        noticed = any(self._is_noticed(rule, altered) for rule in rules)
        example = self.scenes[min(altered)].exchange.summary
        return PointFinding(
            point, PointState.NOTICED if noticed else PointState.UNNOTICED, altered=len(altered), example=example
        )

    def _is_noticed(self, rule: Rule, altered: Mapping[int, Response]) -> bool:
        judge, changed = RuleJudge(rule), set()
        # A rule that remembers has to see all that went before; for any other the altered answers are enough.
        for index in range(len(self.scenes)) if remembers(rule) else sorted(altered):
            answer = self._answers[index]
            if index in altered:
                answer = Answer(replace(answer.exchange, response=altered[index]), self.known)
                changed.add(id(answer.exchange))
            # A rule may cite an earlier exchange than the one that it has just been shown.
            if any(id(one.answer.exchange) in changed for one in judge.judge(answer) or ()):
                return True
        return False

    def broken_untouched(self, rules: Iterable[Rule]) -> list[str]:
        """List the breaches of the untouched recording: a rule that is red by itself shows nothing."""
        return [
            f"{one.breach.observed} on {one.answer.exchange.summary}"
            for judge in map(RuleJudge, rules)
            for answer in self._answers
            for one in judge.judge(answer) or ()
        ]


def remembers(rule: Rule) -> bool:
    """Tell if a rule has state over a run: each judge of such a rule is an object of its own."""
    return rule.make() is not rule.make()


def find_rules() -> dict[str, list[Rule]]:
    """Return the rules of each requirement that has some."""
    found: dict[str, list[Rule]] = {}
    for path in sorted((PROJECT / "spec" / "checks").glob(f"*/{RULES}")):
        module = importlib.import_module(f"spec.checks.{path.parent.name}.{path.stem}")
        for one in rules_of(module):
            found.setdefault(one.requirement, []).append(one)
    return found
