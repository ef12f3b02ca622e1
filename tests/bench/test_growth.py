"""Cost of reads in a small shop and in a large one, by turns in one process.

Measured is what runs when the cache has nothing: the queries, the objects and the rendered bytes of the view, without
server, middleware and cache. What surrounds it costs the same at any size and would only bring the ratio nearer to 1.
Which product is opened and which series is searched for changes with each call, over the whole of the shop: each series
has 20 products at any size.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.test import RequestFactory
from rest_framework.request import Request

from reference_app.catalogue.list_pages import encode
from reference_app.catalogue.views import ProductDetail, ProductList
from reference_app.seeding.content import PRODUCTS_A_SERIES
from tests.bench.figures import Figure, Goal, Record, percentile, spread_of
from tests.bench.plan import Plan
from tests.bench.routing import reading

LIMIT = 1.5
CALLS = 100  # a round, at each size
WARM_CALLS = 100
PAGE = {"page_size": 20, "ordering": "-created_at"}
Read = Callable[[int, random.Random], bytes]


def set_up(kind: type[Any]) -> Any:
    """Return a view of v2 with a request to render for."""
    view = kind()
    view.request = Request(RequestFactory().get("/api/v2/products"))
    view.request.version = "v2"
    return view


def read_first_page(size: int, chance: random.Random) -> bytes:
    """Read the first page, newest first."""
    return bytes(set_up(ProductList).render(PAGE))


def read_detail(size: int, chance: random.Random) -> bytes:
    """Read any product."""
    return encode(set_up(ProductDetail).render(chance.randint(1, size)))


def read_search(size: int, chance: random.Random) -> bytes:
    """Search for any series."""
    series = chance.randint(1, size // PRODUCTS_A_SERIES)
    body = bytes(set_up(ProductList).render({**PAGE, "search": f"S{series:06}"}))
    assert body.count(b'"slug"') == PRODUCTS_A_SERIES
    return body


READS: dict[str, Read] = {"first page": read_first_page, "detail": read_detail, "search": read_search}


@pytest.mark.parametrize("name", READS)
def test_growth_costs_a_read_at_most_half_as_much_again(name: str, plan: Plan, record: Record) -> None:
    sizes = {"small": plan.growth[0], "large": plan.growth[1]}
    rounds = [measure_round(READS[name], sizes, plan.times(CALLS), seed) for seed in range(plan.rounds)]
    for alias, size in sizes.items():
        times = [time for found in rounds for time in found[alias]]
        note = f"p95 {percentile(times, 95):.3g} ms"
        arm = f"{size:,} products".replace(",", " ")
        record.figures.append(Figure(f"Growth: {name}", arm, "ms", spread_of(times), note=note))
    goals = []
    for label, percent in (("median", 50), ("p95", 95)):
        ratios = [percentile(found["large"], percent) / percentile(found["small"], percent) for found in rounds]
        goals.append(Goal(f"growth of {name}, {label}", "≤", LIMIT, spread_of(ratios), plan.judges))
    record.goals += goals
    missed = [goal.name for goal in goals if goal.fails]
    assert not missed


def measure_round(read: Read, sizes: dict[str, int], calls: int, seed: int) -> dict[str, list[float]]:
    """Return milliseconds of each call at each size; the sizes take turns, also in coming first."""
    found: dict[str, list[float]] = {alias: [] for alias in sizes}
    chances = {alias: random.Random(f"{seed} {alias}") for alias in sizes}
    if seed == 0:
        for alias, size in sizes.items():
            with reading(alias):
                for _ in range(min(WARM_CALLS, calls)):
                    read(size, chances[alias])
    for turn in range(calls):
        for alias in sorted(sizes, reverse=bool(turn % 2)):
            with reading(alias):
                began = time.perf_counter()
                read(sizes[alias], chances[alias])
                found[alias].append((time.perf_counter() - began) * 1000)
    return found
