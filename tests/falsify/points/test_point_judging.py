"""A point is noticed by a breach that cites an exchange that it altered, and by nothing else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from spec.checking.outcomes import Outcome
from spec.checking.rules import Answer, Breach, rule
from spec.falsify.points.point_faults import PointFault
from spec.falsify.points.point_judging import PointState, Recording, find_rules, remembers
from spec.falsify.points.violations import Scene, dropped, sent
from spec.falsify.points.wire_facts import METHOD
from tests.falsify.points.scenes import answered, reader, scene
from tests.support.judged_answers import known_target

SAFE = "X-Safe"


@rule("HDR-001")
def every_answer_is_safe(answer: Answer) -> Iterator[Breach]:
    """X-Safe is yes."""
    yield from answer.wants_header(SAFE, "yes")


@rule("HDR-001", speaks_of=lambda answer: answer.request.method == "GET")
def every_read_is_safe(answer: Answer) -> Iterator[Breach]:
    """X-Safe is yes where something is read."""
    yield from answer.wants_header(SAFE, "yes")


class NoValueComesTwice:
    """X-Seen has another value in each answer."""

    def __init__(self) -> None:
        self._seen: set[str | None] = set()

    def __call__(self, answer: Answer) -> Iterator[Breach]:
        value = answer.headers.get("X-Seen")
        if value in self._seen:
            yield Breach(Outcome.HEADER_WRONG, "another value", str(value))
        self._seen.add(value)


NO_VALUE_COMES_TWICE = rule("HDR-001")(NoValueComesTwice)


def recorded() -> Recording:
    """Return a recording of three exchanges that break none of the rules."""
    known = reader()
    scenes: list[Scene] = [
        scene(answered(200, X_Safe="yes", X_Seen=str(number)), method, known=known)
        for number, method in enumerate(("GET", "HEAD", "POST"))
    ]
    return Recording(scenes, known_target())


def point(method: str) -> PointFault:
    """Return a point that drops the header on a method."""
    return PointFault("HDR-001", "methods", ((METHOD, method),), dropped(SAFE))


def test_a_point_is_noticed_where_a_rule_speaks_of_what_it_altered() -> None:
    finding = recorded().judge(point("HEAD"), [every_answer_is_safe])
    assert (finding.state, finding.altered) == (PointState.NOTICED, 1)
    assert finding.example == "HEAD /api/v2/products → 200"


def test_a_point_that_alters_what_no_rule_speaks_of_is_not_noticed() -> None:
    assert recorded().judge(point("HEAD"), [every_read_is_safe]).state is PointState.UNNOTICED


def test_one_of_several_rules_is_enough() -> None:
    rules = [every_read_is_safe, every_answer_is_safe]
    assert recorded().judge(point("HEAD"), rules).state is PointState.NOTICED


def test_a_point_where_the_tour_never_goes_is_never_met() -> None:
    assert recorded().judge(point("DELETE"), [every_answer_is_safe]).state is PointState.NEVER_MET


def test_a_rule_with_a_memory_sees_what_went_before() -> None:
    repeated = PointFault("HDR-001", "methods", ((METHOD, "POST"),), sent("X-Seen", "0"))
    assert recorded().judge(repeated, [NO_VALUE_COMES_TWICE]).state is PointState.NOTICED
    fresh = PointFault("HDR-001", "methods", ((METHOD, "POST"),), sent("X-Seen", "9"))
    assert recorded().judge(fresh, [NO_VALUE_COMES_TWICE]).state is PointState.UNNOTICED


def test_a_breach_on_an_exchange_that_was_left_alone_notices_nothing() -> None:
    # The first answer takes the value of the second, which the rule then holds against the second.
    blamed = PointFault("HDR-001", "methods", ((METHOD, "GET"),), sent("X-Seen", "1"))
    assert recorded().judge(blamed, [NO_VALUE_COMES_TWICE]).state is PointState.UNNOTICED


def test_a_rule_made_of_a_class_has_a_memory_and_one_made_of_a_function_has_none() -> None:
    assert remembers(NO_VALUE_COMES_TWICE)
    assert not remembers(every_answer_is_safe)


def test_what_the_untouched_recording_breaks_is_told() -> None:
    recording = recorded()
    assert recording.broken_untouched([every_answer_is_safe, NO_VALUE_COMES_TWICE]) == []
    unsafe = Recording([scene(answered(200))], known_target())
    assert unsafe.broken_untouched([every_answer_is_safe]) == ["no X-Safe on GET /api/v2/products → 200"]


@pytest.mark.parametrize("requirement", ["HDR-001", "VER-002"])
def test_the_rules_of_the_chapters_are_found_by_requirement(requirement: str) -> None:
    rules = find_rules()[requirement]
    assert rules
    assert all(one.requirement == requirement for one in rules)
