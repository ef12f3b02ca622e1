"""Answers of the catalogue as plain dictionaries: a serializer pass would cost more than everything else in a read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from reference_app.catalogue.models import Category, Product, ProductImage, Variant
from reference_app.catalogue.money import spell_money


def render_category(category: Category) -> dict[str, Any]:
    """Return a category, the same in both versions."""
    return {"id": category.pk, "slug": category.slug, "name": category.name, "parent_id": category.parent_id}


def render_summary(version: str, product: Product) -> dict[str, Any]:
    """Return a product as lists show it. No stock number: a list would be stale with each sale."""
    return {
        "id": product.pk,
        "slug": product.slug,
        "name": product.name,
        "category_id": product.category_id,
        **spell_money(version, {"price": product.price}),
        "in_stock": product.in_stock,
        "is_featured": product.is_featured,
        "is_bestseller": product.is_bestseller,
        "created_at": product.created_at,
    }


def render_detail(
    version: str, product: Product, variants: Iterable[Variant], images: Iterable[ProductImage]
) -> dict[str, Any]:
    """Return a product with everything that belongs to it. Where stock is kept by variant, this is the sum of it."""
    forms = [render_variant(version, variant) for variant in variants]
    return {
        **render_summary(version, product),
        "description": product.description,
        "stock_quantity": (
            sum(form["stock_quantity"] for form in forms) if product.has_variants else product.stock_quantity
        ),
        "is_active": product.is_active,
        "rating_average": average_rating(product),
        "review_count": product.rating_count,
        "variants": forms,
        "images": [{"id": image.pk, "url": image.url, "alt": image.alt} for image in images],
        "updated_at": product.updated_at,
    }


def render_variant(version: str, variant: Variant) -> dict[str, Any]:
    """Return a variant of a product."""
    return {
        "id": variant.pk,
        "sku": variant.sku,
        "name": variant.name,
        **spell_money(version, {"price": variant.price}),
        "stock_quantity": variant.stock_quantity,
    }


def average_rating(product: Product) -> float | None:
    """Return the average between 1 and 5, to two decimals; None before the first review."""
    if product.rating_count == 0:
        return None
    return round(product.rating_sum / product.rating_count, 2)


def join_names(product: str, variant: str | None) -> str:
    """Return the name of what is bought, for carts and orders."""
    return product if variant is None else f"{product} – {variant}"
