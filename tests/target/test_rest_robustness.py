"""Any answer to a verb of the built-in adapter is a value or raises UnexpectedAnswer, and nothing else."""

from __future__ import annotations

import copy
import dataclasses
import functools
import itertools
import json
import re
import tomllib
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spec.target.adapter_context import AdapterContext
from spec.target.adapters.rest import Verbs
from spec.target.exchange import Headers, Request, Response, UnexpectedAnswer
from spec.target.session import Session
from spec.target.steps import Verb
from spec.target.verbs import VERBS

SMALL_SHOP = tomllib.loads((Path(__file__).parents[1] / "targets" / "small_shop.toml").read_text())["adapter"]
CONTEXTS = {
    "the reference": AdapterContext("https://shop.example/base"),
    "another shape": AdapterContext(
        "https://shop.example",
        fields=SMALL_SHOP["fields"],
        settings={"ids": "uuid", "paging": "page", "emptying": "line by line", "line_answers": "cart"},
    ),
    "links and numbers": AdapterContext(
        settings={"paging": "link", "line_answers": "nothing"},
        fields={"money": {"amount": "", "form": "number"}, "tokens": {"refresh": "untold"}, "body": {"list": ""}},
    ),
    "cursors in bodies": AdapterContext(settings={"paging": "value", "ids": "text"}),
}
CALLS: dict[str, Callable[[Verbs], Verb[Any]]] = {
    "register": lambda verbs: verbs.register("a@shop.example", "Pw-1"),
    "sign_in": lambda verbs: verbs.sign_in("a@shop.example", "Pw-1"),
    "sign_in_staff": lambda verbs: verbs.sign_in_staff("a@shop.example", "Pw-1"),
    "whoami": lambda verbs: verbs.whoami(),
    "refresh": lambda verbs: verbs.refresh("r"),
    "sign_out": lambda verbs: verbs.sign_out(),
    "change_password": lambda verbs: verbs.change_password("Pw-1", "Pw-2"),
    "list_categories": lambda verbs: verbs.list_categories(page_size=2),
    "list_products": lambda verbs: verbs.list_products(cursor="2"),
    "open_product": lambda verbs: verbs.open_product("7"),
    "create_product": lambda verbs: verbs.create_product(name="A", price=Decimal(1), stock=1, category_id="3"),
    "change_product": lambda verbs: verbs.change_product("7", price=Decimal(1)),
    "withdraw_product": lambda verbs: verbs.withdraw_product("7"),
    "create_category": lambda verbs: verbs.create_category(name="A"),
    "write_review": lambda verbs: verbs.write_review("7", rating=5, title="A", body="B"),
    "list_reviews": lambda verbs: verbs.list_reviews("7"),
    "view_cart": lambda verbs: verbs.view_cart(),
    "add_to_cart": lambda verbs: verbs.add_to_cart("7", 2),
    "change_line": lambda verbs: verbs.change_line("1", 2),
    "remove_line": lambda verbs: verbs.remove_line("1"),
    "empty_cart": lambda verbs: verbs.empty_cart(),
    "place_order": lambda verbs: verbs.place_order("key-1"),
    "open_order": lambda verbs: verbs.open_order("9"),
    "list_orders": lambda verbs: verbs.list_orders(),
    "cancel_order": lambda verbs: verbs.cancel_order("9"),
    "liveness": lambda verbs: verbs.liveness(),
    "readiness": lambda verbs: verbs.readiness(),
    "openapi_document": lambda verbs: verbs.openapi_document(),
    "documentation_page": lambda verbs: verbs.documentation_page(),
    "unknown_page": lambda verbs: verbs.unknown_page(),
}

PRICE = {"amount": "12.50", "currency": "EUR", "cents": 1250}
LINE = {
    "id": 1, "uuid": "1", "product_id": 7, "article": {"uuid": "7"}, "variant_id": None, "quantity": 2, "count": 2,
    "unit_price": PRICE, "each": PRICE, "line_total": PRICE, "whole": PRICE,
}  # fmt: skip
EVERYTHING: dict[str, Any] = {
    **LINE, "id": 7, "uuid": "7", "name": "A", "title": "A", "email": "a@shop.example", "login": "a@shop.example",
    "price": PRICE, "prices": [PRICE], "in_stock": True, "stock_quantity": 5, "stock": {"pieces": 5}, "category_id": 3,
    "department": {"uuid": "3"}, "inDepartment": "3", "variants": [{"id": 2, "price": PRICE, "stock_quantity": 1}],
    "number": "A-9", "no": 9, "status": "placed", "state": "NEW", "total": PRICE, "sum": PRICE, "lines": [LINE],
    "entries": [LINE], "rating": 5, "body": "B", "database": "up", "cache": "down", "access": "a", "refresh": "r",
    "accessToken": "a", "expires_in": 900, "expiresInSeconds": 900, "next": "/p?cursor=c", "meta": {"pageCount": 2},
}  # fmt: skip
"""One thing with every field of every table: what is read from it is decided by the verb."""

TEXTS = st.text() | st.sampled_from(
    ["\ud800", "x\udfff", "NaN", "1e999", "9" * 400, "a\r\nb", "\x00", "//", "http://["]
)
NUMBERS = st.integers() | st.sampled_from([10**400, -(10**18), 10**18]) | st.floats()
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
HOSTILE: list[object] = [
    None, True, {}, [], "", "\ud800", "a\r\nb", "NaN", "1e999", "9" * 5000, "http://[", 10**400, -(10**18), 1.5, [[]],
]  # fmt: skip
ODD_BODIES = st.sampled_from(
    [
        b"", b"[" * 100_000, b'{"a":' * 900 + b"1" + b"}" * 900, b"1" * 5000, b"1e99999999999999999999", b"NaN",
        b'{"id": 1e999999, "price": 1e-999999}', b"\xff\xfe", b'"\\ud800"', b'{"id": -0.0}', b"\xef\xbb\xbf{}",
    ]
)  # fmt: skip
ADDRESSES = st.text(st.characters(max_codepoint=255)) | st.sampled_from(
    ["/x", "https://shop.example/base/x?a=%ff", "http://[", "//evil.example", "http://shop.example:99999/x", "?cursor="]
)


