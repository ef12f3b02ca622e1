"""ERR-001 and HDR-001: a kind of answer that a target has not is left out, one that it has is examined."""

from __future__ import annotations

from typing import Any, cast

import pytest

from spec.checking.examination import Examination
from spec.checking.judging import judge_completion
from spec.checking.outcomes import Blocked, Outcome, Violation
from spec.checks.err.test_errors import test_every_error_is_one_problem_document_with_a_stable_code as examine_errors
from spec.checks.hdr.test_headers import test_every_kind_of_answer_forbids_content_sniffing as examine_headers
from spec.checks.support import provoked_errors
from spec.checks.support.provoked_errors import people, taken
from spec.target.shop import Shop
from spec.target.visitor import PreparationFailed, Visitor
from spec.target.windows.staff_window import Credentials
from tests.checks.memory_desk import Habits
from tests.checks.memory_shop import LARGEST, memory_shop

SOUND = Habits(limit=40)
"""The ways of a shop that limits its clients."""


@pytest.fixture(autouse=True)
def _smaller_body(monkeypatch: pytest.MonkeyPatch) -> None:
    """Send no more than these shops refuse."""
    monkeypatch.setattr(provoked_errors, "OVERSIZED", LARGEST + 1)


def errors_at(habits: Habits, *lacks: str) -> Examination:
    """Examine the errors of such a shop."""
    examine = Examination()
    with memory_shop(habits, lacks=frozenset(lacks)) as shop:
        examine_errors(shop, examine)
    return examine


def headers_at(habits: Habits, *lacks: str) -> Examination:
    """Examine the headers of such a shop."""
    examine = Examination()
    with memory_shop(habits, lacks=frozenset(lacks)) as shop:
        examine_headers(shop, examine)
    return examine


def test_every_kind_of_error_is_reached_at_a_shop_that_has_them_all() -> None:
    examine = errors_at(SOUND)
    assert (examine.done, examine.total, len(examine.notes)) == (16, 16, 1)


def test_a_shop_without_a_limit_has_no_such_error() -> None:
    examine = errors_at(Habits())
    assert (examine.done, examine.total, examine.missing) == (15, 15, ())
    assert examine.notes[0] == "The target has no such error, or none was provoked: a budget that is spent."


def test_a_shop_that_does_what_others_refuse_has_no_such_errors() -> None:
    examine = errors_at(Habits(limit=40, careless=True, takes_zero=True))
    assert (examine.done, examine.total, examine.missing) == (12, 12, ())
    absent = "a Host that is not served, an oversized body, a media type that is not read, a value that is refused"
    assert examine.notes[0] == f"The target has no such error, or none was provoked: {absent}."


@pytest.mark.parametrize("stranger", [401, 403])
def test_strangers_are_refused_with_either_status(stranger: int) -> None:
    assert errors_at(Habits(limit=40, stranger=stranger)).missing == ()


def test_a_stranger_who_is_not_found_is_no_stranger_refused() -> None:
    examine = errors_at(Habits(limit=40, stranger=404))
    assert (examine.done, examine.total) == (14, 14)
    assert "no credentials: no verb of a customer is refused to strangers" in examine.notes[0]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 413, 415, 429])
def test_an_error_that_is_no_problem_document_is_seen_at_each_status(status: int) -> None:
    with pytest.raises(Violation) as violation:
        errors_at(Habits(limit=40, plain=frozenset({status})))
    assert violation.value.outcome is Outcome.NOT_A_PROBLEM_DOCUMENT
    assert f"→ {status}" in violation.value.observed


def test_a_shop_that_opens_no_account_is_asked_to_sign_in_instead() -> None:
    examine, brought = Examination(), tuple(Credentials(f"ann{one}@shop.example", "password") for one in range(40))
    with memory_shop(SOUND, lacks=frozenset({"register"}), brought=brought) as shop:
        examine_errors(shop, examine)
    assert (examine.done, examine.total) == (16, 16)


def test_a_twin_that_does_not_work_blocks_its_own_kind_alone() -> None:
    examine = errors_at(Habits(limit=40, sells=False))
    assert (examine.done, examine.total) == (15, 16)
    assert examine.missing[0].startswith("an empty cart at the till: blocked by FLOW-004: place order: ")


def test_headers_are_examined_on_every_kind_that_there_is() -> None:
    examine = headers_at(Habits(limit=55))
    assert (examine.done, examine.total, examine.missing, examine.notes) == (8, 8, (), [])


def test_a_shop_without_a_limit_passes_on_all_else_and_says_so() -> None:
    examine = headers_at(Habits())
    assert (examine.done, examine.total, examine.missing) == (7, 7, ())
    verdict = judge_completion(examine, observations=1)
    assert (verdict.verdict, verdict.reason) == ("pass", "The target has no answer of the kind: budget spent.")


@pytest.mark.parametrize("status", [200, 400, 401, 404, 405, 429])
def test_an_answer_that_may_be_sniffed_is_seen_at_each_status(status: int) -> None:
    with pytest.raises(Violation) as violation:
        headers_at(Habits(limit=55, sniffable=frozenset({status})))
    assert violation.value.outcome is Outcome.HEADER_MISSING


def test_probes_that_a_shop_does_not_offer_are_not_asked_for() -> None:
    examine = headers_at(Habits(limit=55), "liveness", "unknown_page")
    assert (examine.done, examine.total) == (6, 6)


def test_a_twin_whose_budget_is_spent_blocks_and_any_other_refusal_fails_its_preparation() -> None:
    with memory_shop(Habits(limit=1)) as shop:
        visitor, listing = shop.visitor(), shop.verbs.list_products()
        assert taken(visitor, listing).products == ()
        with pytest.raises(Blocked, match=r"^the budget was spent before anything could be provoked: GET .* → 429$"):
            taken(visitor, listing)
    with memory_shop() as shop, pytest.raises(PreparationFailed) as failed:
        taken(shop.visitor(), shop.verbs.view_cart())
    assert failed.value.flow == "FLOW-003"


class Counted:
    """A shop that counts who comes."""

    def __init__(self, *, tells_clients_apart: bool) -> None:
        self.tells_clients_apart = tells_clients_apart
        self.came: list[str] = []

    def visitor(self) -> Visitor:
        """Return a stranger."""
        self.came.append("visitor")
        return cast(Visitor, object())

    def customer(self) -> Visitor:
        """Return a customer."""
        self.came.append("customer")
        return Visitor(cast(Any, self), cast(Any, self))

    def stranger(self) -> object:
        """Return no memory at all."""
        return object()


@pytest.mark.parametrize(
    ("apart", "came"),
    [(True, ["visitor", "visitor", "customer", "customer"]), (False, ["customer"])],
)
def test_where_clients_share_a_budget_one_customer_is_everybody(apart: bool, came: list[str]) -> None:
    shop = Counted(tells_clients_apart=apart)
    stranger, customer = people(cast(Shop, shop))
    for _ in range(2):
        stranger()
    assert (customer() is customer()) is not apart
    assert shop.came == came
