"""What the tests of the domain put on the shelves, and how they start things at the same moment."""

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
    """An account that nobody signs in to."""
    user = User(email=f"user{next(numbers)}@example.org", password="!", **values)
    user.save()
    return user


def make_category(name: str = "Shelf", **values: Any) -> Category:
    """A category."""
    return Category.objects.create(name=name, slug=f"shelf-{next(numbers)}", **values)


def make_product(*, stock: int = 10, price: str = "12.50", **values: Any) -> Product:
    """A product on sale, on a shelf of its own unless one is named."""
    wanted: ProductChanges = {
        "name": f"Thing {next(numbers)}",
        "price": Decimal(price),
        "stock_quantity": stock,
        "category_id": values.pop("category_id", None) or make_category().pk,
    }
    return create_product(values={**wanted, **values})  # type: ignore[typeddict-item] # the tests name the fields


def make_variant(product: Product, *, stock: int = 10, price: str = "12.50") -> Variant:
    """A variant."""
    number = next(numbers)
    wanted: VariantChanges = {
        "sku": f"SKU-{number}",
        "name": f"Form {number}",
        "price": Decimal(price),
        "stock_quantity": stock,
    }
    return create_variant(product_id=product.pk, values=wanted)


def fill_cart(user: User, *things: tuple[Product, int]) -> None:
    """Puts products into a cart, in this order."""
    for product, quantity in things:
        add_line(user_id=user.pk, product_id=product.pk, quantity=quantity)


def stock_of(product: Product) -> int:
    """What the database says now."""
    return Product.objects.values_list("stock_quantity", flat=True).get(pk=product.pk)


def together(calls: Sequence[Callable[[], Result]]) -> list[Result | Problem]:
    """Starts all calls at one moment, each on a connection of its own; what they return, or the problem they raise."""
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
    """The codes of the problems among the results."""
    return sorted(result.code for result in results if isinstance(result, Problem))
