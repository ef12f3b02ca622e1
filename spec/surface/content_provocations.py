"""The provocations of one operation by what its request holds: ids, bodies and header fields."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import cycle, islice
from typing import Final

from spec.surface import kinds_of_answer as kinds
from spec.surface.approaches import Approach
from spec.surface.people import People
from spec.surface.provocations import (
    ANY,
    CONFLICT,
    DONE,
    FORBIDDEN,
    INVALID,
    NOT_FOUND,
    REFUSED,
    UNAUTHENTICATED,
    Change,
    NotThere,
    Provocation,
    Ready,
)
from spec.surface.request_changes import (
    OVERSIZED,
    by_head,
    fields_of,
    preflight,
    to_head,
    turn_slash,
    with_body,
    with_field,
    with_fields,
    with_header,
    with_id,
    with_wrong_fields,
    without_field,
    wrong_value_for,
)
from spec.surface.surroundings import Surroundings
from spec.target.circumstances import Identity
from spec.target.exchange import Request

NOBODY, CUSTOMER, STAFF = Identity.NOBODY, Identity.CUSTOMER, Identity.STAFF
FOREIGN: Final = "https://foreign.example"
ELSEWHERE: Final = "elsewhere.example"
ODD_IDS: Final = ("0", "-1", str(2**31), str(2**63), "no-id", "%", "x" * 300)
ODD_ONES: Final = 2
ODD_VALUES: Final[Sequence[object]] = (
    None, 0, "", -1, 1.5, "x" * 5000, True, 2**63, "caf\u00e9 \U0001f980", "7", [], "a\0b", ["one"], 10**30, {},
)  # fmt: skip
"""Values that some field may refuse, for the fields of all operations in turn."""
ODD_A_FIELD: Final = 3
ODD_REQUEST_IDS: Final = ("x" * 300, "a b", "{}<script>")


def by_ids(approach: Approach, around: Surroundings) -> Iterator[Provocation]:
    """Name things that are not there, and what can be no id."""
    if "{" not in approach.operation.resource:
        return
    verbs = around.shop.verbs
    also = frozenset({INVALID, FORBIDDEN, UNAUTHENTICATED, CONFLICT})
    nothing = with_id(lambda: verbs.nobody("product"))
    yield Provocation(kinds.UNKNOWN_ID, nothing, frozenset({NOT_FOUND}), also)
    if approach.operation.method == "GET":
        yield Provocation(
            kinds.UNKNOWN_ID, lambda request, ready: to_head(nothing(request, ready), ready), frozenset({NOT_FOUND}),
            also, method="HEAD",
        )  # fmt: skip
    # A few for each operation, and all of them over the surface.
    turn = sum(map(ord, approach.operation.label))
    for odd in ((*ODD_IDS, *ODD_IDS)[turn % len(ODD_IDS) :])[:ODD_ONES]:
        yield Provocation(kinds.ODD_ID, with_id(odd.__str__), frozenset({NOT_FOUND, INVALID}), also)


def by_bodies(approach: Approach, around: Surroundings) -> Iterator[Provocation]:
    """Spoil the body, one way at a time."""
    fields = fields_of(approach.sample)
    if not fields:
        return
    invalid, also = frozenset({INVALID}), frozenset({DONE, CONFLICT, NOT_FOUND, UNAUTHENTICATED, FORBIDDEN})
    broken = with_body(lambda _: b'{"email": ', "application/json")
    yield Provocation(kinds.BROKEN_BODY, broken, invalid, also)
    for body in (b"[1, 2]", b"null", b'"text"')[len(approach.operation.label) % 3 :][:1]:
        listed = with_body(partial(_instead, body), "application/json")
        yield Provocation(kinds.BODY_OF_ANOTHER_TYPE, listed, invalid, also)
    for media_type in ("text/plain", "application/xml")[len(fields) % 2 :][:1]:
        typed = with_body(lambda sound: sound, media_type)
        yield Provocation(kinds.UNSUPPORTED_MEDIA_TYPE, typed, invalid, also)
    if around.is_example:
        padded = with_body(lambda sound: b" " * OVERSIZED + sound)
        yield Provocation(kinds.OVERSIZED_BODY, padded, invalid, also)
    yield Provocation(kinds.WRONG_FIELDS, with_wrong_fields, invalid, also)
    required = approach.operation.required_fields
    wrong = {name: wrong_value_for(value) for name, value in fields.items()}
    last = next(reversed(wrong))
    several = {last: wrong[last], "no_such_field": "x"}
    yield Provocation(kinds.WRONG_FIELDS, with_fields(several), invalid, also)
    missing = next((name for name in wrong if name in required and name != last), None)
    if missing is not None:
        yield Provocation(kinds.WRONG_FIELDS, with_fields({last: wrong[last]}, [missing]), invalid, also)
    values = cycle(ODD_VALUES)
    turn = sum(map(ord, approach.operation.label))
    next(islice(values, turn % len(ODD_VALUES), None))
    for name in fields:
        if name in required or approach.operation.documented is None:
            yield Provocation(kinds.MISSING_FIELD, without_field(name), invalid, also)
        yield Provocation(kinds.WRONG_VALUE, with_field(name, wrong[name]), invalid, also)
        for odd in islice(values, ODD_A_FIELD):
            yield Provocation(kinds.ODD_VALUE, with_field(name, odd), invalid, also)


def _instead(body: bytes, _sound: bytes) -> bytes:
    return body


def by_headers(approach: Approach, around: Surroundings) -> Iterator[Provocation]:
    """State one header field more."""
    done, method = frozenset({DONE}), approach.operation.method
    # What changes things is asked by whoever is refused, where one success of a sort is enough: it costs no things.
    costly = not approach.operation.is_safe and not around.is_example
    stranger = NOBODY if costly else None
    if not costly:
        xml = with_header("Accept", "application/xml")
        yield Provocation(kinds.UNACCEPTABLE_ACCEPT, xml, frozenset({INVALID}), ANY, statuses=frozenset({406}))
    elsewhere = with_header("Host", ELSEWHERE)
    if around.is_first:
        yield Provocation(kinds.UNKNOWN_HOST, elsewhere, frozenset({INVALID, NOT_FOUND}), ANY)
        yield Provocation(kinds.TRAILING_SLASH, turn_slash, ANY, redirects=True)
    yield Provocation(kinds.FOREIGN_ORIGIN, with_header("Origin", FOREIGN), ANY, identity=stranger)
    asked = preflight(FOREIGN)
    yield Provocation(kinds.PREFLIGHT_OF_FOREIGN_ORIGIN, asked, ANY, identity=NOBODY, method="OPTIONS")
    for origin in around.origins:
        yield Provocation(kinds.DECLARED_ORIGIN, with_header("Origin", origin), ANY, identity=stranger)
        yield Provocation(
            kinds.PREFLIGHT_OF_DECLARED_ORIGIN, preflight(origin), done, REFUSED, identity=NOBODY, method="OPTIONS"
        )
    if method == "GET":
        sent = with_header("X-Request-ID", secrets.token_hex(16))
        yield Provocation(kinds.REQUEST_ID_SENT, sent, done, REFUSED)
        for odd in ODD_REQUEST_IDS:
            yield Provocation(kinds.ODD_REQUEST_ID_SENT, with_header("X-Request-ID", odd), done, REFUSED)
        told = approach.seen.get(approach.identity)
        tagged = told is not None and told.response is not None and "ETag" in told.response.headers
        for identity in (NOBODY, CUSTOMER, STAFF):
            if tagged and identity in around.readers(approach):
                again = _ask_again(around.people, identity)
                same = Provocation(kinds.NOT_MODIFIED, again, ANY, statuses=frozenset({304}), identity=identity)
                yield same
                if identity is approach.identity:
                    yield by_head(same)


def _ask_again(people: People, identity: Identity) -> Change:
    """Ask on the condition that the answer is another one than that which has just been given."""

    def change(request: Request, ready: Ready) -> Request:
        exchange = people.find(identity).send_signed(request)
        tag = exchange.response.headers.get("ETag") if exchange.response else None
        if tag is None:
            raise NotThere("its answer has no ETag")
        return with_header("If-None-Match", tag)(request, ready)

    return change
