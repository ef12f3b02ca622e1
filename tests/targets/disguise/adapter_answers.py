"""Answers of the disguised shop, read in the language of shops: envelopes, cents and links."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final, TypeVar
from urllib.parse import urlsplit

from spec.target.adapters.rest import answer_fields as reading
from spec.target.exchange import Response, UnexpectedAnswer
from spec.target.values import (
    UNTOLD,
    Account,
    Cart,
    CartLine,
    Category,
    ListedProduct,
    Money,
    Order,
    Product,
    Readiness,
    Review,
    Tokens,
    Variant,
)

T = TypeVar("T")

CURRENCY: Final = "EUR"
_NEXT: Final = re.compile(r'<([^>]*)>\s*;\s*rel="?next"?')


def next_page(answer: Response) -> str | None:
    """Return the target of the next page, None at the end."""
    found = _NEXT.search(answer.headers.get("Link") or "")
    if found is None:
        return None
    parts = urlsplit(found[1])
    return f"{parts.path}?{parts.query}"


def data(answer: Response) -> Mapping[str, object]:
    """Read the object in the envelope."""
    return reading.as_object(reading.field(reading.read_object(answer, 200), "data"), "'data'")


def shown(of: Callable[[Mapping[str, object]], T]) -> Callable[[Response], T]:
    """Read what the envelope of a success holds."""
    return lambda answer: of(data(answer))


def members(answer: Response, of: Callable[[Mapping[str, object]], T]) -> tuple[T, ...]:
    """Read the members of the list in the envelope."""
    found = reading.as_list(reading.field(reading.read_object(answer, 200), "data"), "'data'")
    return tuple(of(reading.as_object(member, "a member of 'data'")) for member in found)


def _inner(container: Mapping[str, object], name: str, of: Callable[[Mapping[str, object]], T]) -> tuple[T, ...]:
    found = reading.as_list(reading.field(container, name), repr(name))
    return tuple(of(reading.as_object(member, f"a member of {name!r}")) for member in found)


def nothing(answer: Response) -> None:
    """Expect a success, of whatever content."""
    reading.expect_status(answer, 200, 204)


def html_page(answer: Response) -> None:
    """Expect a page for people."""
    reading.expect_status(answer, 200)
    media_type = (answer.headers.get("Content-Type") or "").partition(";")[0].strip().lower()
    if media_type != "text/html":
        raise UnexpectedAnswer("an HTML page", media_type or "no media type")


def readiness(answer: Response) -> Readiness:
    """Read the report of a probe, which has no envelope."""
    body = reading.read_object(answer, 200, 503)
    return Readiness(answer.status == 200, reading.text(body, "database") == "up", reading.text(body, "cache") == "up")


def cents(price: Decimal) -> dict[str, object]:
    """Spell an amount."""
    cents = price * 100
    return {"cents": int(cents) if cents == cents.to_integral_value() else float(cents), "currency": CURRENCY}


def _money(body: Mapping[str, object], name: str) -> Money:
    value = reading.as_object(reading.field(body, name), repr(name))
    return Money(Decimal(reading.integer(value, "cents")).scaleb(-2), reading.text(value, "currency"))


def account(body: Mapping[str, object]) -> Account:
    """Read an account."""
    return Account(reading.text(body, "id"), reading.text(body, "email"))


def tokens(body: Mapping[str, object]) -> Tokens:
    """Read the tokens of a sign-in or a refresh."""
    lifetimes = [reading.integer(body, key) if key in body else None for key in ("expiresIn", "refreshExpiresIn")]
    return Tokens(reading.text(body, "accessToken"), reading.text(body, "refreshToken"), *lifetimes)


def category(body: Mapping[str, object]) -> Category:
    """Read a category."""
    return Category(reading.text(body, "id"), reading.text(body, "name"))


def _variant(body: Mapping[str, object]) -> Variant:
    return Variant(reading.text(body, "id"), _money(body, "price"), reading.integer(body, "stockQuantity"))


def listed_product(body: Mapping[str, object]) -> ListedProduct:
    """Read a product as a list shows it."""
    return ListedProduct(
        reading.text(body, "id"), reading.text(body, "name"), _money(body, "price"), reading.boolean(body, "inStock"),
        reading.optional_identifier(body, "categoryId"),
    )  # fmt: skip


def product(body: Mapping[str, object]) -> Product:
    """Read a product as its own page shows it."""
    return Product(
        id=reading.text(body, "id"),
        name=reading.text(body, "name"),
        price=_money(body, "price"),
        in_stock=reading.boolean(body, "inStock"),
        category_id=reading.optional_identifier(body, "categoryId"),
        stock=reading.integer(body, "stockQuantity") if "stockQuantity" in body else UNTOLD,
        variants=_inner(body, "variants", _variant) if "variants" in body else (),
    )


def line(body: Mapping[str, object]) -> CartLine:
    """Read a line of a cart or an order."""
    return CartLine(
        id=reading.text(body, "id"),
        product_id=reading.text(body, "productId"),
        variant_id=reading.optional_identifier(body, "variantId"),
        quantity=reading.integer(body, "quantity"),
        unit_price=_money(body, "unitPrice"),
        line_total=_money(body, "lineTotal"),
    )


def cart(body: Mapping[str, object]) -> Cart:
    """Read a cart."""
    return Cart(_inner(body, "lines", line), _money(body, "total"))


def order(body: Mapping[str, object]) -> Order:
    """Read an order."""
    return Order(
        id=reading.text(body, "id"),
        number=reading.text(body, "number"),
        status=reading.text(body, "status"),
        total=_money(body, "total"),
        lines=_inner(body, "lines", line) if "lines" in body else (),
    )


def review(body: Mapping[str, object]) -> Review:
    """Read a review."""
    return Review(
        reading.text(body, "id"), reading.integer(body, "rating"), reading.text(body, "title"),
        reading.text(body, "body"),
    )  # fmt: skip
