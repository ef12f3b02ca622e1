"""Categories, products, variants and images. Every rule that must always hold is a constraint of the database."""

from __future__ import annotations

import secrets

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils import timezone
from django.utils.text import slugify

from reference_app.catalogue.expressions import search_vector

MONEY_DIGITS = 10  # prices up to 99 999 999.99
SLUG_LENGTH = 120
SLUG_WORDS_LENGTH = 100


def make_slug(name: str) -> str:
    """Return the words of `name` in ASCII with a random ending, so that equal names get different slugs."""
    words = slugify(name)[:SLUG_WORDS_LENGTH].strip("-")
    ending = secrets.token_hex(5)
    return f"{words}-{ending}" if words else ending


class Category(models.Model):
    """A shelf of the shop. Categories form a tree; a cycle is refused under a lock (`category_services`)."""

    name = models.CharField(max_length=100)
    slug = models.CharField(max_length=SLUG_LENGTH)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")

    class Meta:
        verbose_name_plural = "categories"
        constraints = [
            models.UniqueConstraint(fields=["slug"], name="category_slug_unique"),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="category_not_its_own_parent"),
        ]
        indexes = [models.Index(fields=["name", "id"], name="category_name")]

    def __str__(self) -> str:
        return self.name


class Product(models.Model):
    """A thing with a price.

    `stock_quantity` counts only while the product has no variants; then each variant has its own. `has_variants`,
    `in_stock`, `rating_sum` and `rating_count` follow from other rows; they are kept here, under the lock of this row,
    so that a list needs one statement and checkout sees them together with the price.
    """

    name = models.CharField(max_length=200)
    slug = models.CharField(max_length=SLUG_LENGTH)
    description = models.CharField(max_length=5000, default="", blank=True)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="products", db_index=False)
    price = models.DecimalField(max_digits=MONEY_DIGITS, decimal_places=2)
    stock_quantity = models.PositiveIntegerField(default=0)
    has_variants = models.BooleanField(default=False)
    in_stock = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    is_featured = models.BooleanField(default=False)
    is_bestseller = models.BooleanField(default=False)
    rating_sum = models.PositiveBigIntegerField(default=0)
    rating_count = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)
    search = models.GeneratedField(
        expression=search_vector(), output_field=SearchVectorField(), db_persist=True, editable=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["slug"], name="product_slug_unique"),
            models.CheckConstraint(condition=Q(price__gt=0), name="product_price_positive"),
            models.CheckConstraint(condition=Q(stock_quantity__gte=0), name="product_stock_not_negative"),
            models.CheckConstraint(
                condition=Q(has_variants=True)
                | Q(in_stock=True, stock_quantity__gt=0)
                | Q(in_stock=False, stock_quantity=0),
                name="product_in_stock_follows_stock",
            ),
            models.CheckConstraint(
                condition=Q(rating_sum__gte=F("rating_count")) & Q(rating_sum__lte=5 * F("rating_count")),
                name="product_rating_within_scale",
            ),
        ]
        # roadmap 2.1; the id makes each ordering total, which is what a cursor continues from.
        indexes = [
            models.Index(fields=["name", "id"], name="product_name"),
            models.Index(fields=["category", "is_active", "created_at", "id"], name="product_category"),
            models.Index(fields=["price", "id"], name="product_price"),
            models.Index(fields=["created_at", "id"], name="product_created_at"),
            models.Index(fields=["is_featured", "is_bestseller", "created_at", "id"], name="product_featured"),
            models.Index(fields=["in_stock", "created_at", "id"], name="product_in_stock"),
            GinIndex(fields=["search"], name="product_search"),
        ]

    def __str__(self) -> str:
        return self.name


class Variant(models.Model):
    """One form of a product (a size, a colour) with its own price and stock."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="variants")
    sku = models.CharField(max_length=40)
    name = models.CharField(max_length=100)
    price = models.DecimalField(max_digits=MONEY_DIGITS, decimal_places=2)
    stock_quantity = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(Upper("sku"), name="variant_sku_unique"),
            models.CheckConstraint(condition=Q(price__gt=0), name="variant_price_positive"),
            models.CheckConstraint(condition=Q(stock_quantity__gte=0), name="variant_stock_not_negative"),
        ]

    def __str__(self) -> str:
        return self.sku


class ProductImage(models.Model):
    """The address of a picture of a product; the shop stores addresses, not files."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="images", db_index=False)
    url = models.URLField(max_length=500)
    alt = models.CharField(max_length=200, default="", blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["product", "position"], name="product_image_position_unique")]

    def __str__(self) -> str:
        return self.url
