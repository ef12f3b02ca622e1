"""Answers of the catalogue for the OpenAPI document; `rendering` builds them, and tests hold the two together."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from reference_app.api.fields import MAX_ID, Flag, Reference, Text, Whole
from reference_app.api.operations import ByVersion
from reference_app.catalogue.money import Money, currency_field, sum_text

NAME_LENGTH = 200


class Links(serializers.Serializer[Any]):
    """The pages beside this one."""

    next = Text(max_length=4000, allow_null=True)
    previous = Text(max_length=4000, allow_null=True)


class NumberedLinks(Links):
    """The pages beside this one, and how many entries there are (counted up to 1000)."""

    count = Whole(max_value=1000)


class Category(serializers.Serializer[Any]):
    """A category."""

    id = Reference()
    slug = Text(max_length=120)
    name = Text(max_length=100)
    parent_id = Reference(allow_null=True)


class CategoryPage(Links):
    """A page of categories."""

    results = Category(many=True)


class CategoryPageV1(NumberedLinks):
    """A page of categories (v1)."""

    results = Category(many=True)


class ProductSummary(serializers.Serializer[Any]):
    """A product as lists show it."""

    id = Reference()
    slug = Text(max_length=120)
    name = Text(max_length=NAME_LENGTH)
    category_id = Reference()
    price = Money()
    in_stock = Flag()
    is_featured = Flag()
    is_bestseller = Flag()
    created_at = serializers.DateTimeField()


class ProductSummaryV1(ProductSummary):
    """A product as lists show it (v1)."""

    price = sum_text()  # type: ignore[assignment] # another spelling of the same field
    currency = currency_field()


class ProductPage(Links):
    """A page of products."""

    results = ProductSummary(many=True)


class ProductPageV1(NumberedLinks):
    """A page of products (v1)."""

    results = ProductSummaryV1(many=True)


class Variant(serializers.Serializer[Any]):
    """One form of a product."""

    id = Reference()
    sku = Text(max_length=40)
    name = Text(max_length=100)
    price = Money()
    stock_quantity = Whole()


class VariantV1(Variant):
    """One form of a product (v1)."""

    price = sum_text()  # type: ignore[assignment] # another spelling of the same field
    currency = currency_field()


class Image(serializers.Serializer[Any]):
    """A picture of a product."""

    id = Reference()
    url = serializers.URLField(max_length=500)
    alt = Text(max_length=200, min_length=0)


class Details(serializers.Serializer[Any]):
    """The fields that the detail of a product adds to its summary, the same in both versions."""

    description = Text(max_length=5000, min_length=0)
    stock_quantity = Whole(max_value=MAX_ID)  # of all variants, where there are any
    is_active = Flag()
    rating_average = serializers.FloatField(min_value=1, max_value=5, allow_null=True)
    review_count = Whole()
    images = Image(many=True)
    updated_at = serializers.DateTimeField()


class Product(ProductSummary, Details):
    """A product with everything that belongs to it."""

    variants = Variant(many=True)


class ProductV1(ProductSummaryV1, Details):
    """A product with everything that belongs to it (v1)."""

    variants = VariantV1(many=True)


CATEGORY_PAGE = ByVersion(v1=CategoryPageV1, v2=CategoryPage)
PRODUCT_PAGE = ByVersion(v1=ProductPageV1, v2=ProductPage)
PRODUCT = ByVersion(v1=ProductV1, v2=Product)
VARIANT = ByVersion(v1=VariantV1, v2=Variant)
