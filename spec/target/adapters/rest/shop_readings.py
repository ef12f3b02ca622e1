"""Read the things of a shop from JSON, at the places that the profile names for their fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TypeVar

from spec.target.adapters.rest.answer_fields import (
    boolean,
    credential,
    field,
    identifier,
    integer,
    is_there,
    members,
    optional_identifier,
    text,
)
from spec.target.adapters.rest.field_tables import UNTOLD_FIELD, CategoryFields, FieldTables, OrderFields, ReviewFields
from spec.target.adapters.rest.money_form import MoneyForm
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
    Untold,
    Variant,
)

T = TypeVar("T")


class ShopReadings:
    """One method for each thing. They raise UnexpectedAnswer for everything that is not the thing."""

    def __init__(self, fields: FieldTables, order_statuses: Mapping[str, str]) -> None:
        self._fields = fields
        self._statuses = order_statuses
        self._money = MoneyForm(fields.money)

    def thing(self, response: Response) -> object:
        """Take the thing out of the envelope of an answer."""
        return field(response.json(), self._fields.body.object)

    def listed(self, body: object, place: str | None, read: Callable[[object], T]) -> tuple[T, ...]:
        """Read the members of a list; `place` is where [adapter.fields.lists] says that they stand."""
        return tuple(map(read, members(body, self._fields.body.list if place is None else place)))

    def account(self, thing: object) -> Account:
        """Read an account."""
        fields = self._fields.account
        return Account(identifier(thing, fields.id), text(thing, fields.email))

    def tokens(self, thing: object) -> Tokens:
        """Read tokens. A refresh token that is untold is empty."""
        fields = self._fields.tokens
        refresh = "" if fields.refresh == UNTOLD_FIELD else credential(thing, fields.refresh)
        lifetimes = [
            integer(thing, pointer) if is_there(thing, pointer) else None
            for pointer in (fields.expires_in, fields.refresh_expires_in)
        ]
        return Tokens(credential(thing, fields.access), refresh, *lifetimes)

    def category(self, thing: object) -> Category:
        """Read a category."""
        fields: CategoryFields = self._fields.category
        return Category(identifier(thing, fields.id), text(thing, fields.name))

    def listed_product(self, thing: object) -> ListedProduct:
        """Read a product as a list shows it."""
        fields = self._fields.listed
        return ListedProduct(
            id=identifier(thing, fields.id),
            name=text(thing, fields.name),
            price=_told(fields.price, lambda pointer: self._money.read(thing, pointer)),
            in_stock=_told(fields.in_stock, lambda pointer: boolean(thing, pointer)),
            category_id=_told(fields.category_id, lambda pointer: optional_identifier(thing, pointer)),
        )

    def product(self, thing: object) -> Product:
        """Read a product as its own page shows it."""
        fields = self._fields.product
        stock = self._stock(thing, fields.stock_quantity)
        if fields.in_stock != UNTOLD_FIELD:
            in_stock = boolean(thing, fields.in_stock)
        elif stock is UNTOLD:
            raise UnexpectedAnswer(
                f"the stock as {fields.stock_quantity!r}, for nothing else tells it", "no such member"
            )
        else:
            in_stock = stock > 0
        variants = members(thing, fields.variants) if is_there(thing, fields.variants) else ()
        return Product(
            id=identifier(thing, fields.id),
            name=text(thing, fields.name),
            price=self._money.read(thing, fields.price),
            in_stock=in_stock,
            category_id=_told(fields.category_id, lambda pointer: optional_identifier(thing, pointer)),
            stock=stock,
            variants=tuple(map(self._variant, variants)),
        )

    def line(self, thing: object) -> CartLine:
        """Read a line of a cart or an order."""
        fields = self._fields.line
        quantity, price = integer(thing, fields.quantity), self._money.read(thing, fields.unit_price)
        total = _told(fields.line_total, lambda pointer: self._money.read(thing, pointer))
        return CartLine(
            id=identifier(thing, fields.id),
            product_id=identifier(thing, fields.product_id),
            variant_id=None if fields.variant_id == UNTOLD_FIELD else optional_identifier(thing, fields.variant_id),
            quantity=quantity,
            unit_price=price,
            line_total=Money(quantity * price.amount, price.currency) if isinstance(total, Untold) else total,
        )

    def cart(self, thing: object) -> Cart:
        """Read a cart."""
        fields = self._fields.cart
        return Cart(tuple(map(self.line, members(thing, fields.lines))), self._money.read(thing, fields.total))

    def order(self, thing: object) -> Order:
        """Read an order, with its lines where they are shown."""
        fields: OrderFields = self._fields.order
        status = text(thing, fields.status)
        lines = members(thing, fields.lines) if is_there(thing, fields.lines) else ()
        return Order(
            id=identifier(thing, fields.id),
            number=identifier(thing, fields.number),
            status=self._statuses.get(status, status),
            total=self._money.read(thing, fields.total),
            lines=tuple(map(self.line, lines)),
            adjustments=sum(
                (self._money.read(thing, one).amount for one in fields.adjustments if is_there(thing, one)), Decimal(0)
            ),
        )

    def review(self, thing: object) -> Review:
        """Read a review."""
        fields: ReviewFields = self._fields.review
        title, body = text(thing, fields.title), text(thing, fields.body)
        return Review(identifier(thing, fields.id), integer(thing, fields.rating), title, body)

    def readiness(self, response: Response, *, ready: bool) -> Readiness:
        """Read a report of readiness, whatever its answer to the question itself."""
        fields, body = self._fields.readiness, response.json()
        return Readiness(ready, text(body, fields.database) == fields.up, text(body, fields.cache) == fields.up)

    def _variant(self, thing: object) -> Variant:
        fields = self._fields.variant
        stock = UNTOLD if fields.stock_quantity == UNTOLD_FIELD else integer(thing, fields.stock_quantity)
        return Variant(identifier(thing, fields.id), self._money.read(thing, fields.price), stock)

    def _stock(self, thing: object, pointer: str) -> int | Untold:
        return integer(thing, pointer) if is_there(thing, pointer) else UNTOLD


def _told(pointer: str, read: Callable[[str], T]) -> T | Untold:
    return UNTOLD if pointer == UNTOLD_FIELD else read(pointer)
