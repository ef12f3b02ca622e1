"""Changes of products and variants, by staff. Each locks the product, writes, and tells the caches what to forget."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, TypedDict

from django.db import transaction
from django.utils import timezone

from reference_app.api.problems import DanglingReference, NotFound
from reference_app.caching.invalidation import invalidate
from reference_app.caching.keys import OFFERS, PRODUCTS, product_topic
from reference_app.catalogue.models import Category, Product, Variant, make_slug
from reference_app.catalogue.problems import SkuTaken, StockByVariant, TooManyVariants
from reference_app.locks import lock_product

MAX_VARIANTS = 100
SHOWN_IN_LISTS = frozenset({"name", "category_id", "price", "in_stock", "is_active", "is_featured", "is_bestseller"})
SHOWN_IN_CARTS = frozenset({"name", "price"})


class ProductChanges(TypedDict, total=False):
    """The fields of a product that staff may set."""

    name: str
    description: str
    category_id: int
    price: Decimal
    stock_quantity: int
    is_active: bool
    is_featured: bool
    is_bestseller: bool


class VariantChanges(TypedDict, total=False):
    """The fields of a variant that staff may set."""

    sku: str
    name: str
    price: Decimal
    stock_quantity: int


@transaction.atomic(savepoint=False)
def create_product(*, values: ProductChanges) -> Product:
    """Create a product. Raises DanglingReference for an unknown category."""
    require_category(values["category_id"])
    product = Product(**values, slug=make_slug(values["name"]), in_stock=values["stock_quantity"] > 0)
    product.save(force_insert=True)
    invalidate(PRODUCTS, product_topic(product.pk))
    return product


@transaction.atomic(savepoint=False)
def change_product(*, product_id: int, values: ProductChanges) -> Product:
    """Change a product, also one that is withdrawn.

    Raises NotFound; DanglingReference for an unknown category; StockByVariant.
    """
    product = lock_product(product_id)
    if product is None:
        raise NotFound
    if "category_id" in values:
        require_category(values["category_id"])
    wanted: dict[str, Any] = dict(values)
    if "stock_quantity" in wanted:
        if product.has_variants:
            raise StockByVariant("Set the stock of its variants.")
        wanted["in_stock"] = wanted["stock_quantity"] > 0
    changed = {name for name, value in wanted.items() if getattr(product, name) != value}
    if changed:
        for name in changed:
            setattr(product, name, wanted[name])
        product.updated_at = timezone.now()
        product.save(update_fields=[*changed, "updated_at"])
        invalidate(product_topic(product_id), *list_topics(changed))
    return product


def withdraw_product(*, product_id: int) -> None:
    """Take a product off the shelves; orders keep it. Withdrawing it again is no error. Raises NotFound."""
    change_product(product_id=product_id, values={"is_active": False})


@transaction.atomic(savepoint=False)
def create_variant(*, product_id: int, values: VariantChanges) -> Variant:
    """Create a variant; from the first one on, the product's own stock no longer counts.

    Raises NotFound, SkuTaken, TooManyVariants.
    """
    product = lock_product(product_id)
    if product is None:
        raise NotFound
    if Variant.objects.filter(product_id=product_id).count() >= MAX_VARIANTS:
        raise TooManyVariants(f"A product has at most {MAX_VARIANTS} variants.")
    require_free_sku(values["sku"])
    variant = Variant.objects.create(product_id=product_id, **values)
    follow_variants(product)
    return variant


@transaction.atomic(savepoint=False)
def change_variant(*, product_id: int, variant_id: int, values: VariantChanges) -> Variant:
    """Change a variant. Raises NotFound, SkuTaken."""
    product = lock_product(product_id)
    variant = Variant.objects.filter(pk=variant_id, product_id=product_id).first()
    if product is None or variant is None:
        raise NotFound
    if "sku" in values:
        require_free_sku(values["sku"], besides=variant_id)
    for name, value in values.items():
        setattr(variant, name, value)
    if values:
        variant.save(update_fields=list(values))
        follow_variants(product)
    return variant


def follow_variants(product: Product) -> None:
    """Bring the locked product in step with its variants."""
    in_stock = Variant.objects.filter(product_id=product.pk, stock_quantity__gt=0).exists()
    flipped = in_stock != product.in_stock
    product.has_variants, product.in_stock, product.updated_at = True, in_stock, timezone.now()
    product.save(update_fields=["has_variants", "in_stock", "updated_at"])
    invalidate(product_topic(product.pk), OFFERS, *([PRODUCTS] if flipped else []))


def list_topics(changed: set[str]) -> list[str]:
    """Return the topics beside its own that a change of these columns of a product concerns."""
    return [
        topic
        for topic, shown in ((PRODUCTS, SHOWN_IN_LISTS), (OFFERS, SHOWN_IN_CARTS))
        if not shown.isdisjoint(changed)
    ]


def require_category(category_id: int) -> None:
    """Raise DanglingReference unless there is such a category."""
    if not Category.objects.filter(pk=category_id).exists():
        raise DanglingReference.of("/category_id")


def require_free_sku(sku: str, *, besides: int | None = None) -> None:
    """Raise SkuTaken when another variant has it; the unique index decides between two requests at once."""
    holder = Variant.objects.filter(sku__iexact=sku).values_list("pk", flat=True).first()
    if holder is not None and holder != besides:
        raise SkuTaken(f"Another variant has the SKU {sku}.")
