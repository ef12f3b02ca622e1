"""The built-in adapter spells the verbs as the tables of a profile say."""

from __future__ import annotations

import re
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spec.target.adapters.rest.answer_fields import field
from spec.target.adapters.rest.written_bodies import written
from spec.target.exchange import Headers, Request, Response, UnexpectedAnswer
from spec.target.steps import Part
from spec.target.values import UNTOLD, CartLine, Money, Tokens
from tests.support.rest_walks import CART, LINE, ORDER, PRICE, PRODUCT, answer, body_of, do, rest


def test_only_what_the_profile_calls_untold_is_untold() -> None:
    listed = {name: value for name, value in PRODUCT.items() if name in {"id", "name"}}
    told = rest(fields={"listed": {"price": "untold", "in_stock": "untold", "category_id": "untold"}})
    page, _ = do(told.list_products(), answer({"results": [listed], "next": None}))
    assert (page.products[0].price, page.products[0].in_stock, page.products[0].category_id) == (UNTOLD,) * 3
    with pytest.raises(UnexpectedAnswer, match="a member '/price', observed members"):
        do(rest().list_products(), answer({"results": [listed], "next": None}))
    uncategorised = {**PRODUCT, "category_id": None}
    page, _ = do(rest().list_products(), answer({"results": [uncategorised], "next": None}))
    assert page.products[0].category_id is None


def test_a_line_total_that_is_untold_is_reckoned() -> None:
    line = {name: value for name, value in LINE.items() if name != "line_total"}
    adapter = rest(fields={"line": {"line_total": "untold"}})
    value, _ = do(adapter.change_line("1", 2), answer(line))
    assert value == CartLine("1", "7", None, 2, Money(Decimal("12.50"), "EUR"), Money(Decimal("25.00"), "EUR"))


def test_envelopes_are_put_around_requests_and_taken_off_answers() -> None:
    adapter = rest(fields={"body": {"object": "/data", "list": "/data", "request": "/data/attributes"}})
    value, _ = do(adapter.open_product("7"), answer({"data": PRODUCT}))
    assert value.id == "7"
    sent = body_of(adapter.write_review("7", rating=5, title="Good", body="Bright."))
    assert sent == {"data": {"attributes": {"rating": 5, "title": "Good", "body": "Bright."}}}
    assert body_of(adapter.place_order()) == {"data": {"attributes": {}}}
    categories, _ = do(adapter.list_categories(), answer({"data": [{"id": "a", "name": "Garden"}]}))
    assert [one.name for one in categories] == ["Garden"]


def test_constants_stand_beside_the_fields_of_a_request() -> None:
    constants = {
        "register": {"firstName": "Ann", "consent": {"terms": True}},
        "create_product": {"sku": "S-{unique}", "tags": ["{unique}", 1]},
        "place_order": {"payment": "invoice"},
    }
    adapter = rest(
        settings={"constants": constants},
        fields={"body": {"request": "/data"}, "registration": {"email": "/consent/email"}},
    )
    registration = body_of(adapter.register("a@shop.example", "Pw-1"))
    assert registration == {
        "data": {"firstName": "Ann", "consent": {"terms": True, "email": "a@shop.example"}, "password": "Pw-1"}
    }
    assert body_of(adapter.register("b@shop.example", "Pw-2"))["data"]["consent"]["email"] == "b@shop.example"
    assert body_of(adapter.place_order()) == {"data": {"payment": "invoice"}}
    made = [body_of(adapter.create_product(name="A", price=Decimal(1), stock=1, category_id="3"))["data"] for _ in "12"]
    assert [re.fullmatch(r"S-[0-9a-f]{12}", one["sku"]) is None for one in made] == [False, False]
    assert made[0]["sku"] != made[1]["sku"]
    assert (made[0]["name"], made[0]["tags"][1]) == ("A", 1)


@given(
    st.text(st.characters(codec="utf-8", exclude_characters="/~"), max_size=3).map("/{}".format),
    st.lists(st.sampled_from(["/a", "/0", "/b/0", "/c~1d", "/"]), max_size=4).map("".join),
)
def test_what_is_written_at_a_place_is_read_there(prefix: str, place: str) -> None:
    body = written(prefix, {"kept": 1}, [(f"/x{place}", "value")])
    assert (field(body, f"{prefix}/x{place}"), field(body, f"{prefix}/kept")) == ("value", 1)


