"""Listing, opening and changing products and categories."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from reference_app.catalogue.models import Category, Product, ProductImage
from tests.reference_app.client import Api
from tests.reference_app.domain.shelf import make_category, make_product, make_user, make_variant

pytestmark = pytest.mark.django_db

KETTLE = {
    "name": "Kettle",
    "price": {"amount": "39.90", "currency": "EUR"},
    "stock_quantity": 12,
}


def names(response: Any) -> list[str]:
    """Return the names on a page."""
    assert response.status_code == 200, response.content
    return [entry["name"] for entry in response.json()["results"]]


@pytest.mark.django_db(transaction=True)
def test_staff_creates_changes_and_withdraws_a_product(staff: Api, api: Api) -> None:
    shelf = make_category()
    created = staff.post("products", {**KETTLE, "category_id": shelf.pk, "description": "Copper"})
    assert created.status_code == 201
    product = created.json()
    assert api.get(f"products/{product['id']}").json() == product
    assert (product["price"], product["stock_quantity"], product["in_stock"], product["is_active"]) == (
        {"amount": "39.90", "currency": "EUR"},
        12,
        True,
        True,
    )
    assert (product["rating_average"], product["review_count"]) == (None, 0)
    changed = staff.send("PATCH", f"products/{product['id']}", {"stock_quantity": 0, "name": "Tea kettle"}).json()
    assert (changed["name"], changed["stock_quantity"], changed["in_stock"]) == ("Tea kettle", 0, False)
    assert changed["updated_at"] > product["updated_at"]
    assert staff.send("DELETE", f"products/{product['id']}").status_code == 204
    assert staff.send("DELETE", f"products/{product['id']}").status_code == 204
    assert api.get(f"products/{product['id']}").status_code == 404
    assert names(api.get("products")) == []
    assert staff.send("PATCH", f"products/{product['id']}", {"is_active": True}).status_code == 200
    assert names(api.get("products")) == ["Tea kettle"]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"price": {"amount": "0.00", "currency": "EUR"}}, "/price/amount"),
        ({"price": {"amount": "-1.00", "currency": "EUR"}}, "/price/amount"),
        ({"price": {"amount": "1.5", "currency": "EUR"}}, "/price/amount"),
        ({"price": {"amount": 1.5, "currency": "EUR"}}, "/price/amount"),
        ({"price": {"amount": "100000000.00", "currency": "EUR"}}, "/price/amount"),
        ({"price": {"amount": "1.00", "currency": "USD"}}, "/price/currency"),
        ({"price": {"amount": "1.00"}}, "/price/currency"),
        ({"price": "1.00"}, "/price"),
        ({"price": None}, "/price"),
        ({"stock_quantity": -1}, "/stock_quantity"),
        ({"stock_quantity": "5"}, "/stock_quantity"),
        ({"name": ""}, "/name"),
        ({"name": "x" * 201}, "/name"),
        ({"name": "a\0b"}, "/name"),
        ({"is_active": 1}, "/is_active"),
        ({"created_at": "2020-01-01T00:00:00Z"}, "/created_at"),
        ({"id": 7}, "/id"),
        ({"in_stock": True}, "/in_stock"),
    ],
)
def test_a_wrong_value_is_refused_by_name(staff: Api, change: dict[str, Any], pointer: str) -> None:
    product = make_product()
    before = Product.objects.values().get()
    body = {**KETTLE, "category_id": product.category_id, **change}
    for response in (staff.post("products", body), staff.send("PATCH", f"products/{product.pk}", change)):
        assert response.status_code == 400
        assert [error["pointer"] for error in response.json()["errors"]] == [pointer]
    assert Product.objects.values().get() == before


def test_v1_takes_a_price_as_text(staff: Api, api: Api) -> None:
    old = Api(access=staff.access, version="v1")
    body = {**KETTLE, "category_id": make_category().pk, "price": "39.90"}
    product = old.post("products", body).json()
    assert (product["price"], product["currency"]) == ("39.90", "EUR")
    assert old.post("products", {**body, "currency": "USD"}).status_code == 400
    changed = old.send("PATCH", f"products/{product['id']}", {"price": "41.00", "currency": "EUR"})
    assert changed.json()["price"] == "41.00"
    assert api.get(f"products/{product['id']}").json()["price"] == {"amount": "41.00", "currency": "EUR"}


def test_an_unknown_category_is_a_dangling_reference(staff: Api) -> None:
    product = make_product()
    for response in (
        staff.post("products", {**KETTLE, "category_id": 999_999}),
        staff.send("PATCH", f"products/{product.pk}", {"category_id": 999_999}),
    ):
        assert response.status_code == 422
        assert [error["pointer"] for error in response.json()["errors"]] == ["/category_id"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "products"),
        ("PATCH", "products/{0}"),
        ("DELETE", "products/{0}"),
        ("POST", "products/{0}/variants"),
        ("PATCH", "products/{0}/variants/{1}"),
        ("POST", "categories"),
        ("PATCH", "categories/{2}"),
        ("DELETE", "categories/{2}"),
    ],
)
def test_customers_change_nothing(customer: Api, api: Api, method: str, path: str) -> None:
    product = make_product()
    target = path.format(product.pk, make_variant(product).pk, make_category().pk)
    before = (list(Product.objects.values()), list(Category.objects.values()))
    assert customer.send(method, target, {"name": "x"}).status_code == 403
    assert api.send(method, target, {"name": "x"}).status_code == 401
    assert (list(Product.objects.values()), list(Category.objects.values())) == before


def test_the_detail_shows_variants_and_images(api: Api) -> None:
    product = make_product(stock=7)
    variants = [make_variant(product, stock=2, price="1.00"), make_variant(product, stock=3, price="2.00")]
    ProductImage.objects.create(product=product, url="https://images.example.org/2.jpg", position=1)
    first = ProductImage.objects.create(product=product, url="https://images.example.org/1.jpg", alt="Front")
    detail = api.get(f"products/{product.pk}").json()
    assert [(variant["id"], variant["stock_quantity"]) for variant in detail["variants"]] == [
        (variants[0].pk, 2),
        (variants[1].pk, 3),
    ]
    assert detail["stock_quantity"] == 5
    assert detail["images"][0] == {"id": first.pk, "url": "https://images.example.org/1.jpg", "alt": "Front"}


def test_stock_of_a_product_with_variants_is_set_by_variant(staff: Api) -> None:
    product = make_product()
    variant = make_variant(product, stock=0)
    path = f"products/{product.pk}"
    assert staff.get(path).json()["in_stock"] is False
    assert staff.send("PATCH", path, {"stock_quantity": 5}).json()["code"] == "stock_by_variant"
    assert staff.send("PATCH", f"{path}/variants/{variant.pk}", {"stock_quantity": 5}).status_code == 200
    other = make_product()
    assert staff.send("PATCH", f"products/{other.pk}/variants/{variant.pk}", {"name": "x"}).status_code == 404


def test_skus_are_unique_in_any_case(staff: Api) -> None:
    product = make_product()
    body = {"sku": "Red-1", "name": "Red", "price": KETTLE["price"], "stock_quantity": 1}
    path = f"products/{product.pk}/variants"
    assert staff.post(path, body).status_code == 201
    again = staff.post(path, {**body, "sku": "RED-1"})
    assert (again.status_code, again.json()["code"]) == (409, "sku_taken")


def test_categories_form_a_tree_without_circles(staff: Api, api: Api) -> None:
    root = staff.post("categories", {"name": "Root"}).json()
    child = staff.post("categories", {"name": "Child", "parent_id": root["id"]}).json()
    assert child["parent_id"] == root["id"]
    circle = staff.send("PATCH", f"categories/{root['id']}", {"parent_id": child["id"]})
    assert (circle.status_code, circle.json()["code"]) == (409, "category_cycle")
    assert staff.post("categories", {"name": "x", "parent_id": 999_999}).status_code == 422
    assert staff.send("DELETE", f"categories/{root['id']}").json()["code"] == "category_in_use"
    assert staff.send("PATCH", f"categories/{child['id']}", {"parent_id": None}).json()["parent_id"] is None
    assert staff.send("DELETE", f"categories/{root['id']}").status_code == 204
    assert names(api.get("categories")) == ["Child"]


def test_a_category_with_products_is_not_deleted(staff: Api) -> None:
    product = make_product(is_active=False)
    response = staff.send("DELETE", f"categories/{product.category_id}")
    assert (response.status_code, response.json()["code"]) == (409, "category_in_use")


def test_filters_and_orderings(api: Api) -> None:
    shelf = make_category()
    now = timezone.now()
    for position, (name, price, stock, featured) in enumerate(
        [("Cup", "5.00", 0, True), ("Ale", "7.00", 1, False), ("Bun", "6.00", 1, True)]
    ):
        product = make_product(name=name, price=price, stock=stock, is_featured=featured, category_id=shelf.pk)
        Product.objects.filter(pk=product.pk).update(created_at=now + timedelta(minutes=position))
    make_product(name="Elsewhere")
    here = f"products?category_id={shelf.pk}"
    assert names(api.get(here)) == ["Bun", "Ale", "Cup"]
    assert names(api.get(f"{here}&ordering=created_at")) == ["Cup", "Ale", "Bun"]
    assert names(api.get(f"{here}&ordering=name")) == ["Ale", "Bun", "Cup"]
    assert names(api.get(f"{here}&ordering=-price")) == ["Ale", "Bun", "Cup"]
    assert names(api.get(f"{here}&min_price=6&ordering=price")) == ["Bun", "Ale"]
    assert names(api.get(f"{here}&min_price=5.50&max_price=6.00")) == ["Bun"]
    assert names(api.get(f"{here}&in_stock=false")) == ["Cup"]
    assert names(api.get(f"{here}&in_stock=true&is_featured=true")) == ["Bun"]
    assert names(api.get("products?category_id=999999")) == []


@pytest.mark.parametrize("version", ["v1", "v2"])
@pytest.mark.parametrize("ordering", ["name", "-name", "price", "-price", "created_at", "-created_at"])
def test_pages_show_everything_once_in_order(version: str, ordering: str) -> None:
    shelf, client = make_category(), Api(version=version)
    for number in range(7):
        make_product(name=f"Thing {number % 3}", price=f"{number % 2 + 1}.00", category_id=shelf.pk)
    whole = client.get(f"products?ordering={ordering}&page_size=100").json()["results"]
    seen, target = [], f"/api/{version}/products?ordering={ordering}&page_size=3"
    while target:
        page = client.get(target).json()
        seen += page["results"]
        target = page["next"]
    assert len(seen) == 7
    assert seen == whole


@pytest.mark.parametrize(
    "query",
    [
        "page_size=0", "page_size=101", "page_size=x", "page_size=%EF%BC%91", "ordering=user__password", "ordering=-id",
        "in_stock=1", "min_price=-1", "min_price=1e3", "category_id=0", "category_id=9223372036854775808", "search=%00",
        "search=", "unknown=1", "page_size=1&page_size=2", "category__name=x", "cursor=x", "page=1",
    ],
)  # fmt: skip
def test_a_parameter_that_is_not_offered_is_refused(api: Api, query: str) -> None:
    assert api.get(f"products?{query}").status_code == 400


def test_reviews_are_written_once_and_counted(customer: Api, api: Api) -> None:
    product = make_product()
    path = f"products/{product.pk}/reviews"
    review = {"rating": 4, "title": "Good", "body": "Tea 🫖 tastes e\u0301lan"}
    written = customer.post(path, review)
    assert written.status_code == 201
    assert {name: written.json()[name] for name in review} == review
    assert written.json()["author_name"] == "Ada"
    again = customer.post(path, {**review, "rating": 1})
    assert (again.status_code, again.json()["code"]) == (409, "already_reviewed")
    assert api.get(path).json()["results"] == [written.json()]
    detail = api.get(f"products/{product.pk}").json()
    assert (detail["rating_average"], detail["review_count"]) == (4.0, 1)
    assert api.post(path, review).status_code == 401
    assert customer.post("products/999999/reviews", review).status_code == 404


@pytest.mark.parametrize("rating", [0, 6, 3.5, "3", True, None])
def test_a_rating_is_whole_from_one_to_five(customer: Api, rating: object) -> None:
    body = {"rating": rating, "title": "x", "body": "y"}
    assert customer.post(f"products/{make_product().pk}/reviews", body).status_code == 400


def test_reviews_outlive_their_author_without_the_name(customer: Api, api: Api, user_of: Any) -> None:
    product = make_product()
    customer.post(f"products/{product.pk}/reviews", {"rating": 5, "title": "x", "body": "y"})
    nameless = make_user()
    product.reviews.update(user=nameless)
    assert api.get(f"products/{product.pk}/reviews?page_size=1").json()["results"][0]["author_name"] == "A customer"
    nameless.delete()
    assert api.get(f"products/{product.pk}/reviews?page_size=2").json()["results"][0]["author_name"] == "A customer"