def places(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """List the places of all values inside a value, itself included."""
    yield path
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in inside:
        yield from places(member, (*path, key))


def enveloped(thing: object) -> dict[str, object]:
    """Put a thing where every table looks for one, alone and in a list."""
    whole = thing if isinstance(thing, dict) else {"results": thing}
    return {**whole, "results": [thing], "data": thing}


RIGHT = [EVERYTHING, enveloped(EVERYTHING), {"data": [EVERYTHING], "meta": {"pageCount": 2}}, [EVERYTHING]]


@st.composite
def spoilt(draw: st.DrawFn) -> object:
    """Draw an answer that is right but for one value, which may be missing."""
    content: Any = copy.deepcopy(draw(st.sampled_from(RIGHT)))
    path = draw(st.sampled_from(list(places(content))))
    if not path:
        return draw(VALUES)
    parent = content
    for key in path[:-1]:
        parent = parent[key]
    if draw(st.booleans()):
        parent[path[-1]] = draw(VALUES)
    else:
        del parent[path[-1]]
    return content


@st.composite
def responses(draw: st.DrawFn) -> Response:
    """Draw an answer: right, nearly right, or anything at all."""
    content = st.sampled_from(RIGHT) | spoilt() | VALUES
    body = draw(content.map(lambda one: json.dumps(one).encode()) | ODD_BODIES | st.binary(max_size=20))
    headers = []
    if draw(st.booleans()):
        headers = [("Location", draw(ADDRESSES)), ("Link", f'<{draw(ADDRESSES)}>; rel="next"')]
    return Response(draw(st.sampled_from([200, 201, 204, 303, 404, 503])), Headers(headers), body)


def expect_sendable(session: Session, request: Request) -> None:
    """Hold a request to what a client can put on a wire."""
    signed = session.sign(request)
    signed.target.encode("latin-1")
    signed.encoded_body().decode()
    assert [value for _, value in signed.headers if re.search(r"[\r\n\x00]", value) or not value.isascii()] == []


def names_in(value: object) -> Iterator[str]:
    """List the ids that a value holds."""
    if isinstance(value, list | tuple):
        for member in value:
            yield from names_in(member)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            found = getattr(value, field.name)
            if field.name in {"id", "product_id", "variant_id", "category_id", "next_cursor"} and isinstance(
                found, str
            ):
                yield found
            yield from names_in(found)


def test_every_verb_is_called_here() -> None:
    assert set(CALLS) == {name for name in VERBS if "." not in name}


def hold_to_a_value(verbs: Verbs, name: str, answers: Callable[[], Response]) -> None:
    """Walk a verb over answers; its value, if it has one, is used for what comes next."""
    session = verbs.stranger()
    steps = CALLS[name](verbs).steps(session)
    ask = next(steps)
    while True:
        expect_sendable(session, ask.request)
        try:
            ask = steps.send(answers())
        except UnexpectedAnswer as refusal:
            refused = str(refusal)
            break
        except StopIteration as end:
            refused, value = "", end.value
            break
    refused.encode()
    if refused:
        return
    for id_ in set(names_in(value)):
        for verb in (verbs.open_product(id_), verbs.list_products(cursor=id_), verbs.add_to_cart(id_, 1, id_)):
            expect_sendable(session, next(verb.steps(session)).request)
    expect_sendable(session, Request("GET", "/"))


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("context", CONTEXTS.values(), ids=list(CONTEXTS))
@settings(max_examples=10, deadline=None)  # of each verb on each profile
@given(data=st.data())
def test_any_answer_is_a_value_or_unexpected(context: AdapterContext, name: str, data: st.DataObject) -> None:
    verbs = Verbs(context)
    if verbs.offers(name):
        hold_to_a_value(verbs, name, lambda: data.draw(responses()))


@functools.cache
def hostile_answers() -> list[Response]:
    """Put each hostile value at each place of an answer that is right but for it."""
    answers = []
    for path, hostile in itertools.product(places(EVERYTHING), HOSTILE):
        if path:
            content = copy.deepcopy(EVERYTHING)
            parent: Any = content
            for key in path[:-1]:
                parent = parent[key]
            parent[path[-1]] = hostile
            answers.append(Response(200, body=json.dumps({**content, "results": [content]}).encode()))
    return answers


@pytest.mark.parametrize("name", CALLS)
def test_a_hostile_value_at_any_place_is_a_value_or_unexpected(name: str) -> None:
    verbs = Verbs(CONTEXTS["the reference"])
    for answer in hostile_answers():
        hold_to_a_value(verbs, name, functools.partial(Response, answer.status, answer.headers, answer.body))


@pytest.mark.parametrize("name", CALLS)
def test_a_right_answer_has_a_value(name: str) -> None:
    verbs = Verbs(CONTEXTS["the reference"])
    steps = CALLS[name](verbs).steps(verbs.stranger())
    next(steps)
    html = Headers([("Content-Type", "text/html")])
    with pytest.raises(StopIteration):
        steps.send(Response(404 if name == "unknown_page" else 200, html, json.dumps(enveloped(EVERYTHING)).encode()))
