"""The provocations of one list by its query: its pages, orderings and filters, and values that they do not take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import cycle
from typing import Any, Final
from urllib.parse import parse_qsl, urljoin, urlsplit

from spec.surface import kinds_of_answer as kinds
from spec.surface.approaches import Approach
from spec.surface.provocations import (
    CONFLICT,
    DONE,
    INVALID,
    NOT_FOUND,
    REFUSED,
    Change,
    NotThere,
    Provocation,
    Ready,
)
from spec.surface.request_changes import by_head, with_query
from spec.surface.surroundings import Surroundings
from spec.target.adapter_context import NotOffered
from spec.target.circumstances import Identity
from spec.target.exchange import Exchange, Request, UnexpectedAnswer
from spec.target.steps import first_request
from spec.target.verbs import VERBS, ShopVerbs
from spec.target.web_links import linked_targets

RIGHT: Final[Mapping[str, str]] = {"boolean": "true", "integer": "1", "number": "1"}
"""Values that a filter may well take, by the type of its schema."""
ODD_VALUES: Final = ("no such value", "", "-1", "0", "100000", "caf\u00e9", "a\0b")
"""Values that a parameter with a schema may well refuse, for its parameters in turn."""
SIZE: Final = 7
"""A page size that stands in a query for nothing else."""


def by_queries(approach: Approach, around: Surroundings) -> Iterator[Provocation]:
    """Ask for the next page, in every order, through every filter, and wrongly."""
    if approach.operation.method != "GET":
        return
    documented = approach.operation.query_parameters
    given = dict(approach.sample.query)
    names = {name: documented.get(name, {}) for name in (*documented, *given)}
    if not names:
        return
    invalid = frozenset({INVALID})
    ordering, paging = ordering_parameter(around.shop.verbs), page_size_parameter(around.shop.verbs)
    for identity in around.readers(approach):
        yield Provocation(kinds.SUCCESS, _plain, frozenset({DONE}), REFUSED, identity=identity)
        further = _next_page(approach, around, identity, paging)
        second = Provocation(kinds.SECOND_PAGE, further, frozenset({DONE}), REFUSED, identity=identity)
        yield second
        yield by_head(second)
        for name, schema in documented.items():
            kind = kinds.ORDERING if name == ordering else kinds.FILTER
            if name == paging or _is_cursor(name, around.shop.verbs):
                continue
            for value in _right_values(schema):
                asked = Provocation(
                    kind, _only(name, value), frozenset({DONE}), REFUSED | {CONFLICT}, identity=identity
                )
                yield asked
                if identity is approach.identity:
                    yield by_head(asked)
    odd = cycle(ODD_VALUES)
    for name, schema in names.items():
        if _takes_some_only(schema) or name not in documented:
            also = frozenset({DONE, NOT_FOUND})
            # By each of them in turn.
            whom = around.readers(approach)
            for identity in (approach.identity, whom[len(name) % len(whom)]):
                value = next(odd)
                wrong = Provocation(kinds.WRONG_QUERY, with_query(**{name: value}), invalid, also, identity=identity)
                yield wrong
            yield by_head(wrong)
    unknown = with_query(no_such_parameter="1")
    yield Provocation(kinds.WRONG_QUERY, unknown, invalid, frozenset({DONE}))


def _plain(request: Request, _ready: Ready) -> Request:
    return replace(request, query=())


def _only(name: str, value: str) -> Change:
    return lambda request, _: replace(request, query=((name, value),))


def _right_values(schema: Mapping[str, Any]) -> Iterator[str]:
    """Yield values that a parameter takes as its schema says: each of an enumeration, else one."""
    if "enum" in schema:
        yield from map(str, schema["enum"])
        return
    if "example" in schema:
        yield str(schema["example"])
        return
    kind = schema.get("type")
    yield RIGHT.get(str(kind), "1")


def _takes_some_only(schema: Mapping[str, Any]) -> bool:
    return bool({"enum", "pattern", "format"} & schema.keys()) or schema.get("type") in {"boolean", "integer", "number"}


def _next_page(approach: Approach, around: Surroundings, identity: Identity, paging: str) -> Change:
    """Ask for a page of one entry, and then for the page that its answer names as the next one."""

    def change(request: Request, _ready: Ready) -> Request:
        first = replace(request, query=((paging, "1"),) if paging else ())
        exchange = around.people.find(identity).send_signed(first)
        target = find_next(exchange)
        if target is None and approach.deed == VERBS["list_products"].operation:
            return _by_verb(around, identity)
        if target is None:
            raise NotThere("its answer names no further page")
        return replace(first, query=tuple(parse_qsl(urlsplit(target).query, keep_blank_values=True)))

    return change


def _by_verb(around: Surroundings, identity: Identity) -> Request:
    """Return the request of the second page of products as the adapter makes it."""
    verbs = around.shop.verbs
    listed = around.people.find(identity).look(verbs.list_products(page_size=1))
    if not listed.answered or not listed.worked or listed.value.next_cursor is None:
        raise NotThere("there is no further page")
    return first_request(verbs.list_products(page_size=1, cursor=listed.value.next_cursor), verbs.stranger())


def find_next(exchange: Exchange) -> str | None:
    """Return the address of the next page that an answer names, in its Link field or in its body."""
    response = exchange.response
    if response is None or not response.succeeded:
        return None
    linked = next(linked_targets(response.headers, "next"), None)
    if linked is not None:
        return linked
    try:
        body = response.json()
    except UnexpectedAnswer:
        return None
    for name, value in _texts(body):
        parts = urlsplit(urljoin(f"http://target{exchange.request.path}", value))
        if "next" in name.lower() and parts.query:
            return value
    return None


def _texts(body: object) -> Iterator[tuple[str, str]]:
    """Yield the texts in the objects of a body, each with its name; the lists are what is paged."""
    if isinstance(body, dict):
        for name, value in body.items():
            if isinstance(value, str):
                yield str(name), value
            else:
                yield from ((f"{name} {inner}", text) for inner, text in _texts(value))


def page_size_parameter(verbs: ShopVerbs) -> str:
    """Return the parameter by which the target takes the size of a page; empty where it takes none."""
    return _parameter_with(verbs, str(SIZE), page_size=SIZE)


def ordering_parameter(verbs: ShopVerbs) -> str:
    """Return the parameter by which the target takes an ordering; empty where it takes none."""
    plain = _query(verbs)
    return next((name for name, _ in _query(verbs, ordering="name") if name not in dict(plain)), "")


def _is_cursor(name: str, verbs: ShopVerbs) -> bool:
    return name == _parameter_with(verbs, str(SIZE), cursor=str(SIZE)) or name in {"page", "cursor", "offset"}


def _parameter_with(verbs: ShopVerbs, value: str, **options: Any) -> str:
    return next((name for name, given in _query(verbs, **options) if given == value), "")


def _query(verbs: ShopVerbs, **options: Any) -> tuple[tuple[str, str], ...]:
    try:
        return first_request(verbs.list_products(**options), verbs.stranger()).query
    except NotOffered:
        return ()
