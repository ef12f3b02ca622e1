"""LOG-005: an unhandled failure is reported to the error tracker, once and without personal data."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import quote

from spec.checking.examination import Examination, verifies
from spec.checking.outcomes import Outcome
from spec.target.exchange import Exchange
from spec.target.shop import Shop

REQUEST_ID: Final = "X-Request-ID"
FAILURES: Final = 3
WAIT_SECONDS: Final = 10.0
"""The time that a tracker's client may take to send in the background."""
QUIET_SECONDS: Final = 2.0
"""After the last report so long nothing more may come: a second report of one failure comes right after the first."""


@verifies("LOG-005", effects={"writes", "signs in", "breaks"})
def test_an_unhandled_failure_reaches_the_error_tracker_once_and_without_personal_data(
    target: Shop, examine: Examination
) -> None:
    """One thing is broken from outside on a start of its own, so that a request that worked fails unhandled.

    An anonymous visitor and a signed-in customer send it, with a token, a cookie and an e-mail address in its headers.
    The error tracker's sink has to receive exactly one report for each failure, found by the request id of the
    answer, and none of the planted values.
    """
    with target.failing() as (shop, request):
        whole = target.visitor().client.send(request)
        works = whole.response is not None and whole.response.succeeded
        examine.require(works, f"the request does not work on the whole target either: {whole.summary}")
        customer = shop.customer()
        cookie = shop.unique_name("cookie")
        planted = (customer.email, quote(customer.email, safe=""), cookie, *customer.session.secrets())
        contact = f"https://shop.example/?contact={quote(customer.email, safe='')}"
        carrying = request.with_header("Cookie", f"basket={cookie}").with_header("Referer", contact)
        before = len(shop.windows.errors.reports().reports)
        # The failures are provoked; under examination is only what reaches the tracker.
        failed = [
            shop.visitor().client.send(carrying),
            customer.client.send(customer.session.sign(carrying)),
            customer.client.send(request.with_header("X-Contact", customer.email)),
        ]
        for exchange in failed:
            examine.require(
                exchange.response is not None and exchange.response.is_server_error,
                f"the provoked failure is none of the server: {exchange.summary}",
            )
        seen = shop.windows.errors.wait_for(before + FAILURES, WAIT_SECONDS, quiet_seconds=QUIET_SECONDS)
        # Whatever the shop reported while it came up is no report of these failures.
        reports = seen.reports[before:]
        ids = [_request_id(exchange) for exchange in failed]
        counts = {one: sum(_mentions(report, one) for report in reports) for one in ids}
        examine.that(
            all(ids) and all(counts.values()),
            Outcome.REPORT_MISSING,
            f"a report with the request id of each of {FAILURES} failures",
            saw=seen,
            observed=f"reports by request id: {counts}",
        )
        examine.that(
            set(counts.values()) == {1} and len(reports) == FAILURES,
            Outcome.REPORT_WRONG,
            f"exactly one report for each of {FAILURES} failures",
            saw=seen,
            observed=f"{len(reports)} reports; by request id: {counts}",
        )
        leaked = _find_leaks(reports, {*planted, *_addresses(failed)})
        examine.that(
            not leaked,
            Outcome.PERSONAL_DATA_SENT,
            "no e-mail address, token, cookie or client address in a report",
            saw=seen,
            observed=f"{len(leaked)} planted values were found",
        )
    examine.progress(FAILURES, FAILURES)


def _request_id(exchange: Exchange) -> str:
    return (exchange.response.headers.get(REQUEST_ID) if exchange.response else None) or ""


def _mentions(report: Mapping[str, object], request_id: str) -> bool:
    return bool(request_id) and request_id in json.dumps(report, default=str)


def _addresses(exchanges: Sequence[Exchange]) -> set[str]:
    return {exchange.source_address for exchange in exchanges if exchange.source_address}


def _find_leaks(reports: Sequence[Mapping[str, object]], planted: set[str]) -> list[str]:
    text = json.dumps(list(reports), ensure_ascii=False, default=str)
    return [value for value in planted if value and value in text]
