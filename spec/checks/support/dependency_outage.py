"""An outage of one dependency, stopped or hanging: readiness has to report it, and to recover by itself."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Final

from spec.checking.examination import Examination
from spec.checking.outcomes import Outcome
from spec.target.control.services import RECOVERY_SECONDS, Service
from spec.target.exchange import Failure
from spec.target.shop import Shop
from spec.target.steps import Verb
from spec.target.values import Readiness
from spec.target.visitor import Reply, Visitor

POLL_SECONDS: Final = 0.1
SHORTEST_LOOK_SECONDS: Final = 1.0
ODD_SIZE: Final = 37
"""Products on a page of a size that no other check asks for."""


class Outage:
    """Examines what a shop depends on; `limit` is the time, in seconds, in which readiness has to report."""

    def __init__(self, shop: Shop, examine: Examination, limit: float) -> None:
        self._shop = shop
        self._examine = examine
        self._limit = limit
        self._recovery = shop.profile.policy_number("recovery_time", RECOVERY_SECONDS)
        self._visitor = shop.visitor()
        self._odd_sizes = itertools.count(ODD_SIZE)
        # A probe that is stuck must not stand for all the time in which readiness has to report.
        self._longest = min(self._limit, max(self._recovery, SHORTEST_LOOK_SECONDS), shop.endpoint.timeout_seconds)

    def examine_each(self, outage: Callable[[Service], AbstractContextManager[object]], state: str) -> None:
        """Examine readiness while the block `outage` holds the database, then the cache, "stopped" or "hanging".

        Measures the seconds after which readiness reported the later of them as down.
        """
        services = (Service.DATABASE, Service.CACHE)
        noticed = {service: self._examine_one(service, outage(service), state) for service in services}
        method = f"from the moment at which it was {state} to the first answer that reports it"
        self._examine.measure(max(noticed.values()), n=len(noticed), method=method)
        self._examine.progress(len(noticed), len(services))
        self._examine.note(
            "noticed after " + ", ".join(f"{took:.1f} s ({service})" for service, took in noticed.items())
        )
        if not self._shop.verbs.offers("liveness"):
            self._examine.note("The target offers no liveness, so it was not asked meanwhile.")

    def show_each(
        self, outage: Callable[[Service], AbstractContextManager[object]], *, whole_status: int, down_status: int
    ) -> None:
        """Show readiness whole, with the database gone, and with the cache gone, each by its status as well."""
        services = (Service.DATABASE, Service.CACHE)
        for service in services:
            whole = self._visitor.do(self._shop.verbs.readiness())
            is_whole = whole.status == whole_status and whole.worked and _is_whole(whole.value)
            self._examine.that(
                is_whole, Outcome.WRONG_CONTENT, f"readiness at {whole_status} that names both as up", saw=whole
            )
            with outage(service):
                shown, report, _ = self._look_until(self._visitor, lambda said: not said.ready, self._limit)
                is_down = report is not None and not report.ready and shown.status == down_status
                expected = f"readiness at {down_status} with the {service} stopped"
                self._examine.that(is_down, Outcome.WRONG_STATUS, expected, saw=shown)
            back, report, _ = self._look_until(self._visitor, _is_whole, self._recovery)
            self._examine.require(_is_whole(report), f"readiness did not come back: {back.exchange.summary}")
        self._examine.progress(len(services), len(services))

    def _examine_one(self, service: Service, outage: AbstractContextManager[object], state: str) -> float:
        verbs = self._shop.verbs
        whole = self._visitor.twin(verbs.readiness())
        self._examine.require(
            _is_whole(whole.value),
            f"before the {service} is {state} readiness says {whole.value}: nothing can be noticed",
        )
        with self._shop.client(self._visitor.client.source_address, timeout_seconds=self._longest) as client:
            prober = Visitor(client, verbs)
            with outage:
                self._expect_alive(prober, f"while the {service} begins to be {state}")
                seconds = self._await_report(prober, service)
                self._expect_alive(prober, f"while the {service} is {state}")
            back, report, _ = self._look_until(prober, lambda said: said.ready, self._recovery)
        expected = f"within {self._recovery:g} s of the {service}'s return readiness says that it is ready"
        self._examine.that(report is not None and report.ready, Outcome.NOT_RECOVERED, expected, saw=back)
        expected = f"readiness names database and cache as up after the {service}'s return"
        self._examine.that(_is_whole(report), Outcome.WRONG_CONTENT, expected, saw=back, observed=report)
        sold = self._visitor.do(self._uncached_read())
        expected = f"ready after the {service}'s return means that the shop answers"
        self._examine.that(sold.worked, Outcome.NOT_RECOVERED, expected, saw=sold)
        return seconds

    def _uncached_read(self) -> Verb[object]:
        """Make a read of the catalogue that no visitor has made before."""
        verbs = self._shop.verbs
        if verbs.offers("list_products.search"):
            return verbs.list_products(search=self._shop.unique_name("returned"))
        return verbs.list_products(page_size=next(self._odd_sizes))

    def _expect_alive(self, prober: Visitor, when: str) -> None:
        if not self._shop.verbs.offers("liveness"):
            return
        alive = prober.do(self._shop.verbs.liveness())
        answered = alive.exchange.response is not None and alive.worked
        self._examine.that(answered, Outcome.WRONG_STATUS, f"liveness answers {when}", saw=alive)

    def _await_report(self, prober: Visitor, service: Service) -> float:
        def says_down(said: Readiness) -> bool:
            return not said.ready and not _up(said)[service]

        # An answer may be in its last moments when the service goes; the time counts at which it says so, whole.
        reply, report, passed = self._look_until(prober, says_down, self._limit)
        in_time = report is not None and says_down(report) and passed <= self._limit
        expected = f"within {self._limit:g} s readiness says that the {service} is down"
        seen = f"after {passed:.1f} s {reply.exchange.summary}: {report or 'no report of readiness'}"
        self._examine.that(in_time, Outcome.DEPENDENCY_NOT_REPORTED, expected, saw=reply, observed=seen)
        others_up = all(is_up for one, is_up in _up(reply.value).items() if one != service)
        expected = f"only the {service} is down"
        self._examine.that(others_up, Outcome.DEPENDENCY_NOT_REPORTED, expected, saw=reply, observed=report)
        return passed

    def _look_until(
        self, prober: Visitor, says: Callable[[Readiness], bool], seconds: float
    ) -> tuple[Reply[Readiness], Readiness | None, float]:
        """Look until readiness says it or time is over. A look that began in time counts.

        Returns the last look, its report (None where it says something else, or nothing for as long as the client
        waited) and the seconds passed. Raises Unanswered where readiness closed or refused the connection: then it is
        not slow but gone.
        """
        began = time.monotonic()
        while True:
            reply = prober.do(self._shop.verbs.readiness())
            passed = time.monotonic() - began
            report = reply.value if reply.exchange.failure is not Failure.TIMEOUT and reply.worked else None
            if (report is not None and says(report)) or passed > seconds:
                return reply, report, passed
            time.sleep(POLL_SECONDS)


def _is_whole(report: Readiness | None) -> bool:
    return report is not None and report.ready and all(_up(report).values())


def _up(report: Readiness) -> dict[str, bool]:
    return {Service.DATABASE: report.database, Service.CACHE: report.cache}