def test_a_list_may_stand_elsewhere_than_the_others() -> None:
    adapter = rest(fields={"body": {"list": ""}, "lists": {"orders": "/orders"}})
    assert do(adapter.list_categories(), answer([]))[0] == ()
    assert do(adapter.list_orders(), answer({"orders": [ORDER]}))[0][0].number == "A-9"


@pytest.mark.parametrize(
    ("ids", "shape", "sent"),
    [("number", r"[12]\d{8}", 12), ("text", r"nothing-[0-9a-f]{16}", "12"), ("uuid", "", "12")],
)
def test_ids_have_the_shape_of_the_backend(ids: str, shape: str, sent: object) -> None:
    adapter = rest(settings={"ids": ids})
    made = adapter.nobody("product")
    assert re.fullmatch(shape, made) if shape else str(UUID(made)) == made
    assert body_of(adapter.add_to_cart("12", 2, "12")) == {"product_id": sent, "quantity": 2, "variant_id": sent}


@pytest.mark.parametrize(
    ("paging", "body", "link", "cursor", "following"),
    [
        ("cursor", {"next": "https://shop.example/p?cursor=a%2Fb&x=1"}, "", None, "a/b"),
        ("cursor", {"next": None}, "", None, None),
        ("value", {"next": "abc"}, "", None, "abc"),
        ("value", {"next": 3}, "", None, "3"),
        ("value", {"next": None}, "", None, None),
        ("link", {}, '</p?cursor=1>; rel="prev", </p?x=,&cursor=3>; title="a, b"; rel="last next"', None, "3"),
        ("link", {}, "</p?cursor=1>; rel=prev", None, None),
        ("link", {}, "", None, None),
        ("page", {}, "", None, "2"),
        ("page", {}, "", "2", "3"),
        ("page", {}, "", "nonsense", None),
    ],
)
def test_the_next_page_is_found_where_the_backend_names_it(
    paging: str, body: dict[str, object], link: str, cursor: str | None, following: str | None
) -> None:
    adapter = rest(settings={"paging": paging})
    page, asked = do(adapter.list_products(cursor=cursor), answer({"results": [PRODUCT], **body}, link=link))
    assert page.next_cursor == following
    assert asked == [("GET", "/api/v2/products" + (f"?cursor={cursor}" if cursor else ""), Part.OWN)]


def test_numbered_pages_end_with_their_number_or_with_an_empty_one() -> None:
    adapter = rest(settings={"paging": "page"})
    assert do(adapter.list_products(cursor="4"), answer({"results": []}))[0].next_cursor is None
    told = rest(settings={"paging": "page"}, fields={"body": {"pages": "/pages"}})
    full = [do(told.list_products(cursor=page), answer({"results": [PRODUCT], "pages": 2}))[0] for page in ("1", "2")]
    assert [page.next_cursor for page in full] == ["2", None]


def test_pages_by_offset_end_with_the_total_or_with_an_empty_one() -> None:
    adapter = rest(settings={"paging": "offset"})
    assert do(adapter.list_products(cursor="4"), answer({"results": []}))[0].next_cursor is None
    assert do(adapter.list_products(cursor="4"), answer({"results": [PRODUCT]}))[0].next_cursor == "5"
    told = rest(settings={"paging": "offset"}, fields={"body": {"total": "/total"}})
    pages = [do(told.list_products(cursor=at), answer({"results": [PRODUCT], "total": 2}))[0] for at in (None, "1")]
    assert [page.next_cursor for page in pages] == ["1", None]


def test_an_order_names_what_its_total_holds_beside_its_lines() -> None:
    order = {"id": 1, "number": "A1", "status": "placed", "total": {"amount": "16.90", "currency": "EUR"}}
    shipped = {**order, "shipping": {"amount": "4.90", "currency": "EUR"}}
    adapter = rest(fields={"order": {"adjustments": ["/shipping", "/tax"]}})
    for body, goods in ((order, "16.90"), (shipped, "12.00")):
        assert str(do(adapter.open_order("1"), answer(body))[0].goods_total) == f"{goods} EUR"


