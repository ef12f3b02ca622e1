"""Each index of roadmap 2.1 with and without it: time, plan, size."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal

import pytest

from tests.bench.figures import IndexArm, Record, Spread
from tests.bench.indexes import INDEXES, RoadmapIndex
from tests.bench.query_plans import describe_index, explain, fetch, indexed

Arm = Literal["without", "roadmap", "shop"]


def arms() -> Iterator[Any]:
    """Yield each index in each form; where a constraint of the shop has it, there is no form of the shop's own."""
    for index in INDEXES:
        forms: tuple[Arm, ...] = ("without", "roadmap", "shop") if index.ours else ("without", "roadmap")
        for arm in forms:
            yield pytest.param(index, arm, id=f"{index.query.replace(' ', '-')}-{arm}")


@pytest.mark.parametrize(("index", "arm"), list(arms()))
def test_a_query_is_timed_with_and_without_its_index(
    index: RoadmapIndex, arm: Arm, measure: Callable[..., Spread], record: Record, reseller: int
) -> None:
    query = index.select(reseller)
    with indexed(index, arm) as name:
        plan = explain(query)
        definition, size = ("none", None) if arm == "without" else describe_index(name)
        if arm == "without" and index.ours is None:
            definition = "that of its unique constraint"
        spread = measure(f"index {index.label}: {index.query}", arm, fetch(query), rounds=60)
    record.arms.append(IndexArm(index.label, index.query, arm, definition, spread, plan, size))
    assert arm == "shop" or index.ours is None or index.ours not in plan
