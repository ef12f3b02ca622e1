"""Statements that an operation issues: as many whatever is there (QRY-003, -004), and no GET writes."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reference_app.accounts.passwords import OwaspArgon2Hasher
from reference_app.catalogue.models import ProductImage
from reference_app.catalogue.services import create_product
from reference_app.flags.declared import FeatureFlag
from reference_app.flags.state import is_on
from tests.reference_app.client import PASSWORD, Api
from tests.reference_app.domain.shelf import fill_cart, make_category, make_product, make_user, make_variant

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def known_flags() -> None:
    """A process that has looked at its flags already, as every process has but for a moment."""
    is_on(FeatureFlag.VERSION_1)


def statements_of(call: Any) -> list[str]:
    """Return the statements that the database was asked."""
    with CaptureQueriesContext(connection) as captured:
        response = call()
    assert response.status_code < 300, response.content
    return [entry["sql"] for entry in captured.captured_queries]


def make_products(count: int) -> int:
    """Create so many products with variants, images and a category; return the id of the last."""
    shelf = make_category().pk
    for _ in range(count):
        product = make_product(category_id=shelf)
        for position in range(2):
            make_variant(product)
            ProductImage.objects.create(product=product, url="https://images.example.org/1.jpg", position=position)
    return product.pk


@pytest.mark.parametrize(("version", "expected"), [("v1", 2), ("v2", 1)])
def test_a_cold_list_of_fifty_costs_as_much_as_a_list_of_one(version: str, expected: int) -> None:
    client = Api(version=version)
    client.get("categories")  # the connection to the cache is made
    make_products(1)
    assert len(statements_of(lambda: client.get("products?page_size=50"))) == expected
    make_products(49)
    response = client.get("products?page_size=50")
    assert len(response.json()["results"]) == 50
    assert len(statements_of(lambda: client.get("products?page_size=49"))) == expected


def test_a_cold_detail_costs_three_statements(api: Api) -> None:
    api.get("categories")
    product_id = make_products(3)
    assert len(statements_of(lambda: api.get(f"products/{product_id}"))) == 3


@pytest.mark.parametrize(("headers", "expected"), [({}, 10), ({"Idempotency-Key": "a-key"}, 12)])
@pytest.mark.parametrize("lines", [3, 5])
def test_checkout_of_products_and_variants_costs(
    customer: Api, user_of: Any, headers: dict[str, str], expected: int, lines: int
) -> None:
    fill_cart(user_of(), *((make_product(), 1) for _ in range(lines - 2)))
    for stock in (1, 10):  # the first is sold out by it
        product = make_product()
        variant = make_variant(product, stock=stock)
        customer.post("cart/lines", {"product_id": product.pk, "variant_id": variant.pk, "quantity": 1})
    statements = statements_of(lambda: customer.post("orders", {}, **headers))
    assert len(statements) == expected, statements


@pytest.mark.parametrize(("headers", "expected"), [({}, 9), ({"Idempotency-Key": "a-key"}, 11)])
def test_checkout_of_products_alone_costs(customer: Api, user_of: Any, headers: dict[str, str], expected: int) -> None:
    fill_cart(user_of(), *((make_product(), 1) for _ in range(5)))
    statements = statements_of(lambda: customer.post("orders", {}, **headers))
    assert len(statements) == expected, statements


def test_a_warm_cart_asks_the_database_nothing(customer: Api, user_of: Any) -> None:
    fill_cart(user_of(), (make_product(), 1))
    assert customer.get("cart")["Cache-Status"] == "shop; fwd=miss"
    assert statements_of(lambda: customer.get("cart")) == []


def test_signing_in_costs_four_statements_and_one_hash(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    api.register()
    hashed: list[str] = []
    for name in ("verify", "encode"):
        original = getattr(OwaspArgon2Hasher, name)

        def counted(*arguments: Any, name: str = name, original: Any = original) -> Any:
            hashed.append(name)
            return original(*arguments)

        monkeypatch.setattr(OwaspArgon2Hasher, name, counted)
    statements = statements_of(lambda: api.post("tokens", {"email": "ada@example.org", "password": PASSWORD}))
    assert hashed == ["verify"]
    assert [statement.split()[0] for statement in statements] == [
        *("SELECT", "BEGIN", "UPDATE", "INSERT", "INSERT", "COMMIT")
    ]


def test_the_order_list_and_an_order_cost_the_same_for_any_number_of_lines(customer: Api, user_of: Any) -> None:
    customer.get("cart")  # from here on the caller is remembered
    counts = []
    for lines in (1, 6):
        fill_cart(user_of(), *((make_product(), 1) for _ in range(lines)))
        order = customer.post("orders", {}).json()
        counts.append(
            (
                len(statements_of(lambda: customer.get("orders"))),
                len(statements_of(lambda path=f"orders/{order['id']}": customer.get(path))),
                len(statements_of(lambda: customer.get("cart"))),
            )
        )
    assert counts[0] == counts[1]


def test_reviews_cost_the_same_for_any_number(api: Api) -> None:
    product = make_product()
    path = f"products/{product.pk}/reviews"
    counts = []
    for size in (1, 8):
        for _ in range(size):
            product.reviews.create(user=make_user(), rating=5, title="x", body="y")
        counts.append(len(statements_of(lambda query=f"{path}?page_size={size + 10}": api.get(query))))
    assert counts == [2, 2]


def test_a_get_writes_nothing(customer: Api) -> None:
    product_id = make_products(2)
    detail = f"products/{product_id}"
    for path in ("products", detail, f"{detail}/reviews", "categories", "cart", "orders"):
        statements = statements_of(lambda path=path: customer.get(path))
        assert all(statement.startswith("SELECT") for statement in statements), statements


def test_creating_a_product_needs_no_statement_for_each_of_the_others() -> None:
    shelf = make_category().pk
    values: Any = {"name": "x", "price": 1, "stock_quantity": 1, "category_id": shelf}
    with CaptureQueriesContext(connection) as captured:
        create_product(values=values)
    assert len(captured.captured_queries) == 6  # begin, category, product, record, commit, end of the record
