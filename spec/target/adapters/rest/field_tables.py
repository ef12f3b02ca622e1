"""The places of a shop's fields in JSON bodies, as a profile's [adapter.fields] names them.

The same table reads answers and writes requests. The defaults are the reference shop's.
"""

from __future__ import annotations

import re
from typing import Annotated, Final, Literal

from jsonpointer import JsonPointer, JsonPointerException
from pydantic import AfterValidator, Field

from reports.strict_model import StrictModel

UNTOLD_FIELD: Final = "untold"
"""Stands in place of a pointer where the backend does not tell the fact."""
_CURRENCY: Final = re.compile(r"[A-Z]{3}")


def _is_pointer(text: str) -> str:
    try:
        parts = JsonPointer(text).parts
    except JsonPointerException:
        parts = ["-"]
    if "-" in parts:
        raise ValueError(f"has to be a JSON pointer such as /price/amount, it is {text!r}")
    return text


def _is_pointer_or_untold(text: str) -> str:
    return text if text == UNTOLD_FIELD else _is_pointer(text)


def _is_pointer_or_currency(text: str) -> str:
    if text.startswith("/"):
        return _is_pointer(text)
    if not _CURRENCY.fullmatch(text):
        raise ValueError(f"has to be a JSON pointer such as /currency or a code such as EUR, it is {text!r}")
    return text


def _is_currency(text: str) -> str:
    if not _CURRENCY.fullmatch(text):
        raise ValueError(f"has to be a code such as EUR (ISO 4217), it is {text!r}")
    return text


Pointer = Annotated[str, AfterValidator(_is_pointer)]
MAY_BE_UNTOLD: Final = AfterValidator(_is_pointer_or_untold)
MaybeTold = Annotated[str, MAY_BE_UNTOLD]


class BodyFields(StrictModel):
    """The envelopes of answers and requests."""

    object: Pointer = ""
    """The thing in an answer that shows one."""
    list: Pointer = "/results"
    """The array in an answer that lists things."""
    next: Pointer = "/next"
    """The address of the next page or its cursor, `null` on the last one (setting `paging`)."""
    pages: MaybeTold = UNTOLD_FIELD
    """The number of pages, where pages are numbered; if it is untold, the last page is the first empty one."""
    total: MaybeTold = UNTOLD_FIELD
    """The number of all entries, where pages are asked by offset; if it is untold, the last page is the first empty
    one."""
    request: Pointer = ""
    """The place in a request at which the fields below begin."""


class ListPlaces(StrictModel):
    """Arrays that stand elsewhere than `list` of [adapter.fields.body] says."""

    products: Pointer | None = None
    """The array of a list of products."""
    categories: Pointer | None = None
    """The array of a list of categories."""
    reviews: Pointer | None = None
    """The array of a list of reviews."""
    orders: Pointer | None = None
    """The array of a list of orders."""


class QueryNames(StrictModel):
    """The query parameters of lists, by their names."""

    search: str = "search"
    """Words to search products for."""
    category_id: str = "category_id"
    """The category whose products are shown."""
    ordering: str = "ordering"
    """The order of products (setting `orderings`)."""
    page_size: str = "page_size"
    """Entries of a page."""
    cursor: str = "cursor"
    """The cursor or number of a page; also looked up in the address of the next one."""


class MoneyFields(StrictModel):
    """The form of every amount of money."""

    amount: Pointer = "/amount"
    """The amount inside a price; empty where the price is the amount itself."""
    form: Literal["text", "number"] = "text"
    """The JSON type of an amount."""
    unit: Literal["major", "minor"] = "major"
    """`major` for 12.50, `minor` for 1250."""
    decimals: Annotated[int, Field(ge=0, le=4)] = 2
    """Digits after the point in the major unit."""
    currency: Annotated[str, AfterValidator(_is_pointer_or_currency)] = "/currency"
    """The currency inside a price (beside it, where the price is the amount itself), or the code of the only one."""
    written: Annotated[str, AfterValidator(_is_currency)] = "EUR"
    """The currency of prices that are written, where answers tell theirs."""


class CredentialFields(StrictModel):
    """The fields of a registration or a sign-in."""

    email: Pointer = "/email"
    """The e-mail address or other name of the account."""
    password: Pointer = "/password"  # noqa: S105 - a place
    """The password."""


class PasswordChangeFields(StrictModel):
    """The fields of a change of password."""

    current_password: Pointer = "/current_password"  # noqa: S105 - a place
    """The password until now."""
    new_password: Pointer = "/new_password"  # noqa: S105 - a place
    """The password from now on."""


class AccountFields(StrictModel):
    """An account, as registration and "who am I" show it."""

    id: Pointer = "/id"
    """Its id."""
    email: Pointer = "/email"
    """Its e-mail address."""


class TokenFields(StrictModel):
    """Tokens, as a sign-in and a refresh give them."""

    access: MaybeTold = "/access"
    """The bearer token; `untold` where a session rests on cookies alone."""
    refresh: MaybeTold = "/refresh"
    """The refresh token; where it is `untold`, nothing can be refreshed."""
    expires_in: MaybeTold = "/expires_in"
    """Seconds that the access token lasts, read where they are there."""
    refresh_expires_in: MaybeTold = "/refresh_expires_in"
    """Seconds that the refresh token lasts, read where they are there."""
    sent: Pointer = "/refresh"
    """The refresh token in the requests that refresh and sign out."""


