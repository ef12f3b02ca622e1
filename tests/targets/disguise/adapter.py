"""The verbs of the disguised shop: CSRF tokens fetched before, four requests a checkout, a look at what was made."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Final, TypeVar
from urllib.parse import quote

from spec.target.adapters.rest import answer_fields as reading
from spec.target.exchange import UNSET, Request, Response, UnexpectedAnswer
from spec.target.session import Session
from spec.target.steps import Ask, Part, Steps, Verb
from spec.target.values import (
    Account,
    Cart,
    CartLine,
    Category,
    Order,
    Product,
    ProductPage,
    Readiness,
    Review,
    Tokens,
)
from spec.target.verbs import ShopVerbs, Thing
from tests.targets.disguise import adapter_answers as answers
from tests.targets.disguise.adapter_session import BEARER, CSRF, CsrfSession

T = TypeVar("T")

SESSION: Final = "/api/session"
CHECKOUT: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "address": {"recipient": "Ada Example", "street": "1 Example Street", "postalCode": "10115", "city": "Berlin"},
        "shipping": {"method": "parcel"},
        "payment": {"method": "invoice"},
    }
)
_FIELDS: Final = MappingProxyType({"created_at": "createdAt"})


class Verbs(ShopVerbs):
    """The verbs over the disguise; it documents nothing."""

    def stranger(self) -> Session:
        return CsrfSession()

    def nobody(self, thing: Thing) -> str:
        return str(uuid.uuid4())

    def register(self, email: str, password: str) -> Verb[Account]:
        return self._make_thing("register", "/api/accounts", {"email": email, "password": password}, answers.account)

    def sign_in(self, email: str, password: str) -> Verb[Session]:
        request = Request("POST", "/api/tokens", json={"email": email, "password": password})

        def steps(session: Session) -> Steps[Session]:
            yield from _fetch_csrf(session)
            session.tokens = answers.shown(answers.tokens)((yield Ask(request)))
            session.memory.pop(BEARER, None)
            return session

        return self.make("sign_in", steps, begins_session=True)

    def refresh(self, refresh_token: str) -> Verb[Tokens]:
        body = {"refreshToken": refresh_token}
        return self._write("refresh", "POST", "/api/tokens/refresh", answers.shown(answers.tokens), body)

    def sign_out(self) -> Verb[None]:
        def steps(session: Session) -> Steps[None]:
            yield from _fetch_csrf(session)
            body = {"refreshToken": session.tokens.refresh if session.tokens else ""}
            answers.nothing((yield Ask(Request("POST", "/api/tokens/revoke", json=body))))

        return self.make("sign_out", steps)

    def whoami(self) -> Verb[Account]:
        return self._read("whoami", "/api/accounts/me", answers.shown(answers.account))

    def change_password(self, current: str, new: str) -> Verb[None]:
        body = {"currentPassword": current, "newPassword": new}
        return self._write("change_password", "POST", "/api/accounts/me/password", answers.nothing, body)

    def list_categories(self, *, page_size: int | None = None) -> Verb[tuple[Category, ...]]:
        return self._list("list_categories", "/api/categories", answers.category, page_size)

    def list_products(
        self,
        *,
        search: str | None = None,
        category_id: str | None = None,
        ordering: str | None = None,
        page_size: int | None = None,
        cursor: str | None = None,
    ) -> Verb[ProductPage]:
        operation = "search products" if search is not None else ""
        if cursor is not None:
            # The link holds all that was asked for.
            request = Request("GET", cursor, from_origin=True)
        else:
            query = {
                "search": search,
                "categoryId": category_id,
                "ordering": ordering and re.sub(r"\w+", lambda found: _FIELDS.get(found[0], found[0]), ordering),
                "pageSize": page_size,
            }
            request = Request("GET", "/api/products", query=_query(query))

        def steps(_session: Session) -> Steps[ProductPage]:
            answer = yield Ask(request)
            return ProductPage(answers.members(answer, answers.listed_product), answers.next_page(answer))

        return self.make("list_products", steps, operation=operation)

    def open_product(self, product_id: str) -> Verb[Product]:
        return self._read("open_product", _path("products", product_id), answers.shown(answers.product))

    def create_product(self, *, name: str, price: Decimal, stock: int, category_id: str) -> Verb[Product]:
        body = {"name": name, "price": answers.cents(price), "stockQuantity": stock, "categoryId": category_id}
        return self._make_thing("create_product", "/api/products", body, answers.product)

    def change_product(
        self, product_id: str, *, name: str | None = None, price: Decimal | None = None, stock: int | None = None
    ) -> Verb[Product]:
        given = {"name": name, "price": None if price is None else answers.cents(price), "stockQuantity": stock}
        body = {key: value for key, value in given.items() if value is not None}
        path = _path("products", product_id)
        return self._write("change_product", "PATCH", path, answers.shown(answers.product), body)

    def withdraw_product(self, product_id: str) -> Verb[None]:
        return self._write("withdraw_product", "DELETE", _path("products", product_id), answers.nothing)

    def create_category(self, *, name: str) -> Verb[Category]:
        return self._make_thing("create_category", "/api/categories", {"name": name}, answers.category)

    def write_review(self, product_id: str, *, rating: int, title: str, body: str) -> Verb[Review]:
        content = {"rating": rating, "title": title, "body": body}
        return self._make_thing("write_review", _path("products", product_id, "reviews"), content, answers.review)

    def list_reviews(self, product_id: str, *, page_size: int | None = None) -> Verb[tuple[Review, ...]]:
        return self._list("list_reviews", _path("products", product_id, "reviews"), answers.review, page_size)

    def view_cart(self) -> Verb[Cart]:
        return self._read("view_cart", "/api/cart", answers.shown(answers.cart))

    def add_to_cart(self, product_id: str, quantity: int, variant_id: str | None = None) -> Verb[CartLine]:
        body: dict[str, object] = {"productId": product_id, "quantity": quantity}
        if variant_id is not None:
            body["variantId"] = variant_id
        return self._make_thing("add_to_cart", "/api/cart/lines", body, answers.line)

    def change_line(self, line_id: str, quantity: int) -> Verb[CartLine]:
        path, body = _path("cart/lines", line_id), {"quantity": quantity}
        return self._write("change_line", "PATCH", path, answers.shown(answers.line), body)

    def remove_line(self, line_id: str) -> Verb[None]:
        return self._write("remove_line", "DELETE", _path("cart/lines", line_id), answers.nothing)

    def empty_cart(self) -> Verb[None]:
        return self._write("empty_cart", "DELETE", "/api/cart", answers.nothing)

    def place_order(self, idempotency_key: str | None = None) -> Verb[Order]:
        def steps(session: Session) -> Steps[Order]:
            yield from _fetch_csrf(session)
            for step, said in CHECKOUT.items():
                answer = yield Ask(Request("PUT", f"/api/checkout/{step}", json=dict(said)), Part.LEAD)
                reading.expect_status(answer, 200)
            return answers.order((yield from _post("/api/orders", {})))

        verb = self.make("place_order", steps)
        return verb if idempotency_key is None else verb.with_header("Idempotency-Key", idempotency_key)

    def open_order(self, order_id: str) -> Verb[Order]:
        return self._read("open_order", _path("orders", order_id), answers.shown(answers.order))

    def list_orders(self, *, page_size: int | None = None) -> Verb[tuple[Order, ...]]:
        return self._list("list_orders", "/api/orders", answers.order, page_size)

    def cancel_order(self, order_id: str) -> Verb[Order]:
        path = _path("orders", order_id, "cancel")
        return self._write("cancel_order", "POST", path, answers.shown(answers.order), {})

    def liveness(self) -> Verb[None]:
        return self._read("liveness", "/livez", answers.nothing)

    def readiness(self) -> Verb[Readiness]:
        return self._read("readiness", "/readyz", answers.readiness)

    def documentation_page(self) -> Verb[None]:
        return self._read("documentation_page", "/docs", answers.html_page)

    def unknown_page(self) -> Verb[None]:
        return self._read("unknown_page", "/api/no-such-thing", lambda answer: reading.expect_status(answer, 404))

    def _read(self, name: str, path: str, read: Callable[[Response], T]) -> Verb[T]:
        def steps(_session: Session) -> Steps[T]:
            return read((yield Ask(Request("GET", path))))

        return self.make(name, steps)

    def _list(
        self, name: str, path: str, of: Callable[[Mapping[str, object]], T], page_size: int | None
    ) -> Verb[tuple[T, ...]]:
        def steps(_session: Session) -> Steps[tuple[T, ...]]:
            return answers.members((yield Ask(Request("GET", path, query=_query({"pageSize": page_size})))), of)

        return self.make(name, steps)

    def _write(self, name: str, method: str, path: str, read: Callable[[Response], T], body: object = UNSET) -> Verb[T]:
        def steps(session: Session) -> Steps[T]:
            yield from _fetch_csrf(session)
            return read((yield Ask(Request(method, path, json=body))))

        return self.make(name, steps)

    def _make_thing(
        self, name: str, path: str, body: Mapping[str, object], of: Callable[[Mapping[str, object]], T]
    ) -> Verb[T]:
        def steps(session: Session) -> Steps[T]:
            yield from _fetch_csrf(session)
            return of((yield from _post(path, body)))

        return self.make(name, steps)


def _fetch_csrf(session: Session) -> Steps[None]:
    """Fetch a CSRF token, unless the last answer to who is signed in gave one."""
    if not (session.tokens and CSRF in session.memory):
        reading.expect_status((yield Ask(Request("GET", SESSION), Part.LEAD)), 200)


def _post(path: str, body: Mapping[str, object]) -> Steps[Mapping[str, object]]:
    """Make a thing, and read it where the answer says that it is."""
    made = yield Ask(Request("POST", path, json=dict(body)))
    reading.expect_status(made, 303)
    place = made.headers.get("Location")
    if place is None:
        raise UnexpectedAnswer("a Location", "none")
    return answers.data((yield Ask(Request("GET", place, from_origin=True), Part.LOOK)))


def _path(collection: str, name: str, *more: str) -> str:
    return "/".join(["/api", collection, quote(name, safe=""), *more])


def _query(values: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    return tuple((name, str(value)) for name, value in values.items() if value is not None)
