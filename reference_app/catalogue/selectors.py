"""Reads of the catalogue. Each returns what one answer needs in a number of statements that never depends on the data.

The public sees active products only, and staff sees here what the public sees: the answers are the same for all,
which is why they can be shared from one cache.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from reference_app.api.problems import NotFound
from reference_app.catalogue.expressions import search_query, search_vector
from reference_app.catalogue.models import Category, Product, ProductImage, Variant
from reference_app.flags.declared import FeatureFlag
from reference_app.flags.state import is_on

SUMMARY = (
    "id", "slug", "name", "category_id", "price", "in_stock", "is_featured", "is_bestseller", "created_at",
)  # fmt: skip


@dataclass(frozen=True)
class ProductDetails:
    """A product with its variants and images."""

    product: Product
    variants: list[Variant]
    images: list[ProductImage]


def filter_products(
    *,
    category_id: int | None = None,
    search: str | None = None,
    min_price: Decimal | None = None,
    max_price: Decimal | None = None,
    in_stock: bool | None = None,
    is_featured: bool | None = None,
) -> QuerySet[Product]:
    """Return active products that fit every given filter, with the columns of a summary, in no order yet."""
    conditions: dict[str, Any] = {
        "category_id": category_id,
        "price__gte": min_price,
        "price__lte": max_price,
        "in_stock": in_stock,
        "is_featured": is_featured,
    }
    given = {name: value for name, value in conditions.items() if value is not None}
    products = Product.objects.filter(is_active=True, **given).only(*SUMMARY)
    if search is not None:
        words = search_query(unicodedata.normalize("NFKC", search))
        if not is_on(FeatureFlag.INDEXED_SEARCH):
            return products.alias(words=search_vector()).filter(words=words)
        # Said twice, on purpose. PostgreSQL takes a word that its statistics do not know to be in 0.5 % of all rows and
        # then walks the index of the ordering until it has a page of them: 309 ms for a rare word in 100 000 products.
        # Two conditions multiply to what such a word really is, and the index of the words is used: 0.1 ms.
        products = products.filter(search=words).filter(search=words)
    return products


def open_product(product_id: int, *, withdrawn: bool = False) -> ProductDetails:
    """Return one active product (with `withdrawn`, any). Three statements. Raises NotFound."""
    products = Product.objects.defer("search")
    product = (products if withdrawn else products.filter(is_active=True)).filter(pk=product_id).first()
    if product is None:
        raise NotFound
    return ProductDetails(
        product=product,
        variants=list(Variant.objects.filter(product_id=product_id).order_by("pk")),
        images=list(ProductImage.objects.filter(product_id=product_id).order_by("position")),
    )


def list_categories() -> QuerySet[Category]:
    """Return all categories, in no order yet."""
    return Category.objects.all()


def open_category(category_id: int) -> Category:
    """Return one category. Raises NotFound."""
    category = Category.objects.filter(pk=category_id).first()
    if category is None:
        raise NotFound
    return category
