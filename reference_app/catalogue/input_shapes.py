"""Request bodies and query parameters of the catalogue."""

from __future__ import annotations

from typing import Any

from reference_app.api.fields import Choice, Flag, Reference, Text, Whole
from reference_app.api.pagination import CursorQuery, NumberQuery
from reference_app.api.queries import Query, QueryChoice, QueryFlag, QueryReference, QueryText
from reference_app.api.serializers import StrictSerializer
from reference_app.catalogue.money import BOUND_PATTERN, CURRENCY, PRICE_LENGTH, PriceInput, price_text

MAX_STOCK = 1_000_000_000  # leaves room in the column for what cancelled orders bring back
SKU_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"
ORDERINGS = {
    "name": ("name", "id"),
    "-name": ("-name", "-id"),
    "price": ("price", "id"),
    "-price": ("-price", "-id"),
    "created_at": ("created_at", "id"),
    "-created_at": ("-created_at", "-id"),
}


class CreateCategory(StrictSerializer):
    """A new category."""

    name = Text(max_length=100)
    parent_id = Reference(required=False, allow_null=True)


class ChangeCategory(StrictSerializer):
    """The fields to change."""

    name = Text(max_length=100, required=False)
    parent_id = Reference(required=False, allow_null=True)


class CreateProduct(StrictSerializer):
    """A new product (v2)."""

    name = Text(max_length=200)
    description = Text(max_length=5000, min_length=0, required=False)
    category_id = Reference()
    price = PriceInput()
    stock_quantity = Whole(max_value=MAX_STOCK)
    is_active = Flag(required=False)
    is_featured = Flag(required=False)
    is_bestseller = Flag(required=False)


class CreateProductV1(CreateProduct):
    """A new product (v1)."""

    price = price_text()  # type: ignore[assignment] # another spelling of the same field
    currency = Choice(choices=[CURRENCY], required=False)


class ChangeProduct(StrictSerializer):
    """The fields to change (v2)."""

    name = Text(max_length=200, required=False)
    description = Text(max_length=5000, min_length=0, required=False)
    category_id = Reference(required=False)
    price = PriceInput(required=False)
    stock_quantity = Whole(max_value=MAX_STOCK, required=False)
    is_active = Flag(required=False)
    is_featured = Flag(required=False)
    is_bestseller = Flag(required=False)


class ChangeProductV1(ChangeProduct):
    """The fields to change (v1)."""

    price = price_text(required=False)  # type: ignore[assignment] # another spelling of the same field
    currency = Choice(choices=[CURRENCY], required=False)


class CreateVariant(StrictSerializer):
    """A new variant (v2)."""

    sku = Text(max_length=40, pattern=SKU_PATTERN)
    name = Text(max_length=100)
    price = PriceInput()
    stock_quantity = Whole(max_value=MAX_STOCK)


class CreateVariantV1(CreateVariant):
    """A new variant (v1)."""

    price = price_text()  # type: ignore[assignment] # another spelling of the same field
    currency = Choice(choices=[CURRENCY], required=False)


class ChangeVariant(StrictSerializer):
    """The fields to change (v2)."""

    sku = Text(max_length=40, pattern=SKU_PATTERN, required=False)
    name = Text(max_length=100, required=False)
    price = PriceInput(required=False)
    stock_quantity = Whole(max_value=MAX_STOCK, required=False)


class ChangeVariantV1(ChangeVariant):
    """The fields to change (v1)."""

    price = price_text(required=False)  # type: ignore[assignment] # another spelling of the same field
    currency = Choice(choices=[CURRENCY], required=False)


class ProductFilters(Query):
    """The filters and orderings of the product list; each is served by an index."""

    category_id = QueryReference(required=False, help_text="Products of this category only.")
    search = QueryText(
        max_length=200, required=False, help_text="Products that have all these words in name or description."
    )
    min_price = QueryText(
        max_length=PRICE_LENGTH, pattern=BOUND_PATTERN, required=False, help_text="Costs at least this."
    )
    max_price = QueryText(
        max_length=PRICE_LENGTH, pattern=BOUND_PATTERN, required=False, help_text="Costs at most this."
    )
    in_stock = QueryFlag(required=False, help_text="In stock, or out of it.")
    is_featured = QueryFlag(required=False, help_text="Featured, or not.")
    ordering = QueryChoice(choices=list(ORDERINGS), default="-created_at", help_text="A field; - is descending.")


class ProductQuery(ProductFilters, CursorQuery):
    """The product list in v2."""


class ProductQueryV1(ProductFilters, NumberQuery):
    """The product list in v1."""


# Examples for the OpenAPI document; they work when they are sent to a seeded shop.
KETTLE: dict[str, Any] = {
    "name": "Copper kettle",
    "description": "Holds 1.2 litres.",
    "category_id": 1,
    "stock_quantity": 12,
}
PRODUCT_EXAMPLE = {**KETTLE, "price": {"amount": "39.90", "currency": CURRENCY}}
PRODUCT_EXAMPLE_V1 = {**KETTLE, "price": "39.90", "currency": CURRENCY}

# An SKU is unique in the shop, so the versions do not share one.
VARIANT_EXAMPLE = {
    "sku": "KETTLE-RED",
    "name": "Red",
    "price": {"amount": "41.90", "currency": CURRENCY},
    "stock_quantity": 4,
}
VARIANT_EXAMPLE_V1 = {"sku": "KETTLE-BLUE", "name": "Blue", "price": "41.90", "currency": CURRENCY, "stock_quantity": 4}
