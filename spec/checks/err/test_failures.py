"""ERR-003: what fails unhandled is found by those who run the shop, and by nobody else."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Final

from spec.checking.examination import Examination, verifies
from spec.checking.outcomes import Outcome
from spec.checks.support.foreign_ids import told_ids
from spec.checks.support.revealing_text import find_revealed, names_in_stack
from spec.target.exchange import Exchange
from spec.target.shop import Shop
from spec.target.windows.log_window import LogPosition, LogWindow

WAIT_SECONDS: Final = 10.0


@verifies("ERR-003", effects={"writes", "signs in", "breaks"})
def test_an_unhandled_failure_tells_the_caller_nothing_and_is_found_in_the_log(
    target: Shop, examine: Examination
) -> None:
    """One thing is broken from outside on a start of its own, so that a request that worked fails unhandled.

    A stranger and a customer send it, and a stranger whose query has a word of its own. Each gets a 500 that shows no
    stack, SQL, path or library, and nothing of the stack that the log has of it; each has another request id, and the
    log has a line with that id.
    """
    with target.failing() as (shop, request):
        whole = target.visitor().client.send(request)
        works = whole.response is not None and whole.response.succeeded
        examine.require(works, f"the request does not work on the whole target either: {whole.summary}")
        customer, log = shop.customer(), shop.windows.logs
        before = log.position()
        failed = [shop.visitor().send(request), customer.send_signed(request), shop.visitor().send(request)]
        ids = [_judge_failure(examine, exchange) for exchange in failed]
        examine.that(
            len(set(ids)) == len(failed), Outcome.WRONG_CONTENT, "another id each time", saw=failed[0], observed=ids
        )
        stacks = 0
        for exchange, request_id in zip(failed, ids, strict=True):
            lines = _lines_with(log, before, request_id)
            examine.that(
                bool(lines),
                Outcome.EVENT_MISSING,
                "a line of the log with the request id of the failure",
                saw=exchange,
                observed=f"none within {WAIT_SECONDS:g} s",
            )
            names = names_in_stack("\n".join(lines))
            stacks += bool(names)
            told = exchange.response.body.decode(errors="replace") if exchange.response else ""
            shown = sorted(one for one in names if re.search(rf"(?<!\w){re.escape(one)}(?!\w)", told))
            examine.that(
                not shown,
                Outcome.INTERNALS_REVEALED,
                "nothing of the stack that the log has",
                saw=exchange,
                observed=", ".join(shown),
            )
    examine.progress(len(failed), len(failed))
    if not stacks:
        examine.note("No line of the log with such an id holds a stack, so answers were held against its forms alone.")


def _judge_failure(examine: Examination, exchange: Exchange) -> str:
    """State what an answer to a failure has to be, and return its request id."""
    response = exchange.response
    examine.require(
        response is not None and response.is_server_error,
        f"the provoked failure is none of the server: {exchange.summary}",
    )
    if response is None:
        return ""
    status = response.status
    examine.that(status == HTTPStatus.INTERNAL_SERVER_ERROR, Outcome.WRONG_STATUS, "500", saw=exchange)
    revealed = find_revealed(response, exchange.request.path)
    examine.that(
        not revealed,
        Outcome.INTERNALS_REVEALED,
        "no stack, SQL, path or library in a failure",
        saw=exchange,
        observed=revealed,
    )
    told = [one for one in told_ids(response) if one.strip()]
    examine.that(bool(told), Outcome.HEADER_MISSING, "a request id with the failure", saw=exchange, observed="none")
    return told[0]


def _lines_with(log: LogWindow, before: LogPosition, request_id: str) -> list[str]:
    """Return the lines of the log that have the id, once the request's own event is there."""
    log.wait_for_requests(
        before, lambda events: any(event.get(log.fields.request_id) == request_id for event in events), WAIT_SECONDS
    )
    return [line for line in log.lines_since(before) if request_id in line]
