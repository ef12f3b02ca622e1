"""LOG-001: every call leaves one event, by which it can be followed."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, TypeVar

from spec.checking.examination import Examination, verifies
from spec.checking.outcomes import Outcome
from spec.checks.support.provoked_answers import break_body, open_by_body, refuse_stranger, try_methods
from spec.target.answer_kinds import AnswerKind
from spec.target.exchange import Exchange
from spec.target.shop import Shop
from spec.target.steps import Verb
from spec.target.values import UNTOLD, Untold
from spec.target.visitor import Visitor
from spec.target.windows.log_window import LogFields, LogPosition, LogWindow

T = TypeVar("T")
Event = Mapping[str, object]

REQUEST_ID: Final = "X-Request-ID"
FLOOD: Final = 130
"""Requests after which an anonymous client has met a limit: the hourly 100, and more."""
WAIT_SECONDS: Final = 10.0
QUIET_SECONDS: Final = 0.5
"""An event that is one too many may come late; after so long without one, none is expected."""
KINDS: Final = (
    AnswerKind.DONE,
    AnswerKind.INVALID,
    AnswerKind.UNAUTHENTICATED,
    AnswerKind.NOT_FOUND,
    AnswerKind.UNSUPPORTED,
    AnswerKind.BUDGET,
)
"""Kinds that have to be among the calls; of a shop that has no such answer, its absence is noted."""


class Made(NamedTuple):
    """An answered call: its kind, the user as whom it was made (None for a stranger), the request id of the answer."""

    exchange: Exchange
    kind: AnswerKind
    user: str | Untold | None
    request_id: str

    @property
    def status(self) -> int:
        """The status of the answer."""
        return self.exchange.response.status if self.exchange.response else 0


@dataclass(slots=True)
class Calls:
    """The calls of the check, and the kinds of answer that the shop has not."""

    made: list[Made] = field(default_factory=list)
    opened: list[Made] = field(default_factory=list)
    """Those of them that opened a product, each another one."""
    absent: set[AnswerKind] = field(default_factory=set)

    def make(self, visitor: Visitor, verb: Verb[Any], user: str | Untold | None = None) -> Made:
        """Make a call, whatever comes of it."""
        return self.keep(visitor, visitor.provoke(verb), user)

    def succeed(self, visitor: Visitor, verb: Verb[T], user: str | Untold | None = None) -> T:
        """Make a call that has to work. Raises PreparationFailed where it does not."""
        reply = visitor.twin(verb)
        self.keep(visitor, reply.exchange, user)
        return reply.value

    def keep(self, visitor: Visitor, exchange: Exchange, user: str | Untold | None = None) -> Made:
        """Keep a call that has been made. Raises Unanswered where it has no answer."""
        kind = visitor.settle(exchange)
        request_id = (exchange.response.headers.get(REQUEST_ID) if exchange.response else None) or ""
        self.made.append(Made(exchange, kind, user, request_id))
        return self.made[-1]


@verifies("LOG-001", effects={"writes", "signs in"})
def test_every_call_leaves_exactly_one_event(target: Shop, examine: Examination) -> None:
    """Every call leaves exactly one event in the log, with what is needed to follow it.

    Calls are made that succeed and that are refused in every way that the shop has (broken, unauthenticated, forbidden,
    unknown, not allowed, throttled), with and without a signed-in user. Every answer names a request id of its own. The
    log has exactly one event for each id, with the method, the status, a route, a duration, and the id of the user or
    none. The pages of different products have one route. An event that is written once more, late, is waited for.
    """
    log = target.windows.logs
    position = log.position()
    calls = make_calls(target)
    made, opened = calls.made, calls.opened
    kinds, seen = Counter(one.kind for one in made), Counter(one.status for one in made)
    ids = {one.request_id for one in made if one.request_id}
    nameless = next((one for one in made if not one.request_id), made[-1])
    wanted = f"each of {len(made)} answers names a request id of its own in {REQUEST_ID}"
    found = f"{len(ids)} ids; statuses {sorted(seen)}"
    examine.that(len(ids) == len(made), Outcome.HEADER_MISSING, wanted, saw=nameless, observed=found)
    needed = [kind for kind in KINDS if kind not in calls.absent]
    lacking = f"answers of each kind ({', '.join(needed)}) are needed, and there were {dict(sorted(seen.items()))}"
    examine.require(all(kinds[kind] for kind in needed), lacking)
    events = read_when_quiet(log, position, ids)
    counts = Counter(_id(log, event) for event in events)
    whole = sum(counts[one.request_id] == 1 for one in made)
    examine.measure(100 * whole / len(made), n=len(made), method="every call of the check, found by its request id")
    wanted = f"exactly one event for each of {len(made)} calls"
    for one in made:
        count = counts[one.request_id]
        outcome = Outcome.EVENT_WRONG if count else Outcome.EVENT_MISSING
        found = f"{whole} calls have exactly one; {count} for {one.exchange.summary}"
        examine.that(count == 1, outcome, wanted, saw=one, observed=found)
    by_id = {_id(log, event): event for event in events}
    for one in made:
        _expect_facts(examine, log.fields, one, by_id[one.request_id])
    routes = {str(by_id[one.request_id].get(log.fields.route)) for one in opened}
    wanted = "one route for the pages of different products: the pattern and not the path"
    examine.require(len(opened) > 1, "there are not two products whose pages could be told apart")
    examine.that(len(routes) == 1, Outcome.EVENT_WRONG, wanted, saw=opened[-1], observed=sorted(routes))
    examine.progress(len(made), len(made))
    examine.note(f"{len(made)} calls: " + ", ".join(f"{count} × {status}" for status, count in sorted(seen.items())))
    if calls.absent:
        examine.note(f"The target has no answer of the kind: {', '.join(sorted(calls.absent))}.")


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
    user: str | Untold = customer.account.id if customer.account else UNTOLD
    allowed: dict[str, Callable[[], Verb[Any]]] = {
        "whoami": verbs.whoami,
        "view_cart": verbs.view_cart,
        "empty_cart": verbs.empty_cart,
    }
    for name, make in allowed.items():
        if verbs.offers(name):
            calls.succeed(customer, make(), user)
    calls.make(customer, verbs.place_order(), user)
    if verbs.offers("withdraw_product"):
        calls.make(customer, verbs.withdraw_product(verbs.nobody("product")), user)


def _sign_in(shop: Shop, calls: Calls) -> Visitor:
    verbs, visitor, credentials = shop.verbs, shop.visitor(), shop.new_credentials()
    if not verbs.offers("register"):
        return shop.customer()
    account = calls.succeed(visitor, verbs.register(credentials.email, credentials.password))
    customer = visitor.with_session(calls.succeed(visitor, verbs.sign_in(credentials.email, credentials.password)))
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
    flooding, before = shop.visitor(), len(calls.made)
    for _ in range(FLOOD):
        if calls.make(flooding, products).kind is AnswerKind.BUDGET:
            return
    if all(one.kind is AnswerKind.DONE for one in calls.made[before:]):
        calls.absent.add(AnswerKind.BUDGET)


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


def _expect_facts(examine: Examination, fields: LogFields, one: Made, event: Event) -> None:
    method, status = one.exchange.request.method, one.status
    duration, route, user = (event.get(name) for name in (fields.duration, fields.route, fields.user))
    right = {
        "method": event.get(fields.method) == method,
        "status": event.get(fields.status) == status,
        "route": isinstance(route, str) and bool(route),
        "duration": isinstance(duration, int | float) and not isinstance(duration, bool) and duration >= 0,
        "user id": one.user is UNTOLD or (user in {None, ""} if one.user is None else str(user) == one.user),
    }
    wrong = [name for name, holds in right.items() if not holds]
    wanted = f"an event with method {method}, status {status}, a route, a duration and the user id {one.user}"
    seen = f"wrong {', '.join(wrong)} in {dict(event)}"
    examine.that(not wrong, Outcome.EVENT_WRONG, wanted, saw=one, observed=seen)
