"""Rules over two lanes: nothing that either saw is lost, and a breach stays one."""

from __future__ import annotations

import pickle
from collections.abc import Iterator

import pytest

from spec.checking.examination import Examination
from spec.checking.outcomes import HarnessFault, Outcome, Violation
from spec.checking.rule_ledger import RuleLedger
from spec.checking.rules import Answer, Breach, rule
from spec.run.lane_reports import absorb, pack
from spec.target.exchange import Request
from tests.support.judged_answers import known_target
from tests.support.samples import answered


@rule("HDR-001")
def no_answer_is_a_teapot(answer: Answer) -> Iterator[Breach]:
    """No answer is a teapot."""
    if answer.response.status == 418:
        yield Breach(Outcome.WRONG_STATUS, "no teapot", "a teapot")
    if answer.response.status == 500:
        raise ZeroDivisionError("by nothing")


def ledger(*statuses: int) -> RuleLedger:
    """Make the ledger of a lane that saw answers of these statuses."""
    made = RuleLedger([no_answer_is_a_teapot])
    made.learn(known_target())
    for status in statuses:
        made.add(answered(Request("GET", "/api/v2/products"), status=status))
    return made


def merged(first: RuleLedger, second: RuleLedger) -> RuleLedger:
    """Add to a ledger what another lane's would say, as it comes through a pipe."""
    absorb(first, pickle.loads(pickle.dumps(pack(second))), known_target)  # noqa: S301 - its own bytes
    return first


def test_what_both_lanes_judged_counts() -> None:
    entry = merged(ledger(200, 200), ledger(200, 404, 201)).entries[no_answer_is_a_teapot]
    assert (entry.judged, entry.bad, entry.breaches) == (5, 0, [])


def test_a_rule_that_only_the_other_lane_saw_broken_is_broken_and_shown() -> None:
    both = merged(ledger(200), ledger(418, 200, 418))
    with pytest.raises(Violation) as raised:
        both.report_breaches(no_answer_is_a_teapot, Examination())
    assert (raised.value.outcome, raised.value.expected) == (Outcome.WRONG_STATUS, "no teapot")
    assert raised.value.observed.startswith("a teapot on GET /api/v2/products")
    assert "2 of 4 answers are bad" in raised.value.observed
    assert len(raised.value.observations) == 2


def test_a_rule_that_broke_by_itself_in_the_other_lane_is_the_harness_fault() -> None:
    both = merged(ledger(200), ledger(500))
    with pytest.raises(HarnessFault, match="ZeroDivisionError: by nothing"):
        both.report_breaches(no_answer_is_a_teapot, Examination())
