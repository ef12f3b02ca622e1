"""A requirement's verdict is rolled up from all of its checks: those that ran, could not run or were not reached."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.results import CheckResult, Ended
from reports.verdicts import Verdict, combine
from spec.checking.check_record import CheckIdentity, CheckRecord
from spec.run.collection import PlannedCheck
from spec.run.results_assembly import Part, roll_up
from spec.run.scope import Gap

SHUT = Gap("effect not allowed", "the profile does not allow a check that writes", in_scope=True)
NOT_CLAIMED = Gap("not claimed", "the profile does not claim the chapter TOK", in_scope=False)
EXAMINED = [verdict for verdict in Verdict if verdict is not Verdict.WAIVED]


def planned(node: str, gap: Gap | None = None) -> PlannedCheck:
    """Plan a check."""
    return PlannedCheck(CheckIdentity(node, "TOK-005", node, ""), frozenset({"reads"}), gap)


def record(node: str, verdict: Verdict, reason: str = "") -> CheckRecord:
    """Make a check's record."""
    result = CheckResult(
        node=node, title=node, verdict=verdict, outcome_code=None, expected="", observed="", done=1, total=1,
        reason=reason,
    )  # fmt: skip
    return CheckRecord("TOK-005", result, "", (), (), ())


def test_both_checks_that_pass_make_a_pass() -> None:
    records = [record("one", Verdict.PASS, "Seen."), record("two", Verdict.PASS)]
    assert roll_up([planned("one"), planned("two")], records, Ended.COMPLETE) == Part(Verdict.PASS, "Seen.")


def test_a_check_that_was_not_reached_leaves_the_requirement_not_tested() -> None:
    found = roll_up([planned("one"), planned("two")], [record("one", Verdict.PASS)], Ended.COMPLETE)
    assert found == Part(Verdict.NOT_TESTED, "it was examined in part; not by two", "nothing examined")


def test_an_interruption_between_two_checks_is_said() -> None:
    found = roll_up([planned("one"), planned("two")], [record("one", Verdict.PASS)], Ended.INTERRUPTED)
    reason = "the run was interrupted: it was examined in part; not by two"
    assert found == Part(Verdict.NOT_TESTED, reason, "interrupted")


def test_a_check_that_may_not_run_leaves_the_requirement_not_tested_for_its_reason() -> None:
    found = roll_up([planned("one"), planned("two", SHUT)], [record("one", Verdict.PASS)], Ended.COMPLETE)
    assert found == Part(Verdict.NOT_TESTED, SHUT.reason, "effect not allowed")


@pytest.mark.parametrize("worse", [Verdict.FAIL, Verdict.ERROR, Verdict.INCONCLUSIVE])
@pytest.mark.parametrize("other", [planned("two"), planned("two", SHUT)], ids=["not reached", "may not run"])
def test_a_worse_finding_outweighs_what_did_not_run(worse: Verdict, other: PlannedCheck) -> None:
    found = roll_up([planned("one"), other], [record("one", worse, "Seen.")], Ended.COMPLETE)
    assert found == Part(worse, "Seen.")


def test_a_chapter_that_is_not_claimed_is_out_of_scope() -> None:
    found = roll_up([planned("one", NOT_CLAIMED), planned("two", NOT_CLAIMED)], [], Ended.COMPLETE)
    assert found == Part(Verdict.NOT_TESTED, NOT_CLAIMED.reason, "not claimed", in_scope=False)


def test_a_requirement_without_a_check_is_a_debt_and_out_of_scope() -> None:
    reason = "the specification has no check for it yet"
    assert roll_up([], [], Ended.COMPLETE) == Part(Verdict.NOT_TESTED, reason, "no check yet", in_scope=False)


@given(st.lists(st.tuples(st.sampled_from(EXAMINED), st.sampled_from(["ran", "gap", "left"])), min_size=1, max_size=5))
def test_the_verdict_is_never_better_than_that_of_any_part(parts: list[tuple[Verdict, str]]) -> None:
    checks, records, verdicts = [], [], []
    for number, (verdict, fate) in enumerate(parts):
        checks.append(planned(str(number), SHUT if fate == "gap" else None))
        verdicts.append(verdict if fate == "ran" else Verdict.NOT_TESTED)
        if fate == "ran":
            records.append(record(str(number), verdict))
    assert roll_up(checks, records, Ended.COMPLETE).verdict is combine(verdicts)
