"""The databases of a run: one for each size, migrated and seeded by the shop's own commands."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parents[2]
CUSTOMERS = 4_999  # prime to the twenty below, so that each of them has orders
LINES_OF_CUSTOMERS = 100
"""So many customers have lines in their orders; the others' orders are never opened."""

CUSTOMER_ROWS = """
    INSERT INTO accounts_user (password, email, email_key, name, is_staff, is_active, created_at)
    SELECT '!', 'buyer' || n || '@shop.example', 'buyer' || n || '@shop.example', 'Buyer ' || n, false, true, now()
    FROM generate_series(0, %(customers)s) AS n
    RETURNING id
"""
# Every twentieth order is that of one reseller, the first of the buyers; a customer has about twenty. Two of a hundred
# are still to be paid.
ORDER_ROWS = """
    INSERT INTO orders_order (number, user_id, status, total, currency, created_at)
    SELECT 'B' || lpad(n::text, 10, '0'),
           CASE WHEN n %% 20 = 0 THEN %(first)s ELSE %(first)s + 1 + n %% %(customers)s END,
           CASE WHEN (n / 20 + n) %% 100 < 2 THEN 'placed' WHEN (n / 20 + n) %% 100 < 4 THEN 'paid'
                WHEN (n / 20 + n) %% 100 < 10 THEN 'shipped' WHEN (n / 20 + n) %% 100 < 15 THEN 'cancelled'
                ELSE 'delivered' END,
           30, 'EUR', timestamptz '2025-01-01 00:00:00Z' + n * interval '1 minute'
    FROM generate_series(1, %(orders)s) AS n
"""
LINE_ROWS = """
    INSERT INTO orders_orderline (order_id, product_id, variant_id, name, quantity, unit_price, line_total)
    SELECT o.id, v.product_id, v.id, 'Thing', 1, 10, 10
    FROM orders_order AS o CROSS JOIN generate_series(1, 3) AS turn
    JOIN catalogue_variant AS v ON v.id = (o.id * 7 + turn) %% %(variants)s + 1
    WHERE o.user_id BETWEEN %(first)s + 1 AND %(first)s + %(lines_of)s
"""


def name_database(products: int) -> str:
    """Return the name of the database with so many products."""
    return f"shop_bench_{products}"


def address(server_url: str, products: int) -> str:
    """Return the URL of that database on the server of another."""
    return urlsplit(server_url)._replace(path=f"/{name_database(products)}").geturl()


def make_databases(server_url: str, sizes: set[int], variables: Mapping[str, str], log: Path) -> None:
    """Create, migrate and seed one for each size, all at once. Raises RuntimeError with what a command said."""
    with psycopg.connect(server_url, autocommit=True) as connection:
        for products in sizes:
            name = sql.Identifier(name_database(products))
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(name))
            connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
    migrating = [manage(server_url, size, variables, log, "migrate", "-v0") for size in sizes]
    codes = [process.wait() for process in migrating]
    seeding = [manage(server_url, size, variables, log, "seed", "--products", str(size)) for size in sizes]
    codes += [process.wait() for process in seeding]
    if any(codes):
        raise RuntimeError(f"the databases cannot be made: {log.read_text()[-2000:]}")


def manage(
    server_url: str, products: int, variables: Mapping[str, str], log: Path, *command: str
) -> subprocess.Popen[bytes]:
    """Start a management command of the shop on the database of that size."""
    with log.open("ab") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "reference_app.manage", *command],
            env={**variables, "DATABASE_URL": address(server_url, products)},
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )


def drop_databases(server_url: str, sizes: set[int]) -> None:
    """Remove the databases, also with connections open."""
    with psycopg.connect(server_url, autocommit=True) as connection:
        for products in sizes:
            name = sql.Identifier(name_database(products))
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))


def add_orders(url: str, *, orders: int) -> int:
    """Write customers and their orders; return the id of the reseller, after whom the other customers come."""
    with psycopg.connect(url) as connection:
        first = min(row[0] for row in connection.execute(CUSTOMER_ROWS, {"customers": CUSTOMERS}))
        values = {"first": first, "customers": CUSTOMERS, "orders": orders, "lines_of": LINES_OF_CUSTOMERS}
        connection.execute(ORDER_ROWS, values)
        count = connection.execute("SELECT count(*) FROM catalogue_variant").fetchone()
        connection.execute(LINE_ROWS, {**values, "variants": count[0] if count else 0})
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE) accounts_user, orders_order, orders_orderline")
    return int(first)
