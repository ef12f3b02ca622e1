"""The ledger of a run's rules: each exchange is judged as it comes, and of each rule only a little is kept."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from spec.checking.examination import Examination
from spec.checking.outcomes import Blocked, HarnessFault, Inapplicable, Violation
from spec.checking.rules import Answer, Breached, Rule, RuleJudge
from spec.checking.twin_comparison import describe_difference, facets_of
from spec.surface.known import Known
from spec.surface.tour import CellState, Tour, Visit
from spec.target.exchange import Exchange

TOLD_APART: Final = ("success", "no credentials")
"""Kinds of answer that a target has to have shown: one that answers everybody the same has shown nothing."""
KEPT_BREACHES: Final = 20
KEPT_TWINS: Final = 400
"""Good answers kept of each rule, each different from the others in a facet: a bad one is held against the nearest."""
SPANS: Final = ("status", "operation", "version", "method", "identity")
"""The facets by which coverage is counted."""


@dataclass
class RuleEntry:
    """The entry of one rule: its first breaches, good answers that differ from each other, and counts."""

    judge: RuleJudge
    judged: int = 0
    bad: int = 0
    breaches: list[Breached] = field(default_factory=list)
    good: dict[tuple[str, ...], dict[str, str]] = field(default_factory=dict)
    example: Exchange | None = None
    fault: Exception | None = None
    """The first thing that the rule itself raised: it says nothing of the target."""
    bad_by: dict[str, Counter[str]] = field(default_factory=lambda: {name: Counter() for name in SPANS})
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def rule(self) -> Rule:
        """The rule."""
        return self.judge.rule

    def add(self, answer: Answer, facets: dict[str, str]) -> None:
        """Judge an answer that has these facets, and keep what is needed of it."""
        with self.lock:
            try:
                found = self.judge.judge(answer)
            except Exception as error:  # noqa: BLE001 - whatever a rule raises is not the fault of the check that asked
                self.fault = self.fault or error
                return
            if found is None:
                return
            self.judged += 1
            if not found:
                if len(self.good) < KEPT_TWINS:
                    self.good.setdefault(tuple(facets.values()), facets)
                self.example = self.example or answer.exchange
                return
            self.bad += 1
            for name, counter in self.bad_by.items():
                counter[facets[name]] += 1
            if len(self.breaches) < KEPT_BREACHES:
                self.breaches += found[: KEPT_BREACHES - len(self.breaches)]


class RuleLedger:
    """Judges every exchange of a run by every rule. Thread-safe.

    Exchanges that come before the target's documents were read wait until they are.
    """

    def __init__(self, rules: Iterable[Rule] = ()) -> None:
        self.entries: dict[Rule, RuleEntry] = {}
        self.open(rules)
        self._known: Known | None = None
        self._waiting: list[Exchange] = []
        self._lock = threading.Lock()

    def open(self, rules: Iterable[Rule]) -> None:
        """Open an entry for each of these rules."""
        self.entries.update({rule: RuleEntry(RuleJudge(rule)) for rule in rules})

    def learn(self, known: Known) -> None:
        """Take the facts about the target, and judge what has been waiting for them."""
        with self._lock:
            self._known, waiting = known, self._waiting
            self._waiting = []
        for exchange in waiting:
            known.note_verb(exchange.request)
        for exchange in waiting:
            self.add(exchange)

    def add(self, exchange: Exchange) -> None:
        """Judge an exchange. One without an answer is judged by no rule."""
        with self._lock:
            if self._known is None:
                self._waiting.append(exchange)
                return
        if exchange.response is None:
            return
        self._known.note_verb(exchange.request)
        answer = Answer(exchange, self._known)
        # Once for all rules: this is done for every exchange of a run.
        facets = facets_of(answer)
        for entry in self.entries.values():
            entry.add(answer, facets)

    def is_broken_throughout(self) -> bool:
        """Tell if each requirement that has a rule here has one that was broken."""
        broken = {entry.rule.requirement: False for entry in self.entries.values()}
        for entry in self.entries.values():
            broken[entry.rule.requirement] |= bool(entry.breaches)
        return bool(broken) and all(broken.values())

    def report_breaches(self, rule: Rule, examination: Examination) -> None:
        """Raise Violation where a rule was broken, HarnessFault where it broke by itself."""
        entry = self.entries[rule]
        examination.stated += entry.judged
        if entry.breaches:
            raise violation_of(entry)
        if entry.fault is not None:
            raise HarnessFault(f"the rule raised {type(entry.fault).__name__}: {entry.fault}") from entry.fault

    def conclude(self, rule: Rule, tour: Tour, examination: Examination) -> None:
        """State what was found about a rule. Raises Violation, Blocked or Inapplicable where it is not met."""
        self.report_breaches(rule, examination)
        entry = self.entries[rule]
        if tour.ended_early:
            raise Blocked(tour.ended_early)
        if self._known is None or not entry.judged:
            if rule.none_is_fine and _missing_kind(tour) is None:
                raise Inapplicable(f"the target shows nothing of which it speaks ({_requests(tour)} requests)")
            raise Blocked("no answer of which it speaks was seen")
        concerned = _concerned(rule, tour, self._known)
        _expect_twins(rule, tour, self._known)
        missing_kind = _missing_kind(tour)
        if missing_kind is not None:
            raise Blocked(f"the target answers everybody the same: no answer of the kind {missing_kind!r} was seen")
        examined = [one for one in concerned if one.state is not CellState.OUT_OF_REACH]
        missing = [f"{one.cell.label} ({one.reason})" for one in concerned if one.state is CellState.OUT_OF_REACH]
        if missing:
            share = f"{len(examined)} of {len(concerned)} points of the surface were examined"
            raise Blocked(f"{share}; out of reach: {'; '.join(missing[:3])}")
        if entry.example is not None:
            examination.observations.append(entry.example)
        # Coverage is of the surface; what the checks of the run asked beside it was judged as well.
        if concerned:
            examination.progress(len(examined), len(concerned), missing)
        spans = ", ".join(f"{count} {name}" for name, count in _count_spans(examined))
        examination.note(f"{entry.judged} answers were judged; those of the surface come of {spans}.")


def violation_of(entry: RuleEntry) -> Violation:
    """Make the violation of a rule that was broken: its first breach, what is special about it, how many others."""
    first = entry.breaches[0]
    observed = f"{first.breach.observed} on {first.answer.exchange.summary}"
    details = [describe_difference(first.answer, entry.good.values())]
    if entry.bad > 1:
        where = [_most_common(name, counter) for name, counter in entry.bad_by.items()]
        details.append(f"{entry.bad} of {entry.judged} answers are bad, by {'; by '.join(filter(None, where))}")
    # An exchange has no hash where its request holds JSON.
    shown = list({id(one.answer.exchange): one.answer.exchange for one in entry.breaches}.values())[:3]
    return Violation(
        first.breach.outcome,
        expected=first.breach.expected,
        observed="; ".join([observed, *filter(None, details)]),
        observations=shown,
    )


def _most_common(name: str, counter: Counter[str]) -> str:
    shown = [f"{value or 'none'} {count}" for value, count in counter.most_common(4)]
    more = f" and {len(counter) - 4} more" if len(counter) > 4 else ""
    return f"{name}: {', '.join(shown)}{more}"


def _concerned(rule: Rule, tour: Tour, known: Known) -> list[Visit]:
    """List the visits of which the rule speaks. Of what could not be asked it speaks where it speaks of its kind."""
    answered = [one for one in tour.visits if one.exchange is not None and one.exchange.response is not None]
    spoken = [one for one in answered if one.exchange and rule.speaks_of(Answer(one.exchange, known))]
    kinds = {one.cell.kind for one in spoken} | set(rule.twins)
    unreached = [one for one in tour.in_state(CellState.OUT_OF_REACH) if one.cell.kind in kinds]
    return [*spoken, *unreached]


def _missing_kind(tour: Tour) -> str | None:
    """Return a kind of answer that every target has and this one did not show; None where it showed all of them."""
    for kind in TOLD_APART:
        if not any(one.state is CellState.EXAMINED for one in tour.of_kind(kind)):
            return kind
    return None


def _expect_twins(rule: Rule, tour: Tour, known: Known) -> None:
    """Raise Blocked where a kind of answer that has to have been seen was not, although the target has it."""
    for kind in rule.twins:
        visits = list(tour.of_kind(kind))
        seen = [one for one in visits if one.state is CellState.EXAMINED and one.exchange is not None]
        if any(one.exchange and rule.speaks_of(Answer(one.exchange, known)) for one in seen):
            continue
        if not visits or any(one.state is not CellState.ABSENT for one in visits):
            reasons = [one.reason for one in visits if one.reason]
            said = f"no answer of the kind {kind!r} was seen among those of which the rule speaks"
            raise Blocked(f"{said}{': the tour said ' if reasons else ''}{'; '.join(reasons[:2])}")


def _count_spans(visits: Iterable[Visit]) -> list[tuple[str, int]]:
    cells = [one.cell for one in visits]
    return [
        ("operations", len({(cell.method, cell.resource) for cell in cells})),
        ("versions", len({cell.version for cell in cells})),
        ("methods", len({cell.method for cell in cells})),
        ("identities", len({cell.identity for cell in cells})),
        ("kinds of answer", len({cell.kind for cell in cells})),
    ]


def _requests(tour: Tour) -> int:
    return sum(one.exchange is not None for one in tour.visits)
