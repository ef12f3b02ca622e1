"""Helpers of the domain's tests: what stands on the shelves, and calls that start at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from itertools import count
from typing import Any, TypeVar

from django.db import connection

from reference_app.accounts.models import User
from reference_app.api.problems import Problem
from reference_app.cart.services import add_line
from reference_app.catalogue.models import Category, Product, Variant
from reference_app.catalogue.services import ProductChanges, VariantChanges, create_product, create_variant

Result = TypeVar("Result")

numbers = count(1)


def make_user(**values: Any) -> User:
    """Create an account without signing in to it."""
    user = User(email=f"user{next(numbers)}@example.org", password="!", **values)
    user.save()
    return user


def make_category(name: str = "Shelf", **values: Any) -> Category:
    """Create a category."""
    return Category.objects.create(name=name, slug=f"shelf-{next(numbers)}", **values)


def make_product(*, stock: int = 10, price: str = "12.50", **values: Any) -> Product:
    """Create a product on sale, on a shelf of its own unless one is named."""
    wanted: ProductChanges = {
        "name": f"Thing {next(numbers)}",
        "price": Decimal(price),
        "stock_quantity": stock,
        "category_id": values.pop("category_id", None) or make_category().pk,
    }
    return create_product(values={**wanted, **values})  # type: ignore[typeddict-item] # the tests name the fields


def make_variant(product: Product, *, stock: int = 10, price: str = "12.50") -> Variant:
    """Create a variant."""
    number = next(numbers)
    wanted: VariantChanges = {
        "sku": f"SKU-{number}",
        "name": f"Form {number}",
        "price": Decimal(price),
        "stock_quantity": stock,
    }
    return create_variant(product_id=product.pk, values=wanted)


def fill_cart(user: User, *things: tuple[Product, int]) -> None:
    """Put products into a cart, in this order."""
    for product, quantity in things:
        add_line(user_id=user.pk, product_id=product.pk, quantity=quantity)


def stock_of(product: Product) -> int:
    """Return the stock that the database holds now."""
    return Product.objects.values_list("stock_quantity", flat=True).get(pk=product.pk)


def together(calls: Sequence[Callable[[], Result]]) -> list[Result | Problem]:
    """Start all calls at one moment, each on a connection of its own; return their results and raised problems."""
    barrier = threading.Barrier(len(calls))

    def run(call: Callable[[], Result]) -> Result | Problem:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=10)
            return call()
        except Problem as problem:
            return problem
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def codes(results: Sequence[object]) -> list[str]:
    """Return the codes of the problems among the results."""
    return sorted(result.code for result in results if isinstance(result, Problem))
