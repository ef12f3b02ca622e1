"""The adapter for oscar, without oscar: what it asks after which answers. `nox -s oscar` shows that oscar agrees."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar

import pytest

from spec.target.adapter_context import AdapterContext, NotOffered
from spec.target.answer_kinds import AnswerKind
from spec.target.exchange import Headers, Request, Response
from spec.target.session import Session
from spec.target.steps import Part, Verb, Walked, walk
from spec.target.values import UNTOLD, Money
from tests.targets.oscar.adapter import Verbs

T = TypeVar("T")
VERBS = Verbs(AdapterContext(settings={"country": "GB", "product_class": "goods", "partner": "/api/admin/partners/1/"}))
HOST = "http://shop.example"
BASKET = {"url": f"{HOST}/api/baskets/4/", "lines": f"{HOST}/api/baskets/4/lines/", "total_incl_tax": "3.90"}
LINE = {
    "url": f"{HOST}/api/baskets/4/lines/9/",
    "basket": f"{HOST}/api/baskets/4/",
    "product": f"{HOST}/api/products/7/",
    "quantity": 2,
    "price_incl_tax": "3.90",
    "price_currency": "GBP",
}
ORDER = {
    "url": f"{HOST}/api/orders/5/",
    "lines": f"{HOST}/api/orders/5/lines/",
    "number": "100004",
    "status": "new",
    "total_incl_tax": "3.90",
    "currency": "GBP",
}
RECORD = {
    "url": f"{HOST}/api/admin/stockrecords/3/",
    "price": "1.95",
    "price_currency": "GBP",
    "num_in_stock": 12,
    "num_allocated": 2,
}
KEPT = {"id": 7, "title": "Thing", "categories": ["Desk"], "stockrecords": [RECORD]}


@dataclass(frozen=True)
class Answer:
    """An answer, as a walk takes one."""

    response: Response


@dataclass
class Shop:
    """Answers one after the other, and keeps what was asked."""

    answers: Iterator[Response]
    asked: list[tuple[str, str, Part]] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)

    def send(self, request: Request, part: Part) -> Answer:
        """Keep the request and give the next answer."""
        self.asked.append((request.method, request.path, part))
        self.requests.append(request)
        return Answer(next(self.answers))


def says(body: object, status: int = 200, *cookies: str) -> Response:
    """Make an answer with a JSON body."""
    return Response(status, Headers(("Set-Cookie", one) for one in cookies), json.dumps(body).encode())


def play(verb: Verb[T], *answers: Response, session: Session | None = None) -> tuple[Shop, Walked[T, Answer]]:
    """Walk a verb through these answers."""
    shop = Shop(iter(answers))
    return shop, walk(verb, session or VERBS.stranger(), shop.send)


def test_a_session_sends_its_csrf_token_with_what_changes_something() -> None:
    session = VERBS.stranger()
    session.learn(says("", 200, "sessionid=abc; Path=/", "csrftoken=xyz; Path=/"))
    signed = [session.sign(Request(method, "/api/basket/")) for method in ("GET", "POST", "PATCH", "DELETE")]
    tokens = [dict(request.headers).get("X-CSRFToken") for request in signed]
    assert tokens == [None, "xyz", "xyz", "xyz"]
    assert {dict(request.headers)["Cookie"] for request in signed} == {"sessionid=abc; csrftoken=xyz"}


def test_a_session_that_is_signed_in_signs_in_anew_as_a_stranger_with_the_same_cart() -> None:
    session = VERBS.stranger()
    session.cookies = {"sessionid": "old", "csrftoken": "old", "oscar_open_basket": "2:x"}
    shop, walked = play(VERBS.sign_in("a@x.example", "pw"), says("", 200, "sessionid=new"), session=session)
    assert dict(shop.requests[0].headers) == {"Cookie": "oscar_open_basket=2:x"}
    assert walked.result is not None
    assert walked.result.cookies == {"oscar_open_basket": "2:x", "sessionid": "new"}
    assert session.cookies["sessionid"] == "old"


def test_a_product_is_opened_with_its_price_and_stock_from_the_addresses_that_tell_them() -> None:
    shop, walked = play(
        VERBS.open_product("7"),
        says({"id": 7, "title": "Thing", "categories": ["Desk"]}),
        says({"currency": "GBP", "incl_tax": "1.95"}),
        says({"is_available_to_buy": True, "num_available": 10}),
    )
    assert shop.asked == [
        ("GET", "/api/products/7/", Part.OWN),
        ("GET", "/api/products/7/price/", Part.LOOK),
        ("GET", "/api/products/7/availability/", Part.LOOK),
    ]
    product = walked.result
    assert product is not None
    assert (product.price, product.stock, product.category_id) == (Money(Decimal("1.95"), "GBP"), 10, "Desk")


def test_a_list_of_products_tells_names_alone_and_has_no_second_page() -> None:
    _, walked = play(VERBS.list_products(page_size=1), says([{"id": 7, "title": "Thing"}, {"id": 6, "title": "Other"}]))
    assert walked.result is not None
    assert [(one.id, one.price, one.in_stock) for one in walked.result.products] == [
        ("7", UNTOLD, UNTOLD),
        ("6", UNTOLD, UNTOLD),
    ]
    assert walked.result.next_cursor is None


@pytest.mark.parametrize("option", ["search", "category_id", "ordering", "cursor"])
def test_an_option_of_the_list_that_oscar_ignores_is_not_offered(option: str) -> None:
    options: dict[str, Any] = {option: "x"}
    with pytest.raises(NotOffered):
        VERBS.list_products(**options)


def test_an_order_takes_the_open_cart_and_reads_its_lines_afterwards() -> None:
    line = {name: value for name, value in LINE.items() if name != "basket"}
    shop, walked = play(VERBS.place_order(), says(BASKET), says(ORDER), says([line]))
    assert shop.asked == [
        ("GET", "/api/basket/", Part.LEAD),
        ("POST", "/api/checkout/", Part.OWN),
        ("GET", "/api/orders/5/lines/", Part.LOOK),
    ]
    body: Any = shop.requests[1].json
    assert (body["basket"], body["shipping_address"]["country"]) == ("/api/baskets/4/", "/api/countries/GB/")
    order = walked.result
    assert order is not None
    assert (order.id, order.status, [(one.product_id, one.quantity) for one in order.lines]) == (
        "5",
        "placed",
        [("7", 2)],
    )


def test_a_line_of_a_cart_is_named_by_cart_and_number_so_that_anybody_can_ask_for_it() -> None:
    shop, walked = play(VERBS.add_to_cart("7", 2), says(BASKET), says([LINE]))
    line = walked.result
    assert line is not None
    assert (line.id, line.unit_price.amount) == ("4/9", Decimal("1.95"))
    assert [path for _, path, _ in shop.asked] == ["/api/basket/add-product/", "/api/baskets/4/lines/"]
    changing, _ = play(VERBS.change_line(line.id, 3), says(LINE))
    assert changing.asked == [("PATCH", "/api/baskets/4/lines/9/", Part.OWN)]


def test_a_stock_that_staff_set_lies_above_what_is_allocated() -> None:
    shop, _ = play(VERBS.change_product("7", stock=5), says(KEPT), says(RECORD), says(KEPT))
    assert shop.asked[1] == ("PATCH", "/api/admin/stockrecords/3/", Part.OWN)
    assert shop.requests[1].json == {"num_in_stock": 7}


def test_a_name_that_staff_change_alone_takes_one_request() -> None:
    shop, walked = play(VERBS.change_product("7", name="Other"), says({**KEPT, "title": "Other"}))
    assert shop.asked == [("PATCH", "/api/admin/products/7/", Part.OWN)]
    assert walked.result is not None
    assert (walked.result.name, walked.result.stock) == ("Other", 10)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"reason": "a maximum of 5 can be bought"}, AnswerKind.CONFLICT),
        ({"reason": {"quantity": ["A valid integer is required."]}}, AnswerKind.INVALID),
        (["no reason"], AnswerKind.INVALID),
    ],
)
def test_a_cart_that_cannot_hold_so_much_is_a_conflict_and_a_wrong_field_is_not(body: object, kind: AnswerKind) -> None:
    assert VERBS.settle(says(body, 406)) is kind


@pytest.mark.parametrize(
    ("answer", "part"),
    [
        (says({"detail": "No Product matches the given query."}, 404), "status 200"),
        (says({"id": 7, "categories": []}), "'title'"),
        (says([]), "a JSON object"),
    ],
)
def test_an_answer_that_is_no_product_is_told_in_a_sentence(answer: Response, part: str) -> None:
    looks = (says({"currency": "GBP", "incl_tax": "1.95"}), says({"is_available_to_buy": False}))
    _, walked = play(VERBS.open_product("7"), answer, *looks)
    assert part in str(walked.refusal)
