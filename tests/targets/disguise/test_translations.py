"""Ids, names, targets and bodies, from the shop to its disguise and back."""

from __future__ import annotations

import json
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.targets.disguise.bodies import disguise_body, disguise_problem, disguise_value, reveal_body
from tests.targets.disguise.ids import IdCipher
from tests.targets.disguise.names import disguise_name, disguise_pointer, reveal_name
from tests.targets.disguise.targets import COLLECTIONS, disguise_target, reveal_target

IDS = IdCipher(b"a key of a run")
KINDS = st.sampled_from(sorted(COLLECTIONS.values()))
NUMBERS = st.integers(1, 2**63 - 1)
WORDS = st.from_regex(r"[A-Za-z_]{1,12}", fullmatch=True)
SNAKE = st.from_regex(r"[a-z]{1,6}(_[a-z]{1,6}){0,3}", fullmatch=True)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(kind=KINDS, number=NUMBERS)
def test_each_number_has_a_uuid_that_leads_back_to_it(kind: str, number: int) -> None:
    shown = IDS.encode(kind, number)
    assert IDS.decode(kind, shown) == number
    assert str(uuid.UUID(shown)) == shown
    assert (uuid.UUID(shown).version, uuid.UUID(shown).variant) == (8, uuid.RFC_4122)


@given(numbers=st.sets(NUMBERS, min_size=2, max_size=50))
def test_different_numbers_have_different_uuids(numbers: set[int]) -> None:
    assert len({IDS.encode("product", number) for number in numbers}) == len(numbers)


@given(number=NUMBERS)
def test_a_uuid_of_one_kind_names_nothing_of_another_kind_or_run(number: int) -> None:
    shown = IDS.encode("product", number)
    for cipher, kind in ((IDS, "order"), (IdCipher(b"another run"), "product")):
        decoded = cipher.decode(kind, shown)
        assert decoded is not None
        assert decoded >= 2**62


@given(foreign=st.uuids())
def test_a_foreign_uuid_becomes_a_number_that_nothing_has(foreign: uuid.UUID) -> None:
    decoded = IDS.decode("product", str(foreign))
    assert decoded is not None
    assert 2**62 <= decoded < 2**63


@pytest.mark.parametrize("text", ["", "7", "abc", "{00000000-0000-4000-8000-000000000000}", "0" * 32])
def test_what_is_no_uuid_is_no_id(text: str) -> None:
    assert IDS.decode("product", text) is None


@given(name=WORDS)
def test_a_name_of_the_disguise_comes_back_in_pointers_as_it_was_sent(name: str) -> None:
    assert disguise_name(reveal_name(name)) == name


@given(first=WORDS, second=WORDS)
def test_two_names_of_the_disguise_never_mean_one_of_the_shop(first: str, second: str) -> None:
    assert (reveal_name(first) == reveal_name(second)) == (first == second)


@given(name=SNAKE)
def test_the_shop_s_own_spelling_is_no_name_in_the_disguise(name: str) -> None:
    assert reveal_name(disguise_name(name)) == name
    assert "_" not in name or reveal_name(name) != name


@pytest.mark.parametrize(
    ("pointer", "shown"),
    [("/price/amount", "/price/cents"), ("?page_size", "?pageSize"), ("/lines/0/product_id", "/lines/0/productId")],
)
def test_field_errors_point_at_the_names_of_the_disguise(pointer: str, shown: str) -> None:
    assert disguise_pointer(pointer) == shown
    body = json.dumps({"status": 400, "errors": [{"pointer": pointer, "code": "x"}]}).encode()
    assert json.loads(disguise_problem(body)) == {"status": 400, "errors": [{"pointer": shown, "code": "x"}]}


def test_a_target_below_the_api_is_the_shop_s_with_numbers_and_its_own_names() -> None:
    product, category = IDS.encode("product", 7), IDS.encode("category", 3)
    assert reveal_target(f"/shop/api/products/{product}/reviews?pageSize=5", IDS).target == (
        "/api/v2/products/7/reviews?page_size=5"
    )
    target = f"/shop/api/products?categoryId={category}&minPrice=1250&ordering=-createdAt&search=a%20b"
    wanted = "/api/v2/products?category_id=3&min_price=12.50&ordering=-created_at&search=a%20b"
    assert reveal_target(target, IDS).target == wanted
    assert disguise_target(wanted, IDS) == target


