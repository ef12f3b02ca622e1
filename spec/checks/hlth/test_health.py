"""HLTH-003: readiness tells when the database or the cache is gone, and when it is back."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from reports.results import Metric
from reports.verdicts import Verdict
from spec.checking.examination import Examination, verifies
from spec.checking.outcomes import Outcome
from spec.run.run_state import RunState
from spec.target.client import Client
from spec.target.control.services import Service
from spec.target.exchange import Failure
from spec.target.shop import Shop
from spec.target.values import Readiness
from spec.target.visitor import Reply, Visitor

LIMIT_SECONDS: Final = 5.0
RECOVERY_SECONDS: Final = 30.0
"""Where a profile declares no recovery time of its own."""
POLL_SECONDS: Final = 0.1
SHORTEST_LOOK_SECONDS: Final = 1.0

Look = Callable[[], Reply[Readiness]]


@verifies("HLTH-003", effects={"breaks"})
def test_readiness_notices_a_stopped_dependency_and_recovers_by_itself(
    target: Shop, run: RunState, examine: Examination
) -> None:
    """The database is stopped and started, then the cache; liveness answers all the while.

    Readiness that is silent reports nothing: a probe that hangs is as blind as one that says that all is well.
    """
    visitor = target.visitor()
    noticed = {
        service: _break_and_mend(target, examine, visitor, service) for service in (Service.DATABASE, Service.CACHE)
    }
    slowest = max(noticed.values())
    requirement = run.catalogue.get("HLTH-003")
    examine.measure(
        Metric(
            id=requirement.id,
            title=requirement.metric.title if requirement.metric else requirement.title,
            requirement=requirement.id,
            statistic="max",
            limit=LIMIT_SECONDS,
            limit_operator="<=",
            value=slowest,
            interval=None,
            method="from the end of the stop to the first answer that reports it",
            n=len(noticed),
            unit="s",
            verdict=Verdict.PASS if slowest <= LIMIT_SECONDS else Verdict.FAIL,
        )
    )
    examine.progress(len(noticed), len(noticed))
    examine.note("noticed after " + ", ".join(f"{seconds:.1f} s ({service})" for service, seconds in noticed.items()))


def _break_and_mend(shop: Shop, examine: Examination, visitor: Visitor, service: Service) -> float:
    """Stop and start the service. Returns the seconds after which readiness said that it is gone."""
    _expect_ready(examine, visitor.do(shop.verbs.readiness()), "before anything is stopped")
    with _impatient_client(shop, visitor) as client:

        def look() -> Reply[Readiness]:
            return Visitor(client).do(shop.verbs.readiness())

        seconds = _await_report_while_stopped(shop, examine, visitor, look, service)
        _await_recovery(shop, examine, look, visitor, service)
    return seconds


def _impatient_client(shop: Shop, visitor: Visitor) -> Client:
    """The visitor's client again, which waits for one look only as long as leaves time for others.

    What is asked is when readiness says something: one probe that is stuck must not stand for all that time.
    """
    longest = min(LIMIT_SECONDS, max(_recovery_seconds(shop), SHORTEST_LOOK_SECONDS))
    endpoint = replace(shop.endpoint, timeout_seconds=min(shop.endpoint.timeout_seconds, longest))
    return Client(endpoint, shop.recorder, visitor.client.source_address)


def _await_report_while_stopped(
    shop: Shop, examine: Examination, visitor: Visitor, look: Look, service: Service
) -> float:
    control = shop.control
    try:
        # A stop that fails may have taken effect all the same.
        control.stop(service)
        seconds = _await_report(examine, look, service)
        alive = visitor.do(shop.verbs.liveness())
        examine.expect(
            alive.worked,
            Outcome.WRONG_STATUS,
            expected=f"liveness answers while the {service} is stopped",
            observed=alive.exchange.summary,
            exchange=alive.exchange,
        )
    finally:
        # Whatever was found: the next check needs the target whole.
        control.start(service)
    return seconds


def _await_report(examine: Examination, look: Look, service: Service) -> float:
    stopped = time.monotonic()
    while True:
        reply = look()
        passed = time.monotonic() - stopped
        # An answer may be in its last moments when the service goes; what counts is when it says so, whole.
        state = _report(reply)
        if state is not None and not state.ready and _is_up(state, service) is False:
            other = Service.CACHE if service is Service.DATABASE else Service.DATABASE
            examine.expect(
                _is_up(state, other),
                Outcome.DEPENDENCY_NOT_REPORTED,
                expected=f"only the {service} is down, the {other} is up",
                observed=state,
                exchange=reply.exchange,
            )
            break
        if passed > LIMIT_SECONDS:
            break
        time.sleep(POLL_SECONDS)
    examine.expect(
        passed <= LIMIT_SECONDS,
        Outcome.DEPENDENCY_NOT_REPORTED,
        expected=f"within {LIMIT_SECONDS:.0f} s readiness says that the {service} is down",
        observed=f"after {passed:.1f} s {reply.exchange.summary}: {state or 'no report of readiness'}",
        exchange=reply.exchange,
    )
    return passed


def _await_recovery(shop: Shop, examine: Examination, look: Look, visitor: Visitor, service: Service) -> None:
    """Look until readiness is back. A look that began in time counts, and so does its silence once time is over."""
    allowed = _recovery_seconds(shop)
    deadline = time.monotonic() + allowed
    while True:
        reply = look()
        state = _report(reply)
        if state is not None and state.ready:
            break
        examine.expect(
            time.monotonic() < deadline,
            Outcome.NOT_RECOVERED,
            expected=f"within {allowed:.0f} s of the {service}'s return readiness is 200 again",
            observed=reply.exchange.summary,
            exchange=reply.exchange,
        )
        time.sleep(POLL_SECONDS)
    _expect_ready(examine, reply, f"after the {service}'s return")
    sold = visitor.do(shop.verbs.list_products(search=shop.unique_name("returned")))
    examine.expect(
        sold.worked,
        Outcome.NOT_RECOVERED,
        expected=f"ready after the {service}'s return means that the shop answers",
        observed=sold.exchange.summary,
        exchange=sold.exchange,
    )


def _expect_ready(examine: Examination, reply: Reply[Readiness], when: str) -> None:
    state = reply.value
    examine.expect(
        state.ready and state.database and state.cache,
        Outcome.WRONG_CONTENT,
        expected=f"readiness is 200 and names database and cache as up {when}",
        observed=f"{reply.exchange.summary}: {state}",
        exchange=reply.exchange,
    )


def _report(reply: Reply[Readiness]) -> Readiness | None:
    """What readiness says; None where it says something else, or nothing for as long as the client waited.

    Raises Unanswered where it closed or refused the connection: then it is not slow but gone.
    """
    if reply.exchange.failure is Failure.TIMEOUT:
        return None
    return reply.value if reply.worked else None


def _is_up(state: Readiness, service: Service) -> bool:
    return state.database if service is Service.DATABASE else state.cache


def _recovery_seconds(shop: Shop) -> float:
    return shop.profile.policy_number("recovery_time", RECOVERY_SECONDS)
