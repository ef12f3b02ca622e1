"""RATE: ways round a limit. Requests at once, and headers that claim to come from somebody else."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from spec.checking.examination import Examination, verifies
from spec.checking.outcomes import Blocked, Outcome
from spec.checks.support.budgets import (
    BURST_LIMIT,
    MINUTE,
    AdmissionProbe,
    Period,
    begin_period,
    catalogue_probe,
    customer_with_probe,
    spend_whole,
    tolerated,
    was_admitted,
)
from spec.checks.support.concurrency import at_once
from spec.run.run_state import RunState
from spec.target.answer_kinds import REFUSALS, AnswerKind
from spec.target.shop import Shop
from spec.target.visitor import Reply, Visitor

AT_ONCE: Final = 90
"""The burst limit and half of it again, from one client, over as many connections."""
GAVE_WAY: Final = "blocked by RATE-003: the limit gives way by itself"
CROWD: Final = 4
CROWD_REQUESTS: Final = 10

ADDRESS_HEADERS: Final = (
    "X-Forwarded-For", "X-Real-IP", "True-Client-IP", "CF-Connecting-IP", "CF-Connecting-IPv6", "X-Client-IP",
    "Client-IP", "X-Cluster-Client-IP", "X-Forwarded", "Forwarded-For", "X-Original-Forwarded-For", "X-Remote-IP",
    "X-Remote-Addr", "Remote-Addr", "X-ProxyUser-IP", "Fastly-Client-IP", "X-Azure-ClientIP", "X-Appengine-User-IP",
    "Fly-Client-IP", "X-Envoy-External-Address", "X-Originating-IP", "X-Coming-From",
)  # fmt: skip
"""Headers in which some proxy tells an address; a client can send every one of them."""
OTHER_HEADERS: Final = (
    ("Forwarded", "for=203.0.113.77;proto=https;by=203.0.113.1"),
    ("Forwarded", 'for="[2001:db8:77::1]:4711"'),
    ("X-Forwarded-For", "203.0.113.78, 198.51.100.7, 192.0.2.44"),
    ("X-Forwarded-For", "127.0.0.1"),
    ("X-Forwarded-For", "2001:db8:78::1"),
    ("X-Forwarded-Host", "another.example"),
    ("Via", "1.1 proxy.example"),
    ("User-Agent", "Mozilla/5.0 (another browser)"),
    ("Accept-Language", "eo"),
    ("Cookie", "sessionid=another; csrftoken=another"),
    ("X-Session-ID", "another"),
    ("X-Request-ID", "another-request"),
    ("X-API-Key", "another-key"),
    ("X-User-ID", "1"),
    ("Idempotency-Key", "another-key"),
    ("Origin", "https://another.example"),
)
"""Other things that a limit has been keyed by, and more elaborate spellings of the same."""


@verifies("RATE-004", effects={"writes", "signs in"})
def test_of_90_requests_at_once_exactly_60_are_admitted(target: Shop, run: RunState, examine: Examination) -> None:
    """One client, 90 connections, one moment: 60 real answers and 30 refusals, round after round."""
    target.require_clients_apart()
    catalogue = catalogue_probe(target)
    rounds: list[tuple[str, Callable[[], tuple[Visitor, AdmissionProbe]], int]] = [
        ("anonymous", lambda: (target.visitor(), catalogue), 0),
        ("anonymous", lambda: (target.visitor(), catalogue), 0),
        ("anonymous, in a crowd", lambda: (target.visitor(), catalogue), CROWD),
        ("signed in", partial(customer_with_probe, target), 0),
    ]
    if not run.quick:
        rounds += [rounds[0], rounds[1], rounds[3]]
    tolerance = tolerated(target.profile, BURST_LIMIT)
    for number, (who, make, crowd) in enumerate(rounds, start=1):
        visitor, probe = make()
        period = begin_period(target.profile, MINUTE, needed=25.0)
        calls: list[Callable[[], Reply[Any]]] = [partial(visitor.do, probe.verb)] * AT_ONCE
        for other in [target.visitor() for _ in range(crowd)]:
            calls += [partial(other.do, catalogue.verb)] * CROWD_REQUESTS
        replies = at_once(calls)
        period.expect_not_over()
        admitted = [was_admitted(examine, probe, reply) for reply in replies[:AT_ONCE]]
        count, refused = sum(admitted), admitted.count(False)
        shown = replies[admitted.index(count > BURST_LIMIT)].exchange if refused else replies[0].exchange
        examine.that(
            BURST_LIMIT <= count <= BURST_LIMIT + tolerance,
            Outcome.ADMITTED_BEYOND_BUDGET if count > BURST_LIMIT else Outcome.REFUSED_WITHIN_BUDGET,
            f"{BURST_LIMIT} of {AT_ONCE} requests at once admitted, the others refused",
            saw=shown,
            observed=f"round {number} ({who}): {count} admitted, {refused} refused",
        )
        for reply in replies[AT_ONCE:]:
            examine.that(
                was_admitted(examine, catalogue, reply),
                Outcome.REFUSED_WITHIN_BUDGET,
                f"clients at other addresses admitted while one sends {AT_ONCE} requests at once",
                saw=reply,
            )
    examine.note(f"{len(rounds)} rounds of {AT_ONCE} requests at once, each by a client with a fresh budget.")


@verifies("RATE-005")
def test_no_header_that_a_client_chooses_gives_it_a_fresh_budget(target: Shop, examine: Examination) -> None:
    """A client that has spent its budget is refused with every header; one that has not is admitted without any.

    The budget may be another than RATE-003 asks for: requests go on until one is refused, up to 1 000 or for 15 s.
    Where a request with a header is admitted, the twin is the same one without it: if that is admitted too, as it is to
    another client that sends no header at all, the limit gives way by itself, and no header is to blame.
    """
    target.require_clients_apart()
    probe, visitor = catalogue_probe(target), target.visitor()
    headers = [*((name, f"203.0.113.{place + 1}") for place, name in enumerate(ADDRESS_HEADERS)), *OTHER_HEADERS]
    period = begin_period(target.profile, MINUTE, needed=30.0)
    admitted, _ = spend_whole(examine, visitor, probe, BURST_LIMIT + tolerated(target.profile, BURST_LIMIT) + 1)
    examine.require(any(admitted), "the client was never admitted")
    tried = [(f"{name}: {value}", probe.verb.with_header(name, value)) for name, value in headers]
    everything = probe.verb
    for name, value in headers:
        if name not in {"User-Agent", "Origin", "X-Forwarded-Host"}:
            everything = everything.with_header(name, value)
    tried.append(("all of them at once", everything))
    senders = [(what, verb, visitor) for what, verb in tried]
    if visitor.session.cookies:
        senders.append(("no cookies", probe.verb, visitor.anonymous()))
    unclear = []
    for number, (what, verb, sender) in enumerate(senders, start=1):
        reply = sender.do(verb)
        if reply.kind is not AnswerKind.BUDGET and reply.worked:
            period.expect_not_over()
            expect_limit_to_last(target, probe, visitor, number)
        if not shows_refusal(examine, period, reply, what):
            unclear.append((what, verb, reply))
    last = visitor.do(probe.verb)
    period.expect_not_over()
    if last.kind is not AnswerKind.BUDGET:
        raise Blocked(f"{GAVE_WAY}: {last.exchange.summary} without any header, after {len(senders)} refusals")
    other = target.visitor()
    fresh = other.do(probe.verb)
    examine.that(
        was_admitted(examine, probe, fresh),
        Outcome.REFUSED_WITHIN_BUDGET,
        "a client at another address is admitted without any header",
        saw=fresh,
    )
    # Asked by one client whose budget all of them together do not spend.
    left = [what for what, verb, reply in unclear if not refuses_the_header(reply, other.do(verb))]
    refused = len(unclear) - len(left)
    if refused:
        examine.note(f"{refused} of {len(senders)} headers are refused whoever sends them, so they give no budget.")
    examine.progress(len(senders) - len(left), len(senders), left)


def expect_limit_to_last(shop: Shop, probe: AdmissionProbe, spent: Visitor, number: int) -> None:
    """Raise Blocked where the limit gives way by itself, so that a header is not to blame for an admitted request.

    It was the so-manyth request of a client whose budget was spent. That client sends one without any header. If that
    is refused, the header was what helped. If it is admitted, the header may have made the whole budget new: another
    client spends its own, and is refused as often, without any header from its first request on.
    """
    if spent.do(probe.verb).kind is AnswerKind.BUDGET:
        return
    other = shop.visitor()
    spend_whole(Examination(), other, probe, BURST_LIMIT + tolerated(shop.profile, BURST_LIMIT) + 1)
    for place in range(1, number + 2):
        reply = other.do(probe.verb)
        if reply.kind is not AnswerKind.BUDGET and reply.worked:
            raise Blocked(f"{GAVE_WAY}: {reply.exchange.summary} without any header, after {place} refusals")


def shows_refusal(examine: Examination, period: Period, reply: Reply[Any], what: str) -> bool:
    """Expect a spent budget's refusal; an admitted request is a violation, and so is a server error.

    Any other answer, such as a refusal of the header itself, shows neither that the budget is spent nor that it is not:
    see `refuses_the_header`. An admitted one need not be word for word the same: another language is a useful answer.
    """
    if reply.kind is AnswerKind.BUDGET:
        return True
    period.expect_not_over()
    examine.no_server_error(reply.exchange)
    examine.that(
        not reply.worked,
        Outcome.BUDGET_RENEWED,
        "a client whose budget is spent refused, with the header as without it",
        saw=reply,
        observed=f"{reply.exchange.summary} with {what}",
    )
    return False


def refuses_the_header(spent: Reply[Any], fresh: Reply[Any]) -> bool:
    """Tell if the header is refused and not its sender: a client whose budget is whole gets the same refusal for it.

    Then it gives no client a budget: with it, none is served at all.
    """
    return spent.kind in REFUSALS and fresh.kind is spent.kind
