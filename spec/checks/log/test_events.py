"""LOG-001: every call leaves one event, by which it can be followed."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Any, Final, NamedTuple, TypeVar

from spec.checking.examination import Examination, verifies
from spec.checking.outcomes import Outcome
from spec.target.exchange import UNSET
from spec.target.shop import Shop
from spec.target.verbs import Call
from spec.target.visitor import Reply, Visitor
from spec.target.windows.log_window import LogFields, LogPosition, LogWindow

T = TypeVar("T")
Event = Mapping[str, object]

REQUEST_ID: Final = "X-Request-ID"
FLOOD: Final = 130
"""Requests after which an anonymous client has met a limit: the hourly 100, and more."""
WAIT_SECONDS: Final = 10.0
QUIET_SECONDS: Final = 0.5
"""An event that is one too many may come late; after so long without one, none is expected."""
KINDS: Final = (200, 201, 400, 401, 404, 405, 429)
"""Statuses that have to be among the calls; where a shop answers 422 for a broken body, that stands for 400."""


class Made(NamedTuple):
    """An answered call: the user, if any, as whom it was made, and the request id that the answer names."""

    reply: Reply[Any]
    user: str | None
    request_id: str


@verifies("LOG-001", effects={"writes", "signs in"})
def test_every_call_leaves_exactly_one_event(target: Shop, examine: Examination) -> None:
    """Every call leaves exactly one event in the log, with what is needed to follow it.

    Calls are made that succeed and that are refused in every way (broken, unauthenticated, forbidden, unknown, not
    allowed, throttled), with and without a signed-in user. Every answer names a request id of its own. The log has
    exactly one event for each id, with the method, the status, a route, a duration, and the id of the user or none. The
    pages of different products have one route. An event that is written once more, late, is waited for.
    """
    log = target.windows.logs
    position = log.position()
    opened, others = _make_calls(target)
    made = [*opened, *others]
    seen = Counter(400 if one.reply.status == 422 else one.reply.status for one in made)
    lacking = f"answers of each kind {KINDS} are needed, and there were {dict(sorted(seen.items()))}"
    examine.require(all(seen[kind] for kind in KINDS), lacking)
    ids = {one.request_id for one in made if one.request_id}
    nameless = next((one.reply for one in made if not one.request_id), made[-1].reply)
    wanted = f"each of {len(made)} answers names a request id of its own in {REQUEST_ID}"
    found = f"{len(ids)} ids; statuses {sorted(seen)}"
    examine.that(len(ids) == len(made), Outcome.HEADER_MISSING, wanted, saw=nameless, observed=found)
    events = read_when_quiet(log, position, ids)
    counts = Counter(_id(log, event) for event in events)
    whole = sum(counts[one.request_id] == 1 for one in made)
    examine.measure(100 * whole / len(made), n=len(made), method="every call of the check, found by its request id")
    wanted = f"exactly one event for each of {len(made)} calls"
    for one in made:
        count = counts[one.request_id]
        outcome = Outcome.EVENT_WRONG if count else Outcome.EVENT_MISSING
        found = f"{whole} calls have exactly one; {count} for {one.reply.exchange.summary}"
        examine.that(count == 1, outcome, wanted, saw=one.reply, observed=found)
    by_id = {_id(log, event): event for event in events}
    for one in made:
        _expect_facts(examine, log.fields, one, by_id[one.request_id])
    routes = {str(by_id[one.request_id].get(log.fields.route)) for one in opened}
    wanted, one_route = "one route for the pages of different products: the pattern and not the path", len(routes) == 1
    last = opened[-1].reply if opened else None
    examine.that(len(opened) > 1 and one_route, Outcome.EVENT_WRONG, wanted, saw=last, observed=sorted(routes))
    examine.progress(len(made), len(made))
    examine.note(f"{len(made)} calls: " + ", ".join(f"{count} × {status}" for status, count in sorted(seen.items())))


def _make_calls(shop: Shop) -> tuple[list[Made], list[Made]]:
    """Make calls of every kind. Returns those that opened a product, each another one, and the others."""
    verbs, anonymous, credentials = shop.verbs, shop.visitor(), shop.new_credentials()
    made: list[Made] = []

    def make(visitor: Visitor, call: Call[T]) -> Reply[T]:
        reply = visitor.do(call)
        request_id = reply.response.headers.get(REQUEST_ID) or ""
        made.append(Made(reply, visitor.account.id if visitor.account else None, request_id))
        return reply

    products = make(anonymous, verbs.list_products(page_size=2)).value.products
    for product in products:
        make(anonymous, verbs.open_product(product.id)).must_hold()
    opened, made[1:] = made[1:], []
    account = make(anonymous, verbs.register(credentials.email, credentials.password)).value
    tokens = make(anonymous, verbs.sign_in(credentials.email, credentials.password)).value
    customer = Visitor(anonymous.client, tokens, account)
    allowed: tuple[Call[Any], ...] = (verbs.whoami(), verbs.view_cart(), verbs.empty_cart())
    for call in allowed:
        make(customer, call).must_hold()
    make(customer, verbs.place_order())
    make(customer, verbs.withdraw_product(products[0].id))
    broken, categories = verbs.sign_in("", ""), verbs.list_categories()
    broken_request = replace(broken.request, json=UNSET, body=b"{").with_header("Content-Type", "application/json")
    misused = replace(categories.request, method="PUT", json={})
    refused: tuple[Call[Any], ...] = (
        verbs.whoami(),
        verbs.unknown_page(),
        replace(broken, request=broken_request),
        replace(categories, request=misused),
        verbs.list_products(page_size=0),
    )
    for call in refused:
        make(anonymous, call)
    flooding = shop.visitor()
    for _ in range(FLOOD):
        if make(flooding, categories).status == 429:
            break
    return opened, made


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
    method, status = one.reply.exchange.request.method, one.reply.status
    duration, route, user = (event.get(name) for name in (fields.duration, fields.route, fields.user))
    right = {
        "method": event.get(fields.method) == method,
        "status": event.get(fields.status) == status,
        "route": isinstance(route, str) and bool(route),
        "duration": isinstance(duration, int | float) and not isinstance(duration, bool) and duration >= 0,
        "user id": user in {None, ""} if one.user is None else str(user) == one.user,
    }
    wrong = [name for name, holds in right.items() if not holds]
    wanted = f"an event with method {method}, status {status}, a route, a duration and the user id {one.user}"
    seen = f"wrong {', '.join(wrong)} in {dict(event)}"
    examine.that(not wrong, Outcome.EVENT_WRONG, wanted, saw=one.reply, observed=seen)
