"""RATE: how much each client gets, counted as shipped; how a window slides, counted on a start with a short one."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Final

from spec.checking.examination import Examination, verifies
from spec.checking.outcomes import Inapplicable, Outcome
from spec.checks.support.budgets import (
    BURST_LIMIT,
    HOUR,
    HOUR_LIMIT,
    MINUTE,
    AdmissionProbe,
    Period,
    begin_period,
    catalogue_probe,
    customer_with_probe,
    expect_budget,
    shop_without_burst,
    spend,
    tolerated,
    was_admitted,
)
from spec.run.run_state import RunState
from spec.target.shop import Shop
from spec.target.visitor import Visitor

REFUSED: Final = 429
BEYOND: Final = 5
"""Requests sent beyond a limit: each of them has to be refused."""
SHORT_LIMIT: Final = 10
SHORT_WINDOW: Final = 4.0
AFTER_THE_EDGE: Final = 0.15


@verifies("RATE-001")
def test_an_anonymous_client_gets_100_requests_an_hour_and_no_more(run: RunState, examine: Examination) -> None:
    """100 real answers, then 429 and nothing but 429; a client at another address has a budget of its own."""
    with shop_without_burst(run) as shop:
        shop.require_clients_apart()
        _count_anonymous_budget(shop, run, examine)


def _count_anonymous_budget(shop: Shop, run: RunState, examine: Examination) -> None:
    probe, tolerance = catalogue_probe(shop), tolerated(shop.profile, HOUR_LIMIT)
    visitor, period = shop.visitor(), begin_period(shop.profile, HOUR, needed=MINUTE)
    admitted, exchanges = spend(examine, visitor, probe, HOUR_LIMIT + tolerance + BEYOND)
    period.expect_not_over()
    count = sum(admitted)
    if shop.profile.start is None and not admitted[BURST_LIMIT]:
        examine.require(count > BURST_LIMIT, f"a burst limit of {count} is in the way, and the target grants no start")
    examine.measure(count, n=len(admitted), method="counted, burst limit out of the way", slack=tolerance)
    expect_budget(examine, admitted, exchanges, limit=HOUR_LIMIT, tolerance=tolerance, who="an anonymous client")
    for exchange in (one for one, was_let_in in zip(exchanges, admitted, strict=True) if not was_let_in):
        right = exchange.response is not None and exchange.response.status == REFUSED
        examine.that(
            right, Outcome.WRONG_STATUS, f"a request beyond the budget is refused with {REFUSED}", saw=exchange
        )
    other = shop.visitor().do(probe.verb)
    examine.that(
        was_admitted(examine, probe, other),
        Outcome.REFUSED_WITHIN_BUDGET,
        "a client at another address is admitted",
        saw=other,
    )


@verifies("RATE-003", effects={"writes", "signs in"})
def test_no_identity_gets_more_than_60_requests_in_a_minute(target: Shop, examine: Examination) -> None:
    """As shipped: an anonymous client and a signed-in customer are each answered 60 times, then refused."""
    target.require_clients_apart()
    tolerance = tolerated(target.profile, BURST_LIMIT)
    identities: dict[str, Callable[[], tuple[Visitor, AdmissionProbe]]] = {
        "an anonymous client": lambda: (target.visitor(), catalogue_probe(target)),
        "a signed-in customer": lambda: customer_with_probe(target),
    }
    for who, make in identities.items():
        visitor, probe = make()
        period = begin_period(target.profile, MINUTE, needed=20.0)
        admitted, exchanges = spend(examine, visitor, probe, BURST_LIMIT + tolerance + BEYOND)
        period.expect_not_over()
        expect_budget(examine, admitted, exchanges, limit=BURST_LIMIT, tolerance=tolerance, who=who)
    other = target.visitor()
    probe = catalogue_probe(target)
    reply = other.do(probe.verb)
    examine.that(
        was_admitted(examine, probe, reply),
        Outcome.REFUSED_WITHIN_BUDGET,
        "a client that has sent nothing is admitted",
        saw=reply,
    )


@dataclass(frozen=True, slots=True)
class LimitWindow:
    """A limit and its window in seconds, as the shop that is examined has them."""

    limit: int
    seconds: float

    @property
    def lead(self) -> float:
        """Seconds before the edge of a window in which its budget is spent."""
        return min(0.15 * self.seconds, 8.0)


@verifies("RATE-003")
def test_a_window_that_slides_has_no_edge_at_which_the_budget_doubles(run: RunState, examine: Examination) -> None:
    """A full budget just before the edge of a window leaves nothing just after it.

    Where the target can be started, a minute is not waited for: the same code runs with a window of four seconds. Both
    kinds of fixed window are tried, those that begin with the first request and those that begin with the clock.
    """
    profile = run.profile
    started: AbstractContextManager[Shop]
    if profile.policies.get("rate_window") == "clock":
        raise Inapplicable("the target declares windows by the clock, which have edges")
    if profile.start is not None and "burst_limit" in profile.start.settings:
        window = LimitWindow(SHORT_LIMIT, SHORT_WINDOW)
        started = run.shipped().started(burst_limit=f"{window.limit}/{window.seconds:.0f}seconds")
    else:
        window, started = LimitWindow(BURST_LIMIT, MINUTE), nullcontext(run.shipped())
    with started as shop:
        shop.require_clients_apart()
        probe = catalogue_probe(shop)
        for from_first_request in (True, False):
            _try_edge(examine, shop, probe, window, from_first_request=from_first_request)


def _try_edge(
    examine: Examination, shop: Shop, probe: AdmissionProbe, window: LimitWindow, *, from_first_request: bool
) -> None:
    visitor = shop.visitor()
    if from_first_request:
        edge = time.time() + window.seconds
        early, _ = spend(examine, visitor, probe, 1)
    else:
        edge = (time.time() // window.seconds + 1) * window.seconds
        if edge - time.time() < 2 * window.lead:
            edge += window.seconds
        early = []
    _wait_until(edge - window.lead)
    period = Period(time.monotonic(), window.seconds - 0.1)
    before, _ = spend(examine, visitor, probe, window.limit - len(early))
    _wait_until(edge + AFTER_THE_EDGE)
    after, exchanges = spend(examine, visitor, probe, window.limit)
    # What was admitted long ago may have left the window; whatever was admitted since is still in it.
    examine.quota("requests admitted before the edge", sum(before), window.limit - len(early))
    period.expect_not_over()
    most = window.limit - len(before)
    examine.that(
        sum(after) <= most,
        Outcome.ADMITTED_BEYOND_BUDGET,
        f"at most {window.limit} requests admitted in any {window.seconds:.0f} s",
        saw=exchanges[min(most, len(exchanges) - 1)],
        observed=f"{sum(before) + sum(after)} within {period.passed:.1f} s, around the edge of a window",
    )


def _wait_until(moment: float) -> None:
    time.sleep(max(0.0, moment - time.time()))
