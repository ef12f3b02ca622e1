"""Tell the first lane of a run what the second one saw, of each rule above all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from reports.results import Ended
from spec.checking.outcomes import HarnessFault
from spec.checking.rule_ledger import KEPT_BREACHES, KEPT_TWINS, RuleLedger
from spec.checking.rules import Answer, Breach, Breached
from spec.surface.known import Known
from spec.target.exchange import Exchange


@dataclass(frozen=True, slots=True)
class SeenOfRule:
    """Counts, breaches and good answers of one rule in one lane."""

    judged: int
    bad: int
    breaches: tuple[tuple[Breach, Exchange], ...]
    good: Mapping[tuple[str, ...], dict[str, str]]
    example: Exchange | None
    fault: str
    bad_by: Mapping[str, Counter[str]]


@dataclass(frozen=True, slots=True)
class LaneReport:
    """Ends the second lane: the records of its checks were sent before, one by one."""

    ended: Ended
    warnings: tuple[str, ...]
    secrets: frozenset[str]
    rules: Mapping[tuple[str, str], SeenOfRule]


def pack(ledger: RuleLedger) -> dict[tuple[str, str], SeenOfRule]:
    """Make what a lane saw ready to be told: of each rule, by its requirement and its name."""
    return {
        (entry.rule.requirement, entry.rule.name): SeenOfRule(
            judged=entry.judged,
            bad=entry.bad,
            breaches=tuple((replace(one.breach, shown_by=None), one.answer.exchange) for one in entry.breaches),
            good=entry.good,
            example=entry.example,
            fault=f"{type(entry.fault).__name__}: {entry.fault}" if entry.fault else "",
            bad_by=entry.bad_by,
        )
        for entry in ledger.entries.values()
    }


def absorb(ledger: RuleLedger, rules: Mapping[tuple[str, str], SeenOfRule], find_known: Callable[[], Known]) -> None:
    """Add what the other lane saw to a ledger; what is known of the target is asked for where a rule was broken."""
    for entry in ledger.entries.values():
        seen = rules.get((entry.rule.requirement, entry.rule.name))
        if seen is None:
            continue
        entry.judged += seen.judged
        entry.bad += seen.bad
        entry.example = entry.example or seen.example
        entry.fault = entry.fault or (HarnessFault(seen.fault) if seen.fault else None)
        for facets, shown in seen.good.items():
            if len(entry.good) < KEPT_TWINS:
                entry.good.setdefault(facets, shown)
        for name, counter in seen.bad_by.items():
            entry.bad_by[name].update(counter)
        room = seen.breaches[: KEPT_BREACHES - len(entry.breaches)]
        if room:
            known = find_known()
            entry.breaches += [Breached(breach, Answer(exchange, known)) for breach, exchange in room]
