"""LOG-001: every call leaves one event, by which it can be followed."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from reports.results import Metric
from reports.verdicts import Verdict
from spec.checking.examination import Examination, verifies
from spec.checking.outcomes import Outcome
from spec.run.run_state import RunState
from spec.target.exchange import UNSET, Exchange, Request
from spec.target.shop import Shop
from spec.target.values import Product
from spec.target.verbs import Call
from spec.target.visitor import Visitor
from spec.target.windows.log_window import LogFields, LogPosition, LogWindow

T = TypeVar("T")
Event = Mapping[str, object]

REQUEST_ID: Final = "X-Request-ID"
JSON: Final = ("Content-Type", "application/json")
FLOOD: Final = 130
"""Requests after which an anonymous client has met a limit: the hourly 100, and more."""
WAIT_SECONDS: Final = 10.0
QUIET_SECONDS: Final = 0.5
"""An event that is one too many may come late; who sees none for so long has seen them all."""
POLL_SECONDS: Final = 0.05
KINDS: Final = (200, 201, 400, 401, 404, 405, 429)
"""Statuses that have to be among the calls; where a shop answers 422 for a broken body, that stands for 400."""


@dataclass(frozen=True, slots=True)
class Made:
    """A call that was made: what was sent, as whom, and what came back."""

    exchange: Exchange
    user: str | None

    @property
    def status(self) -> int:
        """The status of the answer."""
        return self.exchange.response.status if self.exchange.response else 0

    @property
    def request_id(self) -> str | None:
        """The id that the answer names."""
        return self.exchange.response.headers.get(REQUEST_ID) if self.exchange.response else None


class Caller:
    """Makes calls and remembers them."""

    def __init__(self, visitor: Visitor, user: str | None, made: list[Made]) -> None:
        self._visitor = visitor
        self._user = user
        self._made = made

    def call(self, call: Call[T]) -> T:
        """A call that has to succeed: without success its event proves little."""
        reply = self._visitor.do(call)
        self._made.append(Made(reply.exchange, self._user))
        return reply.value

    def send(self, request: Request) -> Exchange:
        """A request that may be refused."""
        exchange = self._visitor.send(request)
        self._made.append(Made(exchange, self._user))
        return exchange


@verifies("LOG-001", effects={"writes", "signs in"})
def test_every_call_leaves_exactly_one_event(target: Shop, run: RunState, examine: Examination) -> None:
    """Calls that succeed and calls that are refused in every way, signed in and not, each with its one event."""
    log = target.event_log
    position = log.position()
    made: list[Made] = []
    opened = _make_calls(target, made)
    _flood(target, made)
    seen = Counter(400 if one.status == 422 else one.status for one in made)
    examine.require(
        all(seen[kind] for kind in KINDS),
        f"answers of each kind {KINDS} are needed, and there were {dict(sorted(seen.items()))}",
    )
    named = [one for one in made if one.request_id]
    examine.expect(
        len(named) == len(made) == len({one.request_id for one in named}),
        Outcome.HEADER_MISSING,
        expected=f"each of {len(made)} answers names a request id of its own in {REQUEST_ID}",
        observed=f"{len({one.request_id for one in named})} ids; {sorted({one.status for one in made} or {0})}",
        exchange=next((one.exchange for one in made if not one.request_id), made[-1].exchange),
    )
    events = _collect(log, position, made)
    _expect_one_each(examine, run, made, events)
    for one in made:
        _expect_facts(examine, log.fields, one, events[one.request_id or ""][0])
    _expect_routes(examine, log.fields, opened, events)
    examine.progress(len(made), len(made))
    examine.note(f"{len(made)} calls: " + ", ".join(f"{count} × {status}" for status, count in sorted(seen.items())))


def _make_calls(shop: Shop, made: list[Made]) -> tuple[Made, ...]:
    """Calls of every kind but 429. Returns those that opened a product, each another one."""
    verbs, visitor = shop.verbs, shop.visitor()
    anonymous = Caller(visitor, None, made)
    listed: tuple[Product, ...] = anonymous.call(verbs.list_products(page_size=2)).products
    before = len(made)
    for product in listed:
        anonymous.call(verbs.open_product(product.id))
    opened = tuple(made[before:])
    credentials = shop.new_credentials()
    account = anonymous.call(verbs.register(credentials.email, credentials.password))
    tokens = anonymous.call(verbs.sign_in(credentials.email, credentials.password))
    customer = Caller(visitor.with_tokens(tokens), account.id, made)
    customer.call(verbs.whoami())
    customer.call(verbs.view_cart())
    customer.call(verbs.empty_cart())
    for request in (verbs.place_order().request, verbs.withdraw_product(listed[0].id).request):
        customer.send(request.with_bearer(tokens.access))
    anonymous.send(verbs.whoami().request)
    anonymous.send(verbs.unknown_page().request)
    anonymous.send(replace(verbs.sign_in("", "").request, json=UNSET, body=b"{").with_header(*JSON))
    anonymous.send(replace(verbs.list_categories().request, method="PUT", json={}))
    anonymous.send(verbs.list_products(page_size=0).request)
    return opened


def _flood(shop: Shop, made: list[Made]) -> None:
    flood = Caller(shop.visitor(), None, made)
    for _ in range(FLOOD):
        exchange = flood.send(shop.verbs.list_categories().request)
        if exchange.response is not None and exchange.response.status == 429:
            break


def _collect(log: LogWindow, position: LogPosition, made: Sequence[Made]) -> Mapping[str, list[Event]]:
    """The events of the calls, by request id. Every event that came is there, also a second one that came late."""
    wanted = {one.request_id for one in made}

    def all_there(events: Sequence[Event]) -> bool:
        return wanted <= {str(event.get(log.fields.request_id)) for event in events}

    log.wait_for_requests(position, all_there, WAIT_SECONDS)
    found: dict[str, list[Event]] = defaultdict(list)
    for event in read_when_quiet(log, position, wanted):
        found[str(event.get(log.fields.request_id))].append(event)
    return found


def read_when_quiet(log: LogWindow, position: LogPosition, wanted: Container[str | None]) -> list[Event]:
    """The events of the wanted requests, once no more of them have come for a while, or after the longest wait."""
    began = last_change = time.monotonic()
    events: list[Event] = []
    while True:
        now = time.monotonic()
        seen = [one for one in log.requests_since(position) if str(one.get(log.fields.request_id)) in wanted]
        if len(seen) != len(events):
            events, last_change = seen, now
        if now - last_change >= QUIET_SECONDS or now - began >= WAIT_SECONDS:
            return events
        time.sleep(POLL_SECONDS)


def _expect_one_each(
    examine: Examination, run: RunState, made: Sequence[Made], events: Mapping[str, list[Event]]
) -> None:
    counts = [(one, len(events.get(one.request_id or "", ()))) for one in made]
    whole = sum(count == 1 for _, count in counts)
    requirement = run.catalogue.get("LOG-001")
    examine.measure(
        Metric(
            id=requirement.id,
            title=requirement.metric.title if requirement.metric else requirement.title,
            requirement=requirement.id,
            statistic="share",
            limit=100.0,
            limit_operator=">=",
            value=100.0 * whole / len(made),
            interval=None,
            method="every call of the check, found by its request id",
            n=len(made),
            unit="%",
            verdict=Verdict.PASS if whole == len(made) else Verdict.FAIL,
        )
    )
    wrong, count = next(((one, count) for one, count in counts if count != 1), (made[-1], 1))
    examine.expect(
        whole == len(made),
        Outcome.EVENT_MISSING if count == 0 else Outcome.EVENT_WRONG,
        expected=f"exactly one event for each of {len(made)} calls",
        observed=f"{whole} calls have exactly one; {count} for {wrong.exchange.summary}",
        exchange=wrong.exchange,
    )


def _expect_facts(examine: Examination, fields: LogFields, one: Made, event: Event) -> None:
    duration, route, user = (event.get(name) for name in (fields.duration, fields.route, fields.user))
    right = {
        "method": event.get(fields.method) == one.exchange.request.method,
        "status": event.get(fields.status) == one.status,
        "route": isinstance(route, str) and bool(route),
        "duration": isinstance(duration, int | float) and not isinstance(duration, bool) and duration >= 0,
        "user id": user in {None, ""} if one.user is None else str(user) == one.user,
    }
    wrong = [name for name, holds in right.items() if not holds]
    examine.expect(
        not wrong,
        Outcome.EVENT_WRONG,
        expected=f"an event with method {one.exchange.request.method}, status {one.status}, a route, a duration and "
        f"the user id {one.user}",
        observed=f"wrong {', '.join(wrong)} in {dict(event)}",
        exchange=one.exchange,
    )


def _expect_routes(
    examine: Examination, fields: LogFields, opened: Sequence[Made], events: Mapping[str, list[Event]]
) -> None:
    routes = {str(events[one.request_id or ""][0].get(fields.route)) for one in opened}
    examine.expect(
        len(opened) > 1 and len(routes) == 1,
        Outcome.EVENT_WRONG,
        expected="one route for the pages of different products: the pattern and not the path",
        observed=sorted(routes),
        exchange=opened[-1].exchange if opened else None,
    )
