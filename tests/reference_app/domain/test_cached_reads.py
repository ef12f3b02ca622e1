"""Caching over HTTP: what is cached, for whom, and how soon a write is seen (CACHE-001 to CACHE-006, -008)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reference_app.catalogue.services import change_product
from reference_app.orders.checkout import place_order
from tests.reference_app.client import Api
from tests.reference_app.domain.shelf import fill_cart, make_product, make_user, make_variant, together

pytestmark = pytest.mark.django_db(transaction=True)


def origin(response: Any) -> str:
    """Return the value of Cache-Status."""
    return str(response.headers["Cache-Status"])


def test_a_warm_list_asks_the_database_nothing(api: Api) -> None:
    make_product()
    for path in ("products", "products?page_size=1&ordering=name", "categories"):
        assert origin(api.get(path)) == "shop; fwd=miss"
        with CaptureQueriesContext(
            connection,
        ) as statements:
            assert origin(api.get(path)) == "shop; hit"
        assert statements.captured_queries == []


def test_the_same_parameters_in_another_order_are_one_answer(api: Api) -> None:
    api.get("products?page_size=20&ordering=name")
    assert origin(api.get("products?ordering=name")) == "shop; hit"
    assert origin(api.get("products?ordering=-name")) == "shop; fwd=miss"


def test_versions_never_share_an_answer(api: Api) -> None:
    product = make_product()
    for path in ("products", f"products/{product.pk}", "categories"):
        assert origin(api.get(path)) == "shop; fwd=miss"
        assert origin(Api(version="v1").get(path)) == "shop; fwd=miss"


def test_a_sale_concerns_the_detail_and_only_a_sell_out_the_lists(api: Api) -> None:
    product, user = make_product(stock=2), make_user()
    other = make_product()
    paths = ["products", f"products/{product.pk}", f"products/{other.pk}"]
    for expected in (["shop; hit", "shop; fwd=miss", "shop; hit"], ["shop; fwd=miss", "shop; fwd=miss", "shop; hit"]):
        for path in paths:
            api.get(path)
        fill_cart(user, (product, 1))
        place_order(user_id=user.pk)
        assert [origin(api.get(path)) for path in paths] == expected
    listed = {entry["id"]: entry["in_stock"] for entry in api.get("products").json()["results"]}
    assert listed == {product.pk: False, other.pk: True}
    assert api.get(f"products/{product.pk}").json()["stock_quantity"] == 0


@pytest.mark.parametrize("change", [{"name": "New"}, {"price": 99}, {"is_featured": True}, {"is_active": False}])
def test_a_change_is_seen_at_once_in_lists_and_search(api: Api, change: dict[str, Any]) -> None:
    product = make_product(name="Old")
    paths = ["products", "products?search=old", f"products?category_id={product.category_id}"]
    before = [api.get(path).json() for path in paths]
    change_product(product_id=product.pk, values=change)  # type: ignore[arg-type] # a literal of the parameters above
    after = [api.get(path).json() for path in paths]
    assert all(old != new for old, new in zip(before, after, strict=True))


def test_no_acknowledged_write_is_followed_by_an_older_answer(api: Api) -> None:
    product = make_product(stock=0)
    stale: list[tuple[int, int]] = []
    acknowledged, finished = 0, threading.Event()

    def write() -> None:
        nonlocal acknowledged
        for number in range(1, 40):
            change_product(product_id=product.pk, values={"stock_quantity": number})
            acknowledged = number
        finished.set()

    def read(number: int) -> None:
        client = Api(address=f"192.0.2.{number}")
        for _ in range(50):
            floor = acknowledged
            seen = client.get(f"products/{product.pk}").json()["stock_quantity"]
            if seen < floor:
                stale.append((seen, floor))
            if finished.is_set():
                return

    calls: list[Callable[[], None]] = [write, *(partial(read, number) for number in range(2, 8))]
    together(calls)
    assert stale == []
    assert api.get(f"products/{product.pk}").json()["stock_quantity"] == 39


def test_a_cart_is_cached_for_its_owner_alone(customer: Api, staff: Api, api: Api) -> None:
    product = make_product()
    customer.post("cart/lines", {"product_id": product.pk, "quantity": 1})
    assert [origin(customer.get("cart")) for _ in range(2)] == ["shop; fwd=miss", "shop; hit"]
    other = staff.get("cart")
    assert (origin(other), other.json()["lines"]) == ("shop; fwd=miss", [])
    assert api.get("cart").status_code == 401
    own = customer.get("cart")
    assert own.headers["Cache-Control"] == "private, no-store"
    assert "Authorization" in own.headers["Vary"]
    assert "ETag" not in own.headers


def test_a_cart_is_fresh_after_each_of_its_changes(customer: Api) -> None:
    product = make_product(price="2.00")
    line = customer.post("cart/lines", {"product_id": product.pk, "quantity": 1}).json()
    totals = []
    changes: list[Callable[[], Any]] = [
        lambda: customer.send("PATCH", f"cart/lines/{line['id']}", {"quantity": 4}),
        lambda: customer.post("cart/lines", {"product_id": product.pk, "quantity": 1}),
        lambda: customer.post("orders", {}),
        lambda: customer.post("cart/lines", {"product_id": product.pk, "quantity": 2}),
        lambda: customer.send("DELETE", "cart"),
    ]
    for change in changes:
        customer.get("cart")
        assert change().status_code < 300
        totals.append(customer.get("cart").json()["total"]["amount"])
    assert totals == ["8.00", "10.00", "0.00", "4.00", "0.00"]


def test_a_client_with_the_same_bytes_gets_304(api: Api) -> None:
    product = make_product()
    path = f"products/{product.pk}"
    first = api.get(path)
    tag = first.headers["ETag"]
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = api.get(path, **{"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
        assert again.headers["Cache-Control"] == "public, no-cache"
    assert api.get(path, **{"If-None-Match": '"other"'}).status_code == 200
    make_variant(product)
    changed = api.get(path, **{"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != tag


def test_the_public_is_told_to_ask_each_time(api: Api) -> None:
    make_product()
    for path in ("products", "categories"):
        headers = api.get(path).headers
        assert (headers["Cache-Control"], headers["Vary"]) == ("public, no-cache", "Accept")


def test_what_is_refused_is_not_cached(api: Api) -> None:
    for _ in range(2):
        missing = api.get("products/999999")
        assert (missing.status_code, missing.headers["Cache-Control"]) == (404, "no-store")
    make_product()
    assert api.get("products?page_size=0").headers["Cache-Control"] == "no-store"


def test_a_forged_host_reaches_no_answer(api: Api) -> None:
    for _ in range(3):
        make_product()
    page = api.get("products?page_size=1", **{"X-Forwarded-Host": "evil.example", "X-Original-URL": "/evil"})
    assert page.json()["next"].startswith("/api/v2/products?page_size=1&cursor=")
    assert b"evil" not in api.get("products?page_size=1").content
