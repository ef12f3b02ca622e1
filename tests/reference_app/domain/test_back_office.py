"""The admin site: for staff, limited like the API, and never followed by a stale answer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from reference_app.accounts.models import TokenFamily
from reference_app.backoffice.middleware import Messages, Sessions, SignedInUsers
from reference_app.catalogue.models import Category, Product, ProductImage, Variant
from reference_app.flags.declared import FeatureFlag
from reference_app.flags.state import is_on
from reference_app.observability.request_names import caller_of
from reference_app.orders.models import Order
from reference_app.reviews.models import Review
from tests.reference_app.client import PASSWORD, Api
from tests.reference_app.domain.shelf import fill_cart, make_category, make_product, make_variant, stock_of

pytestmark = pytest.mark.django_db(transaction=True)

STAFF = "staff@example.org"


@dataclass(frozen=True)
class Browser:
    """A browser at the admin site; forms carry the token of the page they stand on."""

    client: Client

    def get(self, path: str) -> Any:
        return self.client.get(f"/admin/{path}", secure=True)

    def submit(self, path: str, values: dict[str, Any], **headers: str) -> Any:
        """Fill in the form at `path`: what it shows, changed by `values`."""
        page = self.get(path).content.decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token is not None, page
        return self.client.post(
            f"/admin/{path}",
            {"csrfmiddlewaretoken": token[1], **values},
            secure=True,
            headers={"Origin": "https://testserver", **headers},
        )

    def sign_in(self, email: str = STAFF, password: str = PASSWORD) -> Any:
        return self.submit("login/", {"username": email, "password": password})


@pytest.fixture
def browser(staff: Api) -> Browser:
    """A browser in which no account is signed in."""
    return Browser(Client(enforce_csrf_checks=True, raise_request_exception=False))


@pytest.fixture
def office(browser: Browser) -> Browser:
    """A browser in which staff is signed in."""
    assert browser.sign_in().status_code == 302
    return browser


def product_form(product: Product, **changes: Any) -> dict[str, Any]:
    names = ("name", "description", "price", "stock_quantity")
    shown = {name: getattr(product, name) for name in names}
    return {**shown, "category": product.category_id, "is_active": "on", **changes}


def test_strangers_and_customers_are_kept_out(browser: Browser, customer: Api) -> None:
    assert browser.get("").status_code == 302
    refused = browser.sign_in("ada@example.org")
    assert (refused.status_code, b"staff account" in refused.content) == (200, True)
    assert browser.get("catalogue/product/").status_code == 302


def test_any_spelling_of_the_address_signs_in_and_its_cookies_are_safe(browser: Browser) -> None:
    assert browser.sign_in("STAFF@Example.org").status_code == 302
    assert set(browser.client.cookies) == {"__Host-session", "__Host-csrf"}
    for cookie in browser.client.cookies.values():
        assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (True, True, "Strict")
        assert (cookie["path"], cookie["domain"]) == ("/", "")


def test_guessing_passwords_meets_the_limits_of_sign_in(browser: Browser, settings: Any) -> None:
    settings.THROTTLE_SIGN_IN_ACCOUNT = "4/minute"  # the fixture has signed in once
    statuses = [browser.sign_in(spelling, "wrong").status_code for spelling in (STAFF, STAFF.upper(), STAFF, STAFF)]
    assert statuses == [200, 200, 200, 429]
    assert Api().post("tokens", {"email": STAFF, "password": PASSWORD}).status_code == 429


def test_staff_is_not_held_to_the_budget_of_strangers(office: Browser, settings: Any) -> None:
    settings.THROTTLE_ANON = "1/hour"
    assert [office.get("").status_code for _ in range(3)] == [200, 200, 200]


def test_a_visit_is_attributed_to_its_account(office: Browser, user_of: Any) -> None:
    assert caller_of(office.get("").wsgi_request) == user_of(STAFF).pk
    assert caller_of(Browser(Client()).get("").wsgi_request) is None


def test_a_form_from_elsewhere_is_refused(office: Browser) -> None:
    refused = office.submit("catalogue/category/add/", {"name": "x"}, Origin="https://elsewhere.example")
    assert (refused.status_code, refused["Content-Type"]) == (403, "application/problem+json")
    assert not Category.objects.filter(name="x").exists()


def test_the_api_sets_no_cookie_and_reads_none(office: Browser) -> None:
    response = office.client.get("/api/v2/accounts/me", secure=True)
    assert response.status_code == 401
    assert not response.cookies


@pytest.mark.parametrize(("path", "known"), [("/admin/", True), ("/api/v2/products", False), ("/metrics", False)])
def test_only_its_pages_know_a_session(path: str, known: bool) -> None:
    seen: list[HttpRequest] = []

    def answer(request: HttpRequest) -> HttpResponse:
        seen.append(request)
        return HttpResponse()

    Sessions(SignedInUsers(Messages(answer)))(RequestFactory().get(path))
    assert [hasattr(seen[0], name) for name in ("session", "user", "_messages")] == [known] * 3


@pytest.mark.parametrize("model", list(admin.site._registry), ids=lambda model: model._meta.model_name)
def test_every_page_opens_under_a_strict_policy(office: Browser, customer: Api, model: Any) -> None:
    product = make_product()
    variant = make_variant(make_product())
    ProductImage.objects.create(product=product, url="https://images.example.org/1.jpg")
    customer.post("cart/lines", {"product_id": product.pk, "quantity": 1})
    assert customer.post("orders", {}).status_code == 201
    customer.post(f"products/{product.pk}/reviews", {"rating": 4, "title": "Good", "body": "x"})
    assert variant.pk
    base = f"{model._meta.app_label}/{model._meta.model_name}/"
    row = model.objects.first()
    paths = [base, f"{base}?q=x", *([f"{base}{row.pk}/change/"] if row else [])]
    for path in paths:
        response = office.get(path)
        assert response.status_code in {200, 302}, path
        policy = response["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert b"<script>" not in response.content


def test_a_changed_product_is_never_shown_stale(office: Browser, api: Api) -> None:
    product = make_product(name="Before", stock=3)
    paths = (f"products/{product.pk}", "products")
    assert all("Before" in api.get(path).content.decode() for path in paths)
    changed = office.submit(f"catalogue/product/{product.pk}/change/", product_form(product, name="After"))
    assert changed.status_code == 302, changed.content
    assert all("After" in api.get(path).content.decode() for path in paths)


def test_a_product_is_withdrawn_by_taking_away_is_active(office: Browser, api: Api) -> None:
    product = make_product()
    assert api.get(f"products/{product.pk}").status_code == 200
    form = product_form(product)
    del form["is_active"]
    office.submit(f"catalogue/product/{product.pk}/change/", form)
    assert api.get(f"products/{product.pk}").status_code == 404


def test_a_new_product_stands_in_the_list_at_once(office: Browser, api: Api) -> None:
    shelf = make_category()
    assert api.get("products").json()["results"] == []
    values = {"name": "New", "description": "", "category": shelf.pk, "price": "1.50", "stock_quantity": 2}
    made = office.submit("catalogue/product/add/", {**values, "is_active": "on"})
    assert made.status_code == 302, made.content
    [summary] = api.get("products").json()["results"]
    assert (summary["name"], summary["in_stock"], summary["price"]["amount"]) == ("New", True, "1.50")


def test_what_a_service_refuses_is_said_and_changes_nothing(office: Browser) -> None:
    product = make_product()
    variant = make_variant(product)
    product.refresh_from_db()
    page = f"catalogue/product/{product.pk}/change/"
    assert office.submit(page, product_form(product, stock_quantity=77)).status_code == 302
    assert b"Stock is kept by variant" in office.get(page).content
    assert stock_of(product) == 10
    in_use = f"catalogue/category/{product.category_id}/delete/"
    assert office.submit(f"catalogue/category/{product.category_id}/change/", {"name": "x"}).status_code == 302
    assert office.get(in_use).status_code in {200, 302}
    assert Category.objects.filter(pk=product.category_id).exists()
    assert variant.pk


def test_variants_and_images_reach_the_detail_at_once(office: Browser, api: Api) -> None:
    product = make_product()
    detail = f"products/{product.pk}"
    assert api.get(detail).json()["variants"] == []
    form = {"product": product.pk, "sku": "A-1", "name": "Red", "price": "2.00", "stock_quantity": 4}
    assert office.submit("catalogue/variant/add/", form).status_code == 302
    assert [variant["sku"] for variant in api.get(detail).json()["variants"]] == ["A-1"]
    variant = Variant.objects.get()
    office.submit(f"catalogue/variant/{variant.pk}/change/", {**form, "price": "3.00"})
    assert [variant["price"]["amount"] for variant in api.get(detail).json()["variants"]] == ["3.00"]
    image = {"product": product.pk, "url": "https://images.example.org/a.jpg", "alt": "a", "position": 0}
    assert office.submit("catalogue/productimage/add/", image).status_code == 302
    assert [entry["alt"] for entry in api.get(detail).json()["images"]] == ["a"]
    stored = ProductImage.objects.get()
    office.submit(f"catalogue/productimage/{stored.pk}/change/", {**image, "alt": "b"})
    assert [entry["alt"] for entry in api.get(detail).json()["images"]] == ["b"]
    office.submit(f"catalogue/productimage/{stored.pk}/delete/", {"post": "yes"})
    assert api.get(detail).json()["images"] == []


def test_categories_come_move_and_go(office: Browser, api: Api) -> None:
    assert office.submit("catalogue/category/add/", {"name": "Kitchen"}).status_code == 302
    kitchen = Category.objects.get()
    assert [entry["name"] for entry in api.get("categories").json()["results"]] == ["Kitchen"]
    office.submit("catalogue/category/add/", {"name": "Pans", "parent": kitchen.pk})
    pans = Category.objects.get(name="Pans")
    office.submit(f"catalogue/category/{pans.pk}/change/", {"name": "Pots", "parent": ""})
    found = {entry["name"]: entry["parent_id"] for entry in api.get("categories").json()["results"]}
    assert found == {"Kitchen": None, "Pots": None}
    actions = {"action": "delete_selected", "_selected_action": [pans.pk], "post": "yes"}
    assert office.submit("catalogue/category/", actions).status_code == 302
    office.submit(f"catalogue/category/{kitchen.pk}/delete/", {"post": "yes"})
    assert api.get("categories").json()["results"] == []


def test_an_order_moves_on_as_its_lifecycle_allows(office: Browser, customer: Api, user_of: Any) -> None:
    product = make_product(stock=5)
    fill_cart(user_of(), (product, 2))
    placed = customer.post("orders", {}).json()
    page = f"orders/order/{placed['id']}/change/"
    lines = {f"lines-{name}": "0" for name in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")}
    office.submit(page, {"status": "delivered", **lines})
    assert Order.objects.get().status == "placed"
    office.submit(page, {"status": "cancelled", **lines})
    assert Order.objects.get().status == "cancelled"
    assert stock_of(product) == 5


def test_a_removed_review_leaves_the_rating(office: Browser, customer: Api) -> None:
    product = make_product()
    customer.post(f"products/{product.pk}/reviews", {"rating": 2, "title": "Bad", "body": "words"})
    assert customer.get(f"products/{product.pk}").json()["review_count"] == 1
    office.submit(f"reviews/review/{Review.objects.get().pk}/delete/", {"post": "yes"})
    detail = customer.get(f"products/{product.pk}").json()
    assert (detail["review_count"], detail["rating_average"]) == (0, None)
    assert customer.get(f"products/{product.pk}/reviews").json()["results"] == []


def test_who_is_shut_out_is_out_at_once(office: Browser, customer: Api, user_of: Any) -> None:
    assert customer.get("cart").status_code == 200
    assert office.submit(f"accounts/user/{user_of().pk}/change/", {}).status_code == 302
    assert customer.get("cart").status_code == 401
    assert not TokenFamily.objects.filter(user=user_of(), ended_at=None).exists()


def test_who_becomes_staff_is_staff_at_once(office: Browser, customer: Api, user_of: Any) -> None:
    assert customer.post("categories", {"name": "x"}).status_code == 403
    office.submit(f"accounts/user/{user_of().pk}/change/", {"is_staff": "on", "is_active": "on"})
    assert customer.post("categories", {"name": "x"}).status_code == 201


def test_a_new_password_ends_tokens_and_other_sessions(office: Browser, staff: Api) -> None:
    other = Browser(Client(enforce_csrf_checks=True))
    assert other.sign_in().status_code == 302
    new = "another sentence that is long"
    form = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert office.submit("password_change/", form).status_code == 302
    assert office.get("password_change/done/").status_code == 200
    assert other.get("").status_code == 302
    assert staff.get("accounts/me").status_code == 401


def test_a_flag_is_switched_in_the_back_office(office: Browser, api: Api) -> None:
    old = Api(version="v1")
    assert old.get("products").status_code == 200
    assert office.submit("waffle/switch/add/", {"name": FeatureFlag.VERSION_1.value, "note": ""}).status_code == 302
    assert old.get("products").status_code == 410
    page = office.get("waffle/switch/").content.decode()
    found = re.search(r'name="_selected_action" value="([0-9]+)"', page)
    assert found is not None
    office.submit("waffle/switch/", {"action": "delete_selected", "_selected_action": [found[1]], "post": "yes"})
    assert is_on(FeatureFlag.VERSION_1)