@pytest.mark.parametrize(
    ("target", "revealed"),
    [
        ("/shop/livez", "/livez"),
        ("/shop/docs", "/api/docs"),
        ("/shop", "/"),
        ("/api/v2/products", "/outside/api/v2/products"),
        ("/shopping", "/outside/shopping"),
        ("/static/a.css?b=c", "/static/a.css?b=c"),
        ("*", "*"),
        ("/shop/api/products/7", "/api/v2/products/x7"),
        ("/shop/api/products/%37", "/api/v2/products/x%37"),
        ("/shop/api/accounts/me", "/api/v2/accounts/me"),
        ("/shop/api/products?category_id=3", "/api/v2/products?category__id=3"),
        ("/shop/api/products?categoryId=3", "/api/v2/products?category_id=x3"),
        ("/shop/api/products?min%50rice=3", "/api/v2/products?min_price=0.03"),
        ("/shop/api/products?%00=%ff&&=", "/api/v2/products?%00=%ff&&="),
    ],
)
def test_nothing_of_the_shop_s_own_shape_reaches_it(target: str, revealed: str) -> None:
    assert reveal_target(target, IDS).target == revealed


@given(product=NUMBERS, cents=st.integers(-(10**6), 10**6))
def test_what_is_written_reaches_the_shop_with_numbers_and_amounts(product: int, cents: int) -> None:
    written = {"productId": IDS.encode("product", product), "price": {"cents": cents, "currency": "EUR"}}
    revealed = json.loads(reveal_body(json.dumps(written).encode(), IDS))
    assert revealed["product_id"] == product
    assert disguise_value(revealed, "product", IDS) == written


@pytest.mark.parametrize(
    ("written", "revealed"),
    [
        (b'{"productId": 5}', b'{"product_id": "x5"}'),
        (b'{"productId": "5"}', b'{"product_id": "xx5"}'),
        (b'{"productId": null}', b'{"product_id": null}'),
        (b'{"product_id": 5}', b'{"product__id": 5}'),
        (b'{"price": {"amount": "1.00"}}', b'{"price": {"cents": "1.00"}}'),
        (b'{"price": {"cents": "100"}}', b'{"price": {"amount": "x100"}}'),
        (b'{"price": {"cents": 1.5}}', b'{"price": {"amount": 1.5}}'),
        (b'{"price": {"cents": -735}}', b'{"price": {"amount": "-7.35"}}'),
        (b'{"a":1e400, "a" : [1.0 , "\\ud800"]}', b'{"a":1e400, "a" : [1.0 , "\\ud800"]}'),
        (b'{"email": ', b'{"email": '),
        (b"\xff\xfe", b"\xff\xfe"),
        (b"[" * 100_000, b"[" * 100_000),
        (b"", b""),
    ],
)
def test_what_is_wrong_in_a_body_stays_wrong(written: bytes, revealed: bytes) -> None:
    assert reveal_body(written, IDS) == revealed


@given(value=JSON.filter(lambda one: isinstance(one, list) or not isinstance(one, dict)))
def test_values_without_names_reach_the_shop_octet_by_octet(value: object) -> None:
    if "{" not in (body := json.dumps(value)):
        assert reveal_body(body.encode(), IDS) == body.encode()


def test_a_page_is_enveloped_and_its_neighbours_are_links() -> None:
    page = {"results": [{"id": 1}], "next": "/api/v2/orders?page_size=1&cursor=x", "previous": None}
    body, links = disguise_body(json.dumps(page).encode(), "order", IDS)
    assert json.loads(body) == {"data": [{"id": IDS.encode("order", 1)}], "meta": {}}
    assert links == ['</shop/api/orders?pageSize=1&cursor=x>; rel="next"']


@pytest.mark.parametrize("amount", ["1.005", "NaN", "many", ""])
def test_an_amount_without_whole_cents_is_shown_as_it_is(amount: str) -> None:
    assert disguise_value({"amount": amount}, "", IDS) == {"cents": amount}
