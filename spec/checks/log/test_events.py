"""LOG-001: every call leaves one event, by which it can be followed."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from spec.checking.examination import Examination, verifies
from spec.checking.outcomes import Outcome
from spec.checks.support.call_events import (
    REQUEST_ID,
    Event,
    LoggedCall,
    PairedCall,
    doubt_durations,
    pair_calls,
)
from spec.checks.support.provoked_answers import break_body, open_by_body, refuse_stranger, try_methods
from spec.run.run_state import RunState
from spec.surface.known import Known, learn_target
from spec.surface.tour import Tour
from spec.target.answer_kinds import AnswerKind
from spec.target.circumstances import Identity
from spec.target.exchange import Exchange
from spec.target.shop import Shop
from spec.target.steps import Verb
from spec.target.visitor import Visitor
from spec.target.windows.log_window import LogPosition, LogWindow

T = TypeVar("T")

FLOOD: Final = 130
"""Requests after which an anonymous client has met a limit: the hourly 100, and more."""
WAIT_SECONDS: Final = 10.0
QUIET_SECONDS: Final = 0.5
"""An event that is one too many may come late; after so long without one, none is expected."""
START: Final = LogPosition(0)
KINDS: Final = (
    AnswerKind.DONE,
    AnswerKind.INVALID,
    AnswerKind.UNAUTHENTICATED,
    AnswerKind.NOT_FOUND,
    AnswerKind.UNSUPPORTED,
    AnswerKind.BUDGET,
)
"""Kinds that have to be among the calls; of a shop that has no such answer, its absence is noted."""


@dataclass(slots=True)
class Calls:
    """The calls of the check, and the kinds of answer that the shop has not."""

    made: list[LoggedCall] = field(default_factory=list)
    opened: list[LoggedCall] = field(default_factory=list)
    """Those of them that opened a product, each another one."""
    absent: set[AnswerKind] = field(default_factory=set)

    def make(self, visitor: Visitor, verb: Verb[Any]) -> LoggedCall:
        """Make a call, whatever comes of it."""
        return self.keep(visitor, visitor.provoke(verb))

    def succeed(self, visitor: Visitor, verb: Verb[T]) -> T:
        """Make a call that has to work. Raises PreparationFailed where it does not."""
        reply = visitor.twin(verb)
        self.keep(visitor, reply.exchange)
        return reply.value

    def keep(self, visitor: Visitor, exchange: Exchange) -> LoggedCall:
        """Keep a call that has been made. Raises Unanswered where it has no answer."""
        self.made.append(LoggedCall(exchange, visitor.settle(exchange)))
        return self.made[-1]


@verifies("LOG-001", effects={"writes", "signs in"})
def test_every_call_leaves_exactly_one_event(
    target: Shop, run: RunState, take_tour: Callable[[], Tour], examine: Examination
) -> None:
    """Every call leaves exactly one event in the log, with what is needed to follow it.

    Calls are made that succeed and that are refused in every way that the shop has (broken, unauthenticated, forbidden,
    unknown, not allowed, throttled), with and without a signed-in user; those of the tour of the surface are counted
    with them. Every answer names a request id. The log has exactly one event for each, with the method, the status, a
    route, a duration and the id of the user who asked, or none. The duration is no longer than the client waited. The
    pages of different products have one route. An event that is written once more, late, is waited for.
    """
    roomy = run.roomy()
    toured = run.has_toured
    # A tour that was taken before is in the log somewhere.
    positions = {one: START if toured else one.windows.logs.position() for one in dict.fromkeys((target, roomy))}
    calls = make_calls(target)
    made, opened = calls.made, calls.opened
    kinds, seen = Counter(one.kind for one in made), Counter(one.status for one in made)
    needed = [kind for kind in KINDS if kind not in calls.absent]
    lacking = f"answers of each kind ({', '.join(needed)}) are needed, and there were {dict(sorted(seen.items()))}"
    examine.require(all(kinds[kind] for kind in needed), lacking)
    everything = [*made, *list_toured(take_tour(), learn_target(roomy))]
    _expect_ids(examine, made, everything)
    paired = [
        pair
        for shop, position in positions.items()
        for pair in _pair_with_log(shop.windows.logs, position, _answered_by(everything, shop, positions))
    ]
    _expect_one_event_each(examine, paired)
    events = [_expect_facts(examine, target.windows.logs, pair) for pair in paired]
    doubt = doubt_durations(target.windows.logs.fields, [one.call for one in paired], events)
    examine.that(not doubt, Outcome.EVENT_WRONG, "durations as they were measured", saw=paired[-1].call, observed=doubt)
    _expect_one_route(examine, target.windows.logs, opened, paired, events)
    examine.progress(len(everything), len(everything))
    _tell_calls(examine, calls, everything)


def _expect_ids(examine: Examination, made: Sequence[LoggedCall], everything: Sequence[LoggedCall]) -> None:
    nameless = next((one for one in everything if not one.request_id), None)
    wanted = f"each of {len(everything)} answers names a request id in {REQUEST_ID}"
    found = f"no {REQUEST_ID}: {(nameless or made[-1]).exchange.summary}"
    examine.that(nameless is None, Outcome.HEADER_MISSING, wanted, saw=nameless or made[-1], observed=found)
    ids = {one.request_id for one in made}
    wanted = f"each of {len(made)} answers names a request id of its own in {REQUEST_ID}"
    examine.that(len(ids) == len(made), Outcome.HEADER_WRONG, wanted, saw=made[-1], observed=f"{len(ids)} ids")


def _answered_by(calls: Sequence[LoggedCall], shop: Shop, shops: Iterable[Shop]) -> list[LoggedCall]:
    """List the calls that this one of the shops has answered, and whose events are in its log."""
    if len(list(shops)) == 1:
        return list(calls)
    return [one for one in calls if one.exchange.circumstances.roomy is shop.circumstances().roomy]


def _pair_with_log(log: LogWindow, position: LogPosition, calls: Sequence[LoggedCall]) -> Iterator[PairedCall]:
    events = read_when_quiet(log, position, {one.request_id for one in calls}) if calls else []
    return pair_calls(calls, events, log.fields)


def _expect_one_event_each(examine: Examination, paired: Sequence[PairedCall]) -> None:
    whole = sum(one.is_logged_once for one in paired)
    examine.measure(100 * whole / len(paired), n=len(paired), method="every call, found by its request id")
    for one in paired:
        outcome = Outcome.EVENT_WRONG if one.events else Outcome.EVENT_MISSING
        found = f"{len(one.events)} events for {one.call.told}; {whole} of {len(paired)} calls have exactly one"
        wanted = "exactly one event for each call"
        examine.that(one.is_logged_once, outcome, wanted, saw=one.call, observed=found)


def _expect_facts(examine: Examination, log: LogWindow, pair: PairedCall) -> Event:
    event, wrong = pair.nearest(log.fields)
    call = pair.call
    user = "no user id" if call.user is None else f"the user id {call.user}"
    wanted = (
        f"an event with the method {call.exchange.request.method}, the status {call.status}, a route, {user} and a "
        f"duration of at most {call.exchange.seconds:.3f} s"
    )
    found = f"wrong {', '.join(wrong)} for {call.told}: {dict(event)}"
    examine.that(not wrong, Outcome.EVENT_WRONG, wanted, saw=call, observed=found)
    return event


def _expect_one_route(
    examine: Examination,
    log: LogWindow,
    opened: Sequence[LoggedCall],
    paired: Sequence[PairedCall],
    events: Sequence[Event],
) -> None:
    routes = {
        str(event.get(log.fields.route)) for pair, event in zip(paired, events, strict=True) if pair.call in opened
    }
    wanted = "one route for the pages of different products: the pattern and not the path"
    examine.require(len(opened) > 1, "there are not two products whose pages could be told apart")
    examine.that(len(routes) == 1, Outcome.EVENT_WRONG, wanted, saw=opened[-1], observed=sorted(routes))


def _tell_calls(examine: Examination, calls: Calls, everything: Sequence[LoggedCall]) -> None:
    statuses = Counter(one.status for one in everything)
    told = ", ".join(f"{count} × {status}" for status, count in sorted(statuses.items()))
    examine.note(f"{len(everything)} calls, {len(everything) - len(calls.made)} of them of the tour: {told}")
    for name, values in (
        ("methods", {one.exchange.request.method for one in everything}),
        ("identities", {str(one.exchange.circumstances.identity) for one in everything}),
        ("kinds of answer", {str(one.kind) for one in everything}),
    ):
        examine.note(f"{len(values)} {name}.")
    if calls.absent:
        examine.note(f"The target has no answer of the kind: {', '.join(sorted(calls.absent))}.")


def list_toured(tour: Tour, known: Known) -> Iterator[LoggedCall]:
    """List the calls of a tour: what was asked of the interface by its own name, and was a request at all.

    The log of a start that the tour had for itself has ended with it.
    """
    for visit in tour.visits:
        exchange = visit.exchange
        if exchange is None or exchange.response is None or exchange.request.malformed:
            continue
        if exchange.circumstances.settings:
            continue
        # A request to another host may be refused before it comes to this shop.
        is_elsewhere = any(name.lower() == "host" for name, _ in exchange.request.headers)
        if not is_elsewhere and known.document_of(known.path_of(exchange.request)) is not None:
            yield LoggedCall(exchange, known.settle(exchange.response))


def make_calls(shop: Shop) -> Calls:
    """Make calls of every kind."""
    verbs, anonymous, calls = shop.verbs, shop.visitor(), Calls()
    products = calls.succeed(anonymous, verbs.list_products(page_size=2)).products
    before = len(calls.made)
    for product in products:
        calls.succeed(anonymous, verbs.open_product(product.id))
    calls.opened = calls.made[before:]
    _call_as_customer(shop, calls)
    _call_to_be_refused(shop, calls, anonymous)
    return calls


def _call_as_customer(shop: Shop, calls: Calls) -> None:
    verbs = shop.verbs
    customer = _sign_in(shop, calls)
    allowed: dict[str, Callable[[], Verb[Any]]] = {
        "whoami": verbs.whoami,
        "view_cart": verbs.view_cart,
        "empty_cart": verbs.empty_cart,
    }
    for name, make in allowed.items():
        if verbs.offers(name):
            calls.succeed(customer, make())
    calls.make(customer, verbs.place_order())
    if verbs.offers("withdraw_product"):
        calls.make(customer, verbs.withdraw_product(verbs.nobody("product")))
    # A refusal for a budget is made before the shop has looked at the account.
    _flood(calls, customer, verbs.list_products(page_size=2))


def _sign_in(shop: Shop, calls: Calls) -> Visitor:
    verbs, visitor, credentials = shop.verbs, shop.visitor(), shop.new_credentials()
    if not verbs.offers("register"):
        return shop.customer()
    account = calls.succeed(visitor, verbs.register(credentials.email, credentials.password))
    session = calls.succeed(visitor, verbs.sign_in(credentials.email, credentials.password))
    customer = visitor.with_session(session.known_as(Identity.CUSTOMER))
    customer.account = account
    return customer


def _call_to_be_refused(shop: Shop, calls: Calls, anonymous: Visitor) -> None:
    verbs, products = shop.verbs, shop.verbs.list_products(page_size=2)
    _, stranger = refuse_stranger(anonymous, verbs)
    calls.keep(anonymous, stranger.exchange)
    if stranger.absent or calls.made[-1].kind is AnswerKind.FORBIDDEN:
        calls.absent.add(AnswerKind.UNAUTHENTICATED)
    if verbs.offers("unknown_page"):
        calls.make(anonymous, verbs.unknown_page())
    calls.make(anonymous, verbs.open_product(verbs.nobody("product")))
    calls.make(anonymous, break_body(open_by_body(verbs)))
    calls.keep(anonymous, try_methods(anonymous, products))
    calls.make(anonymous, verbs.list_products(page_size=0))
    if not _flood(calls, shop.visitor(), products):
        calls.absent.add(AnswerKind.BUDGET)


def _flood(calls: Calls, visitor: Visitor, verb: Verb[Any]) -> bool:
    """Make a call until it meets a limit. Returns false where all of them were served: there is no such limit."""
    before = len(calls.made)
    for _ in range(FLOOD):
        if calls.make(visitor, verb).kind is AnswerKind.BUDGET:
            return True
    return any(one.kind is not AnswerKind.DONE for one in calls.made[before:])


def _id(log: LogWindow, event: Event) -> str:
    return str(event.get(log.fields.request_id))


def read_when_quiet(log: LogWindow, position: LogPosition, wanted: AbstractSet[str]) -> list[Event]:
    """Read the events of these requests once all are there and no more come, or after the longest wait."""
    events: list[Event] = []
    changed = time.monotonic()

    def settled(written: Sequence[Event]) -> bool:
        nonlocal events, changed
        seen = [event for event in written if _id(log, event) in wanted]
        if len(seen) != len(events):
            events, changed = seen, time.monotonic()
        return wanted <= {_id(log, event) for event in seen} and time.monotonic() - changed >= QUIET_SECONDS

    # What is judged is what the window shows in the end, not what was peeked at while it was waited for.
    shown = log.wait_for_requests(position, settled, WAIT_SECONDS)
    return [event for event in shown if _id(log, event) in wanted]