@pytest.mark.parametrize("address", ["http://[", "/products", "/products?page=2"])
def test_an_address_of_the_next_page_without_a_cursor_is_unexpected(address: str) -> None:
    with pytest.raises(UnexpectedAnswer, match="an address of the next page with a parameter 'cursor'"):
        do(rest().list_products(), answer({"results": [], "next": address}))


def test_query_parameters_and_orderings_have_the_backends_words() -> None:
    adapter = rest(
        settings={"orderings": {"-price": "price_desc"}},
        fields={
            "query": {"search": "q", "category_id": "dept", "ordering": "sort", "page_size": "per", "cursor": "at"}
        },
    )
    verb = adapter.list_products(search="a", category_id="3", ordering="-price", page_size=5, cursor="c")
    _, asked = do(verb, answer({"results": [], "next": None}))
    assert asked == [("GET", "/api/v2/products?q=a&dept=3&sort=price_desc&per=5&at=c", Part.OWN)]
    _, asked = do(adapter.list_products(ordering="name"), answer({"results": [], "next": None}))
    assert asked == [("GET", "/api/v2/products?sort=name", Part.OWN)]


def test_a_path_may_have_a_query_of_its_own_and_a_verb_another_method() -> None:
    adapter = rest(paths={"cart_line": "/index.php?route=line/{line_id}"}, settings={"methods": {"change_line": "PUT"}})
    _, asked = do(adapter.change_line("a/b", 3), answer(LINE))
    assert asked == [("PUT", "/index.php?route=line%2Fa%2Fb", Part.OWN)]


BASE = "https://shop.example/store/api"


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("/store/api/lines/1?full=1", "/lines/1?full=1"),
        (f"{BASE}/lines/1", "/lines/1"),
        ("https://SHOP.example:443/store/api/lines/1", "/lines/1"),
        ("lines/1", "/api/v2/cart/lines/1"),
    ],
)
def test_a_303_is_followed_below_the_targets_address(location: str, target: str) -> None:
    see_other = Response(303, Headers([("Location", location)]))
    value, asked = do(rest(BASE).add_to_cart("7", 2), see_other, answer(LINE))
    assert value.id == "1"
    assert asked == [("POST", "/api/v2/cart/lines", Part.OWN), ("GET", target, Part.LOOK)]


@pytest.mark.parametrize(
    "location",
    [
        "https://other.example/store/api/lines/1", "http://shop.example/store/api/lines/1", "//other.example/x",
        "https://shop.example:8443/store/api/lines/1", "/lines/1", "/store/api/../lines", "/store/apish/lines", "http://[",
    ],
)  # fmt: skip
def test_a_303_to_anywhere_else_is_unexpected(location: str) -> None:
    with pytest.raises(UnexpectedAnswer, match="a Location below the target's address"):
        do(rest(BASE).add_to_cart("7", 2), Response(303, Headers([("Location", location)])))


def test_a_303_without_a_location_is_unexpected() -> None:
    with pytest.raises(UnexpectedAnswer, match="one Location in an answer 303, observed 0 of them"):
        do(rest(BASE).add_to_cart("7", 2), Response(303))


@pytest.mark.parametrize(
    ("kind", "answers", "parts"),
    [
        ("line", [answer(LINE)], [Part.OWN]),
        ("cart", [answer(CART)], [Part.OWN]),
        ("nothing", [Response(204), answer(CART)], [Part.OWN, Part.LOOK]),
    ],
)
def test_a_line_is_read_wherever_the_backend_shows_it(kind: str, answers: list[Response], parts: list[Part]) -> None:
    adapter = rest(settings={"line_answers": kind})
    for verb in (adapter.add_to_cart("7", 2), adapter.change_line("1", 2)):
        value, asked = do(verb, *answers)
        assert (value.id, value.product_id, [part for _, _, part in asked]) == ("1", "7", parts)


