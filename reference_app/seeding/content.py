"""The seeded content, row by row. Each row depends on its number alone."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from django.utils.text import slugify

BEGINNING = datetime(2025, 1, 1, tzinfo=UTC)
STEP = timedelta(seconds=10)
STOCK = 1_000  # of each thing: a load test does not sell it out
PRODUCTS_A_CATEGORY = 50
PRODUCTS_A_SERIES = 20  # a search for a series finds so many, however large the shop is
CUSTOMERS = 20
PASSWORD = "!"  # noqa: S105 -- unusable, as Django calls it: a seeded customer cannot sign in

LOOKS = (
    "Amber", "Ancient", "Azure", "Bold", "Bright", "Calm", "Classic", "Coastal", "Crimson", "Deep", "Dusky", "Elegant",
    "Fine", "Frosted", "Gentle", "Golden", "Grand", "Ivory", "Jade", "Light", "Little", "Lunar", "Mellow", "Modern",
    "Nordic", "Olive", "Pale", "Plain", "Quiet", "Royal", "Rustic", "Scarlet", "Silver", "Simple", "Smooth", "Solar",
    "Sturdy", "Sunny", "Urban", "Velvet", "Violet", "Wild",
)  # fmt: skip
MATERIALS = (
    "Ash", "Bamboo", "Beech", "Brass", "Canvas", "Cedar", "Ceramic", "Clay", "Copper", "Cork", "Cotton", "Felt",
    "Glass", "Granite", "Hemp", "Iron", "Leather", "Linen", "Maple", "Marble", "Oak", "Paper", "Pine", "Porcelain",
    "Rattan", "Silk", "Slate", "Steel", "Stone", "Walnut", "Wicker", "Wool",
)  # fmt: skip
THINGS = (
    "Apron", "Basket", "Bench", "Blanket", "Board", "Bookend", "Bottle", "Bowl", "Box", "Broom", "Brush", "Candle",
    "Carafe", "Chair", "Clock", "Coaster", "Cushion", "Desk", "Dish", "Frame", "Hook", "Jar", "Jug", "Kettle", "Ladle",
    "Lamp", "Lantern", "Mat", "Mirror", "Mug", "Pan", "Pitcher", "Planter", "Plate", "Pot", "Rack", "Rug", "Saucer",
    "Shelf", "Spoon", "Stool", "Table", "Teapot", "Towel", "Tray", "Trivet", "Vase", "Whisk",
)  # fmt: skip
SHELVES = ("Kitchen", "Dining", "Living", "Garden", "Workshop")
FORMS = ("Small", "Medium", "Large")
PRAISE = ("Just right", "Well made", "Does its job", "Lovely to look at", "Not quite what I expected")


class CategoryRow(NamedTuple):
    """Columns of a category."""

    id: int
    name: str
    slug: str
    parent_id: int | None


class ProductRow(NamedTuple):
    """Columns of a product."""

    id: int
    name: str
    slug: str
    description: str
    category_id: int
    price: Decimal
    stock_quantity: int
    has_variants: bool
    in_stock: bool
    is_active: bool
    is_featured: bool
    is_bestseller: bool
    rating_sum: int
    rating_count: int
    created_at: datetime
    updated_at: datetime


class VariantRow(NamedTuple):
    """Columns of a variant."""

    id: int
    product_id: int
    sku: str
    name: str
    price: Decimal
    stock_quantity: int


class ImageRow(NamedTuple):
    """Columns of an image."""

    id: int
    product_id: int
    url: str
    alt: str
    position: int


class ReviewRow(NamedTuple):
    """Columns of a review; `user_id` counts the seeded customers from 1."""

    id: int
    product_id: int
    user_id: int
    rating: int
    title: str
    body: str
    created_at: datetime


def count_categories(products: int) -> int:
    """Return the number of categories: one for fifty products, and never fewer than the roots."""
    return max(len(SHELVES), products // PRODUCTS_A_CATEGORY)


def categories(products: int) -> Iterator[CategoryRow]:
    """Yield the roots first, the others below them in turn."""
    for number in range(1, count_categories(products) + 1):
        shelf = SHELVES[(number - 1) % len(SHELVES)]
        is_root = number <= len(SHELVES)
        name = shelf if is_root else f"{shelf} {number}"
        yield CategoryRow(number, name, slugify(name), None if is_root else (number - 1) % len(SHELVES) + 1)


def products(count: int) -> Iterator[ProductRow]:
    """Yield the products, every tenth with variants."""
    shelves = count_categories(count)
    for number in range(1, count + 1):
        chance = random.Random(number)  # noqa: S311 -- content, not a secret
        name = f"{chance.choice(LOOKS)} {chance.choice(MATERIALS)} {chance.choice(THINGS)}"
        series = (number - 1) // PRODUCTS_A_SERIES + 1
        ratings = [rating for _, rating in ratings_of(number)]
        moment = BEGINNING + number * STEP
        yield ProductRow(
            id=number,
            name=name,
            slug=f"{slugify(name)}-{number}",
            description=f"A {name.lower()} of series S{series:06}, model M{number:07}. Made to last.",
            category_id=(number - 1) % shelves + 1,
            price=Decimal(chance.randrange(199, 50_000)).scaleb(-2),
            stock_quantity=0 if has_variants(number) else STOCK,
            has_variants=has_variants(number),
            in_stock=True,
            is_active=True,
            is_featured=number % 20 == 7,
            is_bestseller=number % 25 == 3,
            rating_sum=sum(ratings),
            rating_count=len(ratings),
            created_at=moment,
            updated_at=moment,
        )


def variants(rows: Iterator[ProductRow]) -> Iterator[VariantRow]:
    """Yield three forms of each product that has any; a larger one costs more."""
    identity = 0
    for product in rows:
        if product.has_variants:
            for size, form in enumerate(FORMS):
                identity += 1
                sku = f"M{product.id:07}-{form[0]}"
                yield VariantRow(identity, product.id, sku, form, product.price + size, STOCK)


def images(rows: Iterator[ProductRow]) -> Iterator[ImageRow]:
    """Yield one picture of each product, two of every third."""
    identity = 0
    for product in rows:
        for position in range(2 if product.id % 3 == 0 else 1):
            identity += 1
            url = f"https://images.shop.example/products/{product.id}/{position + 1}.jpg"
            yield ImageRow(identity, product.id, url, product.name, position)


def reviews(count: int) -> Iterator[ReviewRow]:
    """Yield the reviews of the seeded customers."""
    identity = 0
    for number in range(1, count + 1):
        for customer, rating in ratings_of(number):
            identity += 1
            moment = BEGINNING + number * STEP + timedelta(days=customer)
            yield ReviewRow(identity, number, customer, rating, PRAISE[5 - rating], f"{rating} of 5 from me.", moment)


def has_variants(number: int) -> bool:
    """Return whether product `number` is sold by variant."""
    return number % 10 == 0


def ratings_of(number: int) -> list[tuple[int, int]]:
    """Return (customer, rating) of product `number`: up to three for every fifth."""
    if number % 5:
        return []
    return [((number + turn) % CUSTOMERS + 1, (number + turn) % 5 + 1) for turn in range(number // 5 % 3 + 1)]
