"""RATE-005: which answers show that a budget is spent, which that it was renewed, and which show neither."""

from __future__ import annotations

import time

import pytest

from spec.checking.examination import Examination
from spec.checking.outcomes import Blocked, Outcome, Undecided, Violation
from spec.checks.rate import test_rate_evasion as checks
from spec.checks.rate.test_rate_evasion import refuses_the_header, shows_refusal
from spec.checks.support.budgets import Period
from spec.target.exchange import Response, UnexpectedAnswer
from spec.target.visitor import Reply
from tests.checks.memory_desk import Habits
from tests.checks.memory_shop import memory_shop
from tests.support.samples import answered, replied


def read(response: Response) -> bytes:
    """Read a list of products."""
    if response.status != 200:
        raise UnexpectedAnswer("200", str(response.status))
    return response.body


def refusal(status: int, *, seconds: float = 60.0) -> bool:
    """Judge an answer of this status, in a period of so many seconds that began a second ago."""
    period = Period(time.monotonic() - 1.0, seconds)
    return shows_refusal(Examination(), period, replied(answered(status=status), read), "X-Real-IP: 203.0.113.2")


def test_a_429_shows_that_the_budget_is_spent() -> None:
    assert refusal(429) is True


@pytest.mark.parametrize("status", [301, 400, 401, 403, 421, 431])
def test_what_neither_admits_nor_refuses_shows_nothing(status: int) -> None:
    assert refusal(status) is False


def test_an_admitted_request_is_a_renewed_budget() -> None:
    with pytest.raises(Violation) as violation:
        refusal(200)
    assert violation.value.outcome is Outcome.BUDGET_RENEWED
    assert violation.value.observed == "GET /products → 200 with X-Real-IP: 203.0.113.2"


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_server_error_is_a_failure_of_its_own(status: int) -> None:
    with pytest.raises(Violation) as violation:
        refusal(status)
    assert violation.value.outcome is Outcome.SERVER_ERROR


def test_an_admitted_request_after_the_period_decides_nothing() -> None:
    with pytest.raises(Undecided, match=r"^the requests took 1 s, and after 0 s time may have renewed their budget$"):
        refusal(200, seconds=0.4)


def test_a_refusal_is_one_however_late() -> None:
    assert refusal(429, seconds=0.4) is True


def reply(status: int) -> Reply[bytes]:
    """An answer of this status to a list of products."""
    return replied(answered(status=status), read)


@pytest.mark.parametrize("status", [400, 401, 403, 421, 431])
def test_a_header_is_refused_by_itself_where_a_fresh_client_is_refused_the_same_way(status: int) -> None:
    assert refuses_the_header(reply(status), reply(status)) is True


@pytest.mark.parametrize(("spent", "fresh"), [(400, 200), (403, 421), (400, 429), (429, 429), (301, 301), (400, 500)])
def test_any_other_answer_to_a_fresh_client_leaves_a_header_unexamined(spent: int, fresh: int) -> None:
    assert refuses_the_header(reply(spent), reply(fresh)) is False


def evade(habits: Habits) -> Examination:
    """Run the check whole at a shop with these habits, whose products anybody may list sixty times."""
    examine = Examination()
    with memory_shop(habits, staffed=False) as shop:
        checks.test_no_header_that_a_client_chooses_gives_it_a_fresh_budget(shop, examine)
    return examine


def test_a_limit_that_lasts_whatever_is_sent_is_met() -> None:
    examine = evade(Habits(limit=60))
    assert examine.done == examine.total == len(checks.ADDRESS_HEADERS) + len(checks.OTHER_HEADERS) + 1


@pytest.mark.parametrize(
    ("habits", "blamed"),
    [
        (Habits(limit=60, trusted="X-Client-IP"), "X-Client-IP: 203.0.113.6"),
        (Habits(limit=60, forgiving="Via"), "Via: 1.1 proxy.example"),
    ],
)
def test_a_header_that_helps_is_blamed(habits: Habits, blamed: str) -> None:
    with pytest.raises(Violation) as violation:
        evade(habits)
    assert violation.value.outcome is Outcome.BUDGET_RENEWED
    assert violation.value.observed.endswith(f"→ 200 with {blamed}")


@pytest.mark.parametrize("patience", [1, 7, 30])
def test_a_limit_that_gives_way_by_itself_is_blamed_and_no_header(patience: int) -> None:
    with pytest.raises(Blocked, match=r"^blocked by RATE-003: the limit gives way by itself: GET /api/v2/products"):
        evade(Habits(limit=60, patience=patience))
