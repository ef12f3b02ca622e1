"""Rules over the exchanges of a run: of which they speak, what the ledger keeps, and how a rule is concluded."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spec.checking.examination import Examination
from spec.checking.outcomes import Blocked, HarnessFault, Inapplicable, Outcome, Violation
from spec.checking.rule_ledger import RuleLedger
from spec.checking.rules import Answer, Breach, Rule, rule
from spec.surface.known import Known
from spec.surface.openapi import Document
from spec.surface.tour import Cell, CellState, Tour, Visit
from spec.target.adapter_context import AdapterContext
from spec.target.adapters import load_adapter
from spec.target.circumstances import Circumstances, Identity
from spec.target.exchange import Exchange, Failure, Request
from spec.target.profile.adapter_table import DEFAULT_ADAPTER
from spec.target.profile.profile_model import Profile
from tests.support.samples import answered, unanswered

SOUND = (("X-Safe", "yes"),)
VERSION = Document(
    {"servers": [{"url": "/api/v2"}], "paths": {"/products": {"get": {}}, "/products/{id}": {"get": {}}}}
)
OLDER = Document({"servers": [{"url": "/api/v1"}], "paths": {"/products": {"get": {}}}})


@rule("HDR-001", twins=("success",))
def every_answer_is_safe(answer: Answer) -> Iterator[Breach]:
    """X-Safe is yes."""
    yield from answer.wants_header("X-Safe", "yes")


@rule("HDR-008", speaks_of=lambda answer: "Set-Cookie" in answer.headers, none_is_fine=True)
def every_cookie_is_safe(answer: Answer) -> Iterator[Breach]:
    """No cookie is sweet."""
    if "sweet" in (answer.headers.get("Set-Cookie") or ""):
        yield Breach(Outcome.HEADER_WRONG, "a cookie that is not sweet", "a sweet one")


@rule("ERR-001")
class EveryStatusIsNew:
    """No status comes twice."""

    def __init__(self) -> None:
        self._seen: set[int] = set()

    def __call__(self, answer: Answer) -> Iterator[Breach]:
        if answer.status in self._seen:
            yield Breach(Outcome.WRONG_STATUS, "a status that is new", str(answer.status))
        self._seen.add(answer.status)


STATUS_RULE = cast("Rule", EveryStatusIsNew)


def known_target() -> Known:
    """Make a target of two versions."""
    verbs = load_adapter(DEFAULT_ADAPTER, AdapterContext())
    return Known(Profile.model_construct(policies={}), verbs, "", (VERSION, OLDER))


TOLD = [
    Visit(Cell("/orders", "", "GET", Identity.NOBODY, kind), CellState.EXAMINED, None)
    for kind in ("success", "no credentials")
]
"""Visits that every target answers; without an exchange no rule speaks of them."""


def ledger_of(*rules: Rule) -> RuleLedger:
    """Open a ledger that knows its target."""
    ledger = RuleLedger(rules)
    ledger.learn(known_target())
    return ledger


def toured(*exchanges: Exchange, kind: str = "success", unreached: int = 0, told: bool = True) -> Tour:
    """Make a tour that examined these, and could not reach so many others."""
    cell = Cell("/products", "", "GET", Identity.NOBODY, kind)
    visits = [Visit(cell, CellState.EXAMINED, one) for one in exchanges]
    return Tour(
        [*visits, *(TOLD if told else []), *[Visit(cell, CellState.OUT_OF_REACH, None, "no staff")] * unreached]
    )


def ask(path: str = "/products", method: str = "GET") -> Request:
    return Request(method, path)


def test_a_rule_that_holds_over_all_is_met_and_says_how_much_was_judged() -> None:
    ledger, examine = ledger_of(every_answer_is_safe), Examination()
    exchanges = [answered(ask(f"/products/{number}"), headers=SOUND) for number in range(5)]
    for one in exchanges:
        ledger.add(one)
    ledger.conclude(every_answer_is_safe, toured(*exchanges[:2]), examine)
    assert (examine.stated, examine.done, examine.total) == (5, 2, 2)
    assert examine.notes == [
        (
            "5 answers were judged; those of the surface come of 1 operations, 1 versions, 1 methods, 1 identities, "
            "1 kinds of answer."
        )
    ]
    assert examine.observations == [exchanges[0]]


def test_a_ledger_is_broken_throughout_once_each_requirement_has_a_broken_rule() -> None:
    ledger = ledger_of(every_answer_is_safe, every_cookie_is_safe)
    ledger.add(answered(headers=SOUND))
    assert not ledger.is_broken_throughout()
    ledger.add(answered())
    assert not ledger.is_broken_throughout()
    ledger.add(answered(headers=(*SOUND, ("Set-Cookie", "sweet=1"))))
    assert ledger.is_broken_throughout()
    assert not RuleLedger().is_broken_throughout()


def test_the_first_bad_answer_is_shown_with_its_difference_and_the_number_of_others() -> None:
    ledger = ledger_of(every_answer_is_safe)
    for one in (answered(headers=SOUND), answered(ask(method="HEAD")), answered(ask(method="HEAD"), status=404)):
        ledger.add(one)
    with pytest.raises(Violation) as violation:
        ledger.conclude(every_answer_is_safe, toured(), Examination())
    assert violation.value.outcome is Outcome.HEADER_MISSING
    assert violation.value.expected == "X-Safe: yes"
    assert violation.value.observed == (
        "no X-Safe on HEAD /products → 200; it differs from the nearest good answer in: method HEAD; "
        "2 of 3 answers are bad, by status: 200 1, 404 1; by operation: /products 2; by version: none 2; "
        "by method: HEAD 2; by identity: nobody 2"
    )


def test_what_was_broken_is_broken_also_where_the_tour_ended_early() -> None:
    ledger = ledger_of(every_answer_is_safe)
    ledger.add(answered())
    with pytest.raises(Violation):
        ledger.conclude(every_answer_is_safe, Tour(ended_early="interrupted"), Examination())


def test_a_rule_that_holds_is_not_met_where_the_tour_ended_early() -> None:
    ledger = ledger_of(every_answer_is_safe)
    ledger.add(answered(headers=SOUND))
    with pytest.raises(Blocked, match="interrupted"):
        ledger.conclude(every_answer_is_safe, Tour(ended_early="interrupted"), Examination())


def test_what_could_not_be_reached_is_told_with_the_share() -> None:
    ledger, seen = ledger_of(every_answer_is_safe), answered(headers=SOUND)
    ledger.add(seen)
    with pytest.raises(Blocked) as blocked:
        ledger.conclude(every_answer_is_safe, toured(seen, unreached=1), Examination())
    assert str(blocked.value) == (
        "1 of 2 points of the surface were examined; out of reach: GET /products as nobody: success (no staff)"
    )


def test_a_failure_of_the_target_is_an_answer_that_was_judged() -> None:
    ledger, seen, failed = ledger_of(every_answer_is_safe), answered(headers=SOUND), answered(status=500, headers=SOUND)
    cell, examine = Cell("/products", "", "POST", Identity.NOBODY, "broken body"), Examination()
    for one in (seen, failed):
        ledger.add(one)
    tour = toured(seen)
    tour.visits.append(Visit(cell, CellState.FAILED, failed, "it is answered 500"))
    ledger.conclude(every_answer_is_safe, tour, examine)
    assert (examine.done, examine.total) == (2, 2)


def test_a_failure_of_the_target_is_not_of_the_kind_that_was_sought() -> None:
    ledger, failed = ledger_of(every_answer_is_safe), answered(status=500, headers=SOUND)
    ledger.add(failed)
    cell = Cell("/products", "", "GET", Identity.NOBODY, "success")
    tour = Tour([Visit(cell, CellState.FAILED, failed, "it is answered 500")])
    with pytest.raises(Blocked, match=r"'success' was seen among .* speaks: the tour said it is answered 500"):
        ledger.conclude(every_answer_is_safe, tour, Examination())


def test_a_kind_of_answer_that_has_to_be_seen_and_was_not_leaves_the_rule_untested() -> None:
    ledger, seen = ledger_of(every_answer_is_safe), answered(headers=SOUND)
    ledger.add(seen)
    cell = Cell("/products", "", "GET", Identity.NOBODY, "success")
    with pytest.raises(Blocked, match="no answer of the kind 'success' was seen"):
        ledger.conclude(every_answer_is_safe, Tour([Visit(cell, CellState.OUT_OF_REACH, None)]), Examination())


def test_a_kind_of_answer_that_no_visit_was_to_provoke_leaves_the_rule_untested() -> None:
    ledger, seen = ledger_of(every_answer_is_safe), answered(headers=SOUND)
    ledger.add(seen)
    with pytest.raises(Blocked, match="no answer of the kind 'success' was seen"):
        ledger.conclude(every_answer_is_safe, toured(seen, kind="page"), Examination())


def test_a_rule_of_what_a_target_need_not_have_does_not_apply_where_there_is_none() -> None:
    ledger, seen, refused = ledger_of(every_cookie_is_safe), answered(), answered(status=401)
    tour = toured(seen)
    tour.visits += toured(refused, kind="no credentials").visits
    with pytest.raises(Inapplicable):
        ledger.conclude(every_cookie_is_safe, tour, Examination())


def test_a_rule_of_what_a_target_need_not_have_is_not_tested_where_everybody_is_answered_the_same() -> None:
    ledger, tour = ledger_of(every_cookie_is_safe), toured(answered(), told=False)
    cell = Cell("/cart", "", "GET", Identity.NOBODY, "no credentials")
    tour.visits.append(Visit(cell, CellState.ABSENT, answered(), "it is answered 200"))
    with pytest.raises(Blocked):
        ledger.conclude(every_cookie_is_safe, tour, Examination())


def test_a_rule_of_what_a_target_need_not_have_is_not_tested_where_nothing_worked() -> None:
    ledger, refused = ledger_of(every_cookie_is_safe), answered(status=500)
    ledger.add(refused)
    cell = Cell("/products", "", "GET", Identity.NOBODY, "success")
    with pytest.raises(Blocked):
        ledger.conclude(every_cookie_is_safe, Tour([Visit(cell, CellState.OUT_OF_REACH, refused)]), Examination())


def test_exchanges_that_come_before_the_target_is_known_are_judged_when_it_is() -> None:
    ledger = RuleLedger([every_answer_is_safe])
    ledger.add(answered())
    assert ledger.entries[every_answer_is_safe].judged == 0
    ledger.learn(known_target())
    assert (ledger.entries[every_answer_is_safe].judged, ledger.entries[every_answer_is_safe].bad) == (1, 1)


@pytest.mark.parametrize(
    "unusual",
    [
        replace(answered(), circumstances=Circumstances(settings=frozenset({"debug"}))),
        replace(answered(), circumstances=Circumstances(troubled=frozenset({"cache"}))),
        replace(answered(), circumstances=Circumstances(failing=True)),
        answered(replace(ask(), malformed=True)),
        unanswered(Failure.CLOSED),
    ],
    ids=["another setting", "a service down", "broken on purpose", "malformed", "unanswered"],
)
def test_a_rule_does_not_speak_of_the_unusual_by_itself(unusual: Exchange) -> None:
    ledger = ledger_of(every_answer_is_safe)
    ledger.add(unusual)
    assert ledger.entries[every_answer_is_safe].judged == 0


def test_limits_out_of_the_way_change_nothing_of_which_a_rule_speaks() -> None:
    ledger = ledger_of(every_answer_is_safe)
    ledger.add(replace(answered(), circumstances=Circumstances(roomy=True)))
    assert ledger.entries[every_answer_is_safe].bad == 1


def test_each_run_has_a_judge_of_its_own_that_remembers() -> None:
    for _ in range(2):
        ledger = ledger_of(STATUS_RULE)
        for status in (200, 404, 200):
            ledger.add(answered(status=status))
        assert ledger.entries[STATUS_RULE].bad == 1


def test_a_class_is_called_after_its_fact() -> None:
    assert STATUS_RULE.title == "every status is new"
    assert every_answer_is_safe.title == "every answer is safe"


@given(st.lists(st.booleans(), min_size=1, max_size=80))
def test_every_answer_is_counted_whichever_thread_it_came_on(goods: list[bool]) -> None:
    ledger = ledger_of(every_answer_is_safe)
    threads = [threading.Thread(target=ledger.add, args=(answered(headers=SOUND if good else ()),)) for good in goods]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    entry = ledger.entries[every_answer_is_safe]
    assert (entry.judged, entry.bad) == (len(goods), goods.count(False))


@pytest.mark.parametrize(
    ("path", "version", "resource"),
    [
        ("/api/v2/products", "/api/v2", "/api/v2/products"),
        ("/api/v2/products/7", "/api/v2", "/api/v2/products/{id}"),
        ("/api/v1/products?page=2", "/api/v1", "/api/v1/products"),
        ("/api/v1/none", "/api/v1", "/api/v1/none"),
        ("/admin/", "", "/admin/"),
        ("/api/v22/products", "", "/api/v22/products"),
    ],
)
def test_an_answer_knows_version_and_resource_of_its_path(path: str, version: str, resource: str) -> None:
    answer = Answer(answered(ask(path)), known_target())
    assert (answer.version, answer.resource) == (version, resource)


def test_a_header_that_comes_twice_is_wrong_even_if_both_are_right() -> None:
    answer = Answer(answered(headers=(*SOUND, *SOUND)), known_target())
    assert list(answer.wants_header("X-Safe", "yes")) == [
        Breach(Outcome.HEADER_WRONG, "X-Safe: yes", "X-Safe: yes, yes")
    ]


@pytest.mark.parametrize(
    ("values", "good"),
    [
        (("yes",), True),
        (("yes", "YES"), True),
        (("yes, yes",), True),
        ((), False),
        (("yes", "no"), False),
        (("no", "no"), False),
        (("yes,",), False),
    ],
)
def test_a_header_that_its_standard_reads_as_a_list_may_repeat_the_same_value(
    values: tuple[str, ...], good: bool
) -> None:
    answer = Answer(answered(headers=tuple(("X-Safe", value) for value in values)), known_target())
    assert (list(answer.wants_header("X-Safe", "yes", may_repeat=True)) == []) is good


@rule("HDR-002")
def this_rule_is_broken(answer: Answer) -> Iterator[Breach]:
    """Raise, whatever is shown."""
    nothing: dict[int, Breach] = {}
    yield nothing[answer.status]


def test_a_rule_that_raises_is_an_error_of_its_own_and_leaves_the_others_alone() -> None:
    ledger, seen = ledger_of(this_rule_is_broken, every_answer_is_safe), answered(headers=SOUND)
    ledger.add(seen)
    with pytest.raises(HarnessFault, match="the rule raised KeyError: 200"):
        ledger.conclude(this_rule_is_broken, toured(seen), Examination())
    ledger.conclude(every_answer_is_safe, toured(seen), Examination())
