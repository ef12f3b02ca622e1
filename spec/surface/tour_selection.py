"""A selection of stops for a quick tour: every pair of two facets that the whole tour has, in far fewer stops."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from random import Random
from typing import Final

from spec.surface.kinds_of_answer import BUDGET_SPENT
from spec.surface.stops import Stop
from spec.surface.tour import Cell

Pair = tuple[tuple[str, str], tuple[str, str]]
FACETS: Final = ("version", "method", "identity", "kind")
ROUNDS: Final = (4, 2, 1)
"""Pairs that a stop has to add to be chosen, one round after another: what adds most comes first."""


def pairs_of(cell: Cell) -> frozenset[Pair]:
    """List the pairs of facets that a cell has. Of each resource every identity and every kind of answer counts.

    One page alone may set a cookie, and one operation alone may say back what it refused.
    """
    facets = [(name, str(getattr(cell, name))) for name in FACETS]
    resource = ("resource", f"{cell.version} {cell.resource}")
    own = [(resource, ("identity", str(cell.identity))), (resource, ("kind", cell.kind))]
    return frozenset((*combinations(facets, 2), *own))


def choose_pairwise(stops: Sequence[Stop], chance: Random) -> list[Stop]:
    """Choose stops that have every pair of the whole, in the order of the whole. The same chance chooses the same."""
    shuffled = list(stops)
    chance.shuffle(shuffled)
    covered: set[Pair] = set()
    chosen: set[int] = set()
    for least in ROUNDS:
        for stop in shuffled:
            added = pairs_of(stop.cell) - covered
            if id(stop) not in chosen and len(added) >= least:
                chosen.add(id(stop))
                covered |= added
    return [stop for stop in stops if id(stop) in chosen]


def interleave(stops: Iterable[Stop]) -> Iterator[Stop]:
    """Put one stop of each kind before all others: a tour that is cut short has seen one each."""
    first: dict[str, Stop] = {}
    rest = []
    for stop in stops:
        # Whoever has no budget left can do nothing else.
        if stop.cell.kind in first or stop.cell.kind == BUDGET_SPENT:
            rest.append(stop)
        else:
            first[stop.cell.kind] = stop
    yield from first.values()
    yield from rest