def test_a_line_that_the_cart_does_not_show_is_unexpected() -> None:
    with pytest.raises(UnexpectedAnswer, match=r"the line in the cart, observed lines of the products \['6', '7'\]"):
        do(rest(settings={"line_answers": "cart"}).add_to_cart("8", 2), answer(CART))


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        (
            CART["lines"],
            [
                ("GET", "/api/v2/cart", Part.LEAD), ("DELETE", "/api/v2/cart/lines/4", Part.LEAD),
                ("DELETE", "/api/v2/cart/lines/1", Part.OWN),
            ],
        ),
        ([], [("GET", "/api/v2/cart", Part.LEAD), ("GET", "/api/v2/cart", Part.OWN)]),
    ],
)  # fmt: skip
def test_a_cart_is_emptied_line_by_line_where_there_is_no_other_way(
    lines: list[object], wanted: list[tuple[str, str, Part]]
) -> None:
    adapter = rest(settings={"emptying": "line by line"})
    cart = answer({"lines": lines, "total": PRICE})
    assert do(adapter.empty_cart(), cart, *[Response(204)] * (len(wanted) - 1))[1] == wanted


def test_words_for_an_orders_status_are_translated_and_others_left_alone() -> None:
    adapter = rest(settings={"order_statuses": {"new": "placed"}})
    seen = [do(adapter.open_order("9"), answer({**ORDER, "status": word}))[0].status for word in ("new", "odd")]
    assert seen == ["placed", "odd"]


def test_a_session_has_the_tokens_that_there_are() -> None:
    tokens = {"access": "a", "refresh": "r", "expires_in": 900}
    assert do(rest().sign_in("a@b", "Pw"), answer(tokens))[0].tokens == Tokens("a", "r", 900, None)
    alone = rest(fields={"tokens": {"access": "/data/jwt", "refresh": "untold"}})
    assert do(alone.sign_in("a@b", "Pw"), answer({"data": {"jwt": "j"}}))[0].tokens == Tokens("j", "")
    cookies = rest(fields={"tokens": {"access": "untold"}})
    session, _ = do(cookies.sign_in("a@b", "Pw"), Response(204, Headers([("Set-Cookie", "sid=1; Path=/")])))
    assert (session.tokens, session.cookies) == (None, {"sid": "1"})


@pytest.mark.parametrize(
    ("settings", "header"),
    [
        ({}, ("Authorization", "Bearer a")),
        ({"token_scheme": "Token"}, ("Authorization", "Token a")),
        ({"token_header": "X-Auth-Token", "token_scheme": ""}, ("X-Auth-Token", "a")),
    ],
)
def test_an_access_token_is_carried_as_the_backend_wants_it(
    settings: dict[str, object], header: tuple[str, str]
) -> None:
    adapter = rest(settings=settings)
    tokens = answer({"access": "a", "refresh": "r"})
    session, _ = do(adapter.sign_in("a@b", "Pw"), tokens, adapter=adapter)
    assert session.sign(Request("GET", "/")).headers == (header,)
    assert session.forged().sign(Request("GET", "/")).headers[0][0] == header[0]


def test_a_wrong_token_is_not_repeated() -> None:
    with pytest.raises(UnexpectedAnswer) as told:
        do(rest().sign_in("a@b", "Pw"), answer({"access": "secret\nvalue", "refresh": "r"}))
    assert str(told.value) == "expected a token as '/access', observed a str that no header field can carry"


def test_staff_may_have_doors_of_their_own() -> None:
    adapter = rest(paths={"staff_tokens": "/admin/login", "staff_product": "/admin/products/{product_id}"})
    assert do(adapter.sign_in_staff("a@b", "P"), answer({"access": "a", "refresh": "r"}))[1][0][1] == "/admin/login"
    assert do(adapter.change_product("7", stock=1), answer(PRODUCT))[1][0][1] == "/admin/products/7"
    assert do(adapter.open_product("7"), answer(PRODUCT))[1][0][1] == "/api/v2/products/7"


def test_success_is_a_kind_and_no_number() -> None:
    assert do(rest().place_order(), answer(ORDER, status=202))[0].id == "9"
    for status in (301, 400, 406, 503):
        with pytest.raises(UnexpectedAnswer, match=f"expected success, observed {status}: "):
            do(rest().place_order(), answer(ORDER, status=status))
