"""Write the seeded content with COPY: a hundred thousand products in seconds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection, transaction
from psycopg import sql

from reference_app.accounts.models import User
from reference_app.caching.invalidation import invalidate
from reference_app.caching.keys import EVERYTHING
from reference_app.catalogue.models import Product
from reference_app.seeding import content

TABLES = {
    content.CategoryRow: "catalogue_category",
    content.ProductRow: "catalogue_product",
    content.VariantRow: "catalogue_variant",
    content.ImageRow: "catalogue_productimage",
    content.ReviewRow: "reviews_review",
}


class NotEmpty(Exception):
    """The shop has products; seeding would mix with them."""


@dataclass(frozen=True)
class Seeded:
    """The numbers of rows that are there now."""

    categories: int
    products: int
    variants: int
    reviews: int


def seed(*, products: int) -> Seeded:
    """Fill the shop in one transaction and refresh the planner's statistics. Raises NotEmpty."""
    with transaction.atomic():
        if Product.objects.exists():
            raise NotEmpty
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
        customers = create_customers()
        seeded = Seeded(
            categories=copy(content.CategoryRow, content.categories(products)),
            products=copy(content.ProductRow, content.products(products)),
            variants=copy(content.VariantRow, content.variants(content.products(products))),
            reviews=copy(
                content.ReviewRow,
                (row._replace(user_id=customers[row.user_id - 1]) for row in content.reviews(products)),
            ),
        )
        copy(content.ImageRow, content.images(content.products(products)))
        invalidate(EVERYTHING)
    analyze()
    return seeded


def create_customers() -> list[int]:
    """Create the authors of reviews, who cannot sign in; return their ids."""
    names = [f"Customer {number}" for number in range(1, content.CUSTOMERS + 1)]
    customers = []
    for number, name in enumerate(names, start=1):
        user = User(email=f"customer{number}@shop.example", name=name, password=content.PASSWORD)
        user.save(force_insert=True)
        customers.append(user.pk)
    User.objects.filter(pk__in=customers).update(created_at=content.BEGINNING)
    return customers


def copy(kind: type[Any], rows: Iterable[NamedTuple]) -> int:
    """Write `rows` with their ids and set the sequence behind them; return how many there were."""
    table = sql.Identifier(TABLES[kind])
    columns = sql.SQL(", ").join(sql.Identifier(name) for name in kind._fields)
    count = 0
    with connection.cursor() as cursor:
        with cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(table, columns)) as target:
            for count, row in enumerate(rows, start=1):  # noqa: B007 -- the last number is the count
                target.write_row(row)
        if count:
            # The sequence belongs to the column; PostgreSQL knows its name.
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [TABLES[kind], count])
    return count


def analyze() -> None:
    """Write planner statistics and the visibility map, as autovacuum would a minute later."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        for table in TABLES.values():
            cursor.execute(sql.SQL("VACUUM (ANALYZE) {}").format(sql.Identifier(table)))
        cursor.execute("RESET statement_timeout")