class CategoryFields(StrictModel):
    """A category, read and written."""

    id: Pointer = "/id"
    """Its id."""
    name: Pointer = "/name"
    """Its name."""


class ListedFields(StrictModel):
    """A product in a list."""

    id: Pointer = "/id"
    """Its id."""
    name: Pointer = "/name"
    """Its name."""
    price: MaybeTold = "/price"
    """Its price."""
    in_stock: MaybeTold = "/in_stock"
    """`true` where it can be bought."""
    category_id: MaybeTold = "/category_id"
    """Its category; `null` or missing where it has none."""


class ProductFields(StrictModel):
    """A product on its own page. Staff write it at the same places, unless `new_product` names others."""

    id: Pointer = "/id"
    """Its id."""
    name: Pointer = "/name"
    """Its name."""
    price: Pointer = "/price"
    """Its price."""
    in_stock: MaybeTold = "/in_stock"
    """`true` where it can be bought; if it is untold, a stock above zero says so."""
    stock_quantity: MaybeTold = "/stock_quantity"
    """Pieces in stock, read where they are there."""
    category_id: MaybeTold = "/category_id"
    """Its category; `null` or missing where it has none."""
    variants: MaybeTold = "/variants"
    """The array of its variants, read where it is there."""


class NewProductFields(StrictModel):
    """A product as staff write it, where that is not as answers show it."""

    name: Pointer | None = None
    """Its name."""
    price: Pointer | None = None
    """Its price."""
    stock_quantity: Pointer | None = None
    """Pieces in stock."""
    category_id: Pointer | None = None
    """Its category."""


class VariantFields(StrictModel):
    """A variant inside a product."""

    id: Pointer = "/id"
    """Its id."""
    price: Pointer = "/price"
    """Its price."""
    stock_quantity: MaybeTold = "/stock_quantity"
    """Pieces in stock."""


class LineFields(StrictModel):
    """A line of a cart or of an order. It is written at the same places, unless `new_line` names others."""

    id: Pointer = "/id"
    """Its id."""
    product_id: Pointer = "/product_id"
    """The product."""
    variant_id: MaybeTold = "/variant_id"
    """The variant; `null` or missing where there is none."""
    quantity: Pointer = "/quantity"
    """Pieces."""
    unit_price: Pointer = "/unit_price"
    """The price of one."""
    line_total: MaybeTold = "/line_total"
    """The price of all; if it is untold, it is reckoned."""


class NewLineFields(StrictModel):
    """A line as it is written, where that is not as answers show it."""

    product_id: Pointer | None = None
    """The product."""
    variant_id: Pointer | None = None
    """The variant."""
    quantity: Pointer | None = None
    """Pieces."""


class CartFields(StrictModel):
    """A cart."""

    lines: Pointer = "/lines"
    """The array of its lines."""
    total: Pointer = "/total"
    """The price of all that is in it."""


class OrderFields(StrictModel):
    """An order, alone and in a list."""

    id: Pointer = "/id"
    """Its id."""
    number: Pointer = "/number"
    """The number that people call it by."""
    status: Pointer = "/status"
    """Its status (setting `order_statuses`)."""
    total: Pointer = "/total"
    """The price of all that was ordered."""
    lines: Pointer = "/lines"
    """The array of its lines, read where it is there."""
    adjustments: tuple[Pointer, ...] = ()
    """Amounts beside the lines that the total holds, read where they are there: `["/shipping", "/tax"]`."""


class ReviewFields(StrictModel):
    """A review, read and written."""

    id: Pointer = "/id"
    """Its id."""
    rating: Pointer = "/rating"
    """A whole number from 1 to 5."""
    title: Pointer = "/title"
    """Its title."""
    body: Pointer = "/body"
    """Its text."""


class ReadinessFields(StrictModel):
    """The report of readiness. No envelope is looked for."""

    database: Pointer = "/database"
    """The state of the database."""
    cache: Pointer = "/cache"
    """The state of the cache."""
    up: str = "up"
    """The word for a dependency that works."""


class FieldTables(StrictModel):
    """Everything under [adapter.fields]."""

    body: BodyFields = BodyFields()
    lists: ListPlaces = ListPlaces()
    query: QueryNames = QueryNames()
    money: MoneyFields = MoneyFields()
    registration: CredentialFields = CredentialFields()
    sign_in: CredentialFields = CredentialFields()
    password_change: PasswordChangeFields = PasswordChangeFields()
    account: AccountFields = AccountFields()
    tokens: TokenFields = TokenFields()
    category: CategoryFields = CategoryFields()
    listed: ListedFields = ListedFields()
    product: ProductFields = ProductFields()
    new_product: NewProductFields = NewProductFields()
    variant: VariantFields = VariantFields()
    line: LineFields = LineFields()
    new_line: NewLineFields = NewLineFields()
    cart: CartFields = CartFields()
    order: OrderFields = OrderFields()
    review: ReviewFields = ReviewFields()
    readiness: ReadinessFields = ReadinessFields()
