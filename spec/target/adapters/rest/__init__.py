"""The default adapter: a REST backend with JSON, spelt as the reference shop's second version spells it.

A backend with other paths maps them in its profile (`[adapter.paths]`), by the names in `PATHS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from string import Formatter
from types import MappingProxyType
from typing import Final, TypeVar
from urllib.parse import parse_qs, quote, urlsplit

from spec.target.adapters.rest import answer_fields as reading
from spec.target.exchange import UNSET, Request, Response, UnexpectedAnswer
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
    Variant,
)
from spec.target.verbs import Call, ShopVerbs

T = TypeVar("T")

PATHS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "accounts": "/api/v2/accounts",
        "account": "/api/v2/accounts/me",
        "password": "/api/v2/accounts/me/password",
        "tokens": "/api/v2/tokens",
        "refresh": "/api/v2/tokens/refresh",
        "revoke": "/api/v2/tokens/revoke",
        "categories": "/api/v2/categories",
        "products": "/api/v2/products",
        "product": "/api/v2/products/{product_id}",
        "reviews": "/api/v2/products/{product_id}/reviews",
        "cart": "/api/v2/cart",
        "cart_lines": "/api/v2/cart/lines",
        "cart_line": "/api/v2/cart/lines/{line_id}",
        "orders": "/api/v2/orders",
        "order": "/api/v2/orders/{order_id}",
        "cancellation": "/api/v2/orders/{order_id}/cancel",
        "liveness": "/livez",
        "readiness": "/readyz",
        "openapi": "/api/v2/openapi.json",
        "deprecated_openapi": "/api/v1/openapi.json",
        "documentation": "/api/docs",
        "unknown": "/api/v2/no-such-thing",
    }
)
CURRENCY: Final = "EUR"


class Verbs(ShopVerbs):
    """The verbs over REST and JSON."""

    def __init__(self, paths: Mapping[str, str] = PATHS) -> None:
        for name, path in paths.items():
            if name not in PATHS:
                raise KeyError(name)
            _expect_parameters(name, path)
        self._paths = {**PATHS, **paths}

    def _path(self, name: str, **parameters: str) -> str:
        return self._paths[name].format(**{key: quote(value, safe="") for key, value in parameters.items()})

    def _call(
        self,
        flow: str,
        operation: str,
        method: str,
        path: str,
        read: Callable[[Response], T],
        *,
        query: Mapping[str, object] | None = None,
        json: object = UNSET,
    ) -> Call[T]:
        given = tuple((key, str(value)) for key, value in (query or {}).items() if value is not None)
        return Call(Request(method, path, query=given, json=json, operation=operation), read, flow)

    def register(self, email: str, password: str) -> Call[Account]:
        body = {"email": email, "password": password}
        return self._call("FLOW-001", "register", "POST", self._path("accounts"), _read(_account, 201), json=body)

    def sign_in(self, email: str, password: str) -> Call[Tokens]:
        body = {"email": email, "password": password}
        return self._call("FLOW-001", "sign in", "POST", self._path("tokens"), _read(_tokens, 200), json=body)

    def refresh(self, refresh_token: str) -> Call[Tokens]:
        body = {"refresh": refresh_token}
        return self._call("FLOW-007", "refresh", "POST", self._path("refresh"), _read(_tokens, 200), json=body)

    def sign_out(self, refresh_token: str) -> Call[None]:
        body = {"refresh": refresh_token}
        return self._call("FLOW-007", "sign out", "POST", self._path("revoke"), _nothing(204, 200), json=body)

    def whoami(self) -> Call[Account]:
        return self._call("FLOW-001", "who am I", "GET", self._path("account"), _read(_account, 200))

    def change_password(self, current: str, new: str) -> Call[None]:
        body = {"current_password": current, "new_password": new}
        return self._call("TOK-008", "change password", "POST", self._path("password"), _nothing(204, 200), json=body)

    def list_categories(self) -> Call[tuple[Category, ...]]:
        return self._call("FLOW-002", "list categories", "GET", self._path("categories"), _read_list(_category))

    def list_products(
        self,
        *,
        search: str | None = None,
        category_id: str | None = None,
        ordering: str | None = None,
        page_size: int | None = None,
        cursor: str | None = None,
    ) -> Call[ProductPage]:
        query = {
            "search": search,
            "category_id": category_id,
            "ordering": ordering,
            "page_size": page_size,
            "cursor": cursor,
        }
        operation = "search products" if search is not None else "list products"
        return self._call("FLOW-002", operation, "GET", self._path("products"), _read(_page, 200), query=query)

    def open_product(self, product_id: str) -> Call[Product]:
        path = self._path("product", product_id=product_id)
        return self._call("FLOW-002", "open product", "GET", path, _read(_product, 200))

    def create_product(self, *, name: str, price: Decimal, stock: int, category_id: str) -> Call[Product]:
        body = {"name": name, "price": _amount(price), "stock_quantity": stock, "category_id": _id(category_id)}
        path = self._path("products")
        return self._call("FLOW-006", "create product", "POST", path, _read(_product, 201), json=body)

    def change_product(
        self, product_id: str, *, name: str | None = None, price: Decimal | None = None, stock: int | None = None
    ) -> Call[Product]:
        given = {"name": name, "price": None if price is None else _amount(price), "stock_quantity": stock}
        body = {key: value for key, value in given.items() if value is not None}
        path = self._path("product", product_id=product_id)
        return self._call("FLOW-006", "change product", "PATCH", path, _read(_product, 200), json=body)

    def withdraw_product(self, product_id: str) -> Call[None]:
        path = self._path("product", product_id=product_id)
        return self._call("FLOW-006", "withdraw product", "DELETE", path, _nothing(204, 200))

    def create_category(self, *, name: str) -> Call[Category]:
        body = {"name": name}
        path = self._path("categories")
        return self._call("FLOW-006", "create category", "POST", path, _read(_category, 201), json=body)

    def write_review(self, product_id: str, *, rating: int, title: str, body: str) -> Call[Review]:
        content = {"rating": rating, "title": title, "body": body}
        path = self._path("reviews", product_id=product_id)
        return self._call("FLOW-005", "write review", "POST", path, _read(_review, 201), json=content)

    def list_reviews(self, product_id: str, *, page_size: int | None = None) -> Call[tuple[Review, ...]]:
        path = self._path("reviews", product_id=product_id)
        query = {"page_size": page_size}
        return self._call("FLOW-005", "list reviews", "GET", path, _read_list(_review), query=query)

    def view_cart(self) -> Call[Cart]:
        return self._call("FLOW-003", "view cart", "GET", self._path("cart"), _read(_cart, 200))

    def add_to_cart(self, product_id: str, quantity: int, variant_id: str | None = None) -> Call[CartLine]:
        body: dict[str, object] = {"product_id": _id(product_id), "quantity": quantity}
        if variant_id is not None:
            body["variant_id"] = _id(variant_id)
        path = self._path("cart_lines")
        return self._call("FLOW-003", "add to cart", "POST", path, _read(_line, 201), json=body)

    def change_line(self, line_id: str, quantity: int) -> Call[CartLine]:
        path = self._path("cart_line", line_id=line_id)
        return self._call("FLOW-003", "change line", "PATCH", path, _read(_line, 200), json={"quantity": quantity})

    def remove_line(self, line_id: str) -> Call[None]:
        path = self._path("cart_line", line_id=line_id)
        return self._call("FLOW-003", "remove line", "DELETE", path, _nothing(204, 200))

    def empty_cart(self) -> Call[None]:
        return self._call("FLOW-003", "empty cart", "DELETE", self._path("cart"), _nothing(204, 200))

    def place_order(self, idempotency_key: str | None = None) -> Call[Order]:
        call = self._call("FLOW-004", "place order", "POST", self._path("orders"), _read(_order, 201), json={})
        return call if idempotency_key is None else call.with_header("Idempotency-Key", idempotency_key)

    def open_order(self, order_id: str) -> Call[Order]:
        path = self._path("order", order_id=order_id)
        return self._call("FLOW-004", "open order", "GET", path, _read(_order, 200))

    def list_orders(self, *, page_size: int | None = None) -> Call[tuple[Order, ...]]:
        path = self._path("orders")
        query = {"page_size": page_size}
        return self._call("FLOW-004", "list orders", "GET", path, _read_list(_order), query=query)

    def cancel_order(self, order_id: str) -> Call[Order]:
        path = self._path("cancellation", order_id=order_id)
        return self._call("FLOW-004", "cancel order", "POST", path, _read(_order, 200), json={})

    def liveness(self) -> Call[None]:
        return self._call("HLTH-001", "liveness", "GET", self._path("liveness"), _nothing(200, 204))

    def readiness(self) -> Call[Readiness]:
        return self._call("HLTH-002", "readiness", "GET", self._path("readiness"), _readiness)

    def openapi_document(self) -> Call[dict[str, object]]:
        return self._call("DOC-001", "read OpenAPI document", "GET", self._path("openapi"), _document)

    def openapi_documents(self) -> tuple[Call[dict[str, object]], ...]:
        current = self.openapi_document()
        if not self._paths["deprecated_openapi"]:
            return (current,)
        path = self._path("deprecated_openapi")
        return (current, self._call("DOC-001", "read deprecated OpenAPI document", "GET", path, _document))

    def documentation_page(self) -> Call[None]:
        return self._call("DOC-005", "open the documentation", "GET", self._path("documentation"), _html_page)

    def unknown_page(self) -> Call[None]:
        return self._call("ERR-001", "open an unknown page", "GET", self._path("unknown"), _nothing(404))


def _expect_parameters(name: str, path: str) -> None:
    """Raise ValueError unless a path of a profile has the parameters of the one that it stands for."""
    try:
        given = {field for _, field, _, _ in Formatter().parse(path) if field is not None}
    except ValueError as error:
        message = f"the path {name!r} is no template: {path!r} ({error})"
        raise ValueError(message) from error
    wanted = {field for _, field, _, _ in Formatter().parse(PATHS[name]) if field is not None}
    if path and (given != wanted or not path.startswith("/")):
        raise ValueError(f"the path {name!r} has to be like {PATHS[name]}, it is {path!r}")


def _id(value: str) -> int | str:
    return int(value) if value.isascii() and value.isdigit() else value


def _amount(amount: Decimal) -> dict[str, str]:
    return {"amount": f"{amount:.2f}", "currency": CURRENCY}


def _read(of: Callable[[Mapping[str, object]], T], *statuses: int) -> Callable[[Response], T]:
    return lambda response: of(reading.read_object(response, *statuses))


def _read_list(of: Callable[[Mapping[str, object]], T]) -> Callable[[Response], tuple[T, ...]]:
    return lambda response: _members(reading.read_object(response, 200), "results", of)


def _nothing(*statuses: int) -> Callable[[Response], None]:
    return lambda response: reading.expect_status(response, *statuses)


def _html_page(response: Response) -> None:
    reading.expect_status(response, 200)
    media_type = (response.headers.get("Content-Type") or "").partition(";")[0].strip().lower()
    if media_type != "text/html":
        raise UnexpectedAnswer("an HTML page", media_type or "no media type")


def _members(container: Mapping[str, object], name: str, of: Callable[[Mapping[str, object]], T]) -> tuple[T, ...]:
    found = reading.as_list(reading.field(container, name), repr(name))
    return tuple(of(reading.as_object(member, f"a member of {name!r}")) for member in found)


def _account(body: Mapping[str, object]) -> Account:
    return Account(reading.identifier(body, "id"), reading.text(body, "email"))


def _tokens(body: Mapping[str, object]) -> Tokens:
    lifetimes = [reading.integer(body, key) if key in body else None for key in ("expires_in", "refresh_expires_in")]
    return Tokens(reading.text(body, "access"), reading.text(body, "refresh"), *lifetimes)


def _category(body: Mapping[str, object]) -> Category:
    return Category(reading.identifier(body, "id"), reading.text(body, "name"))


def _variant(body: Mapping[str, object]) -> Variant:
    return Variant(
        reading.identifier(body, "id"), reading.money(body, "price"), reading.integer(body, "stock_quantity")
    )


def _product(body: Mapping[str, object]) -> Product:
    return Product(
        id=reading.identifier(body, "id"),
        name=reading.text(body, "name"),
        price=reading.money(body, "price"),
        in_stock=reading.boolean(body, "in_stock"),
        category_id=reading.optional_identifier(body, "category_id"),
        stock=reading.integer(body, "stock_quantity") if "stock_quantity" in body else None,
        variants=_members(body, "variants", _variant) if "variants" in body else (),
    )


def _page(body: Mapping[str, object]) -> ProductPage:
    following = reading.field(body, "next")
    if following is None:
        return ProductPage(_members(body, "results", _product), None)
    cursors = parse_qs(urlsplit(str(following)).query).get("cursor")
    if not cursors:
        raise UnexpectedAnswer("a cursor in 'next'", repr(following)[:80])
    return ProductPage(_members(body, "results", _product), cursors[0])


def _line(body: Mapping[str, object]) -> CartLine:
    return CartLine(
        id=reading.identifier(body, "id"),
        product_id=reading.identifier(body, "product_id"),
        variant_id=reading.optional_identifier(body, "variant_id"),
        quantity=reading.integer(body, "quantity"),
        unit_price=reading.money(body, "unit_price"),
        line_total=reading.money(body, "line_total"),
    )


def _cart(body: Mapping[str, object]) -> Cart:
    return Cart(_members(body, "lines", _line), reading.money(body, "total"))


def _order(body: Mapping[str, object]) -> Order:
    return Order(
        id=reading.identifier(body, "id"),
        number=reading.text(body, "number"),
        status=reading.text(body, "status"),
        total=reading.money(body, "total"),
        lines=_members(body, "lines", _line) if "lines" in body else (),
    )


def _review(body: Mapping[str, object]) -> Review:
    return Review(
        reading.identifier(body, "id"),
        reading.integer(body, "rating"),
        reading.text(body, "title"),
        reading.text(body, "body"),
    )


def _readiness(response: Response) -> Readiness:
    body = reading.read_object(response, 200, 503)
    return Readiness(
        ready=response.status == 200,
        database=reading.text(body, "database") == "up",
        cache=reading.text(body, "cache") == "up",
    )


def _document(response: Response) -> dict[str, object]:
    return dict(reading.read_object(response, 200))
