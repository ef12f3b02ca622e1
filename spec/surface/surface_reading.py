"""Read a target's surface: each operation of each version, and a way to ask it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Final

from spec.surface.approaches import Approach
from spec.surface.known import Known
from spec.surface.people import People
from spec.surface.provocations import UNPREPARED
from spec.surface.resource_pool import ResourcePool
from spec.surface.surface_operations import SurfaceOperation, documented_operations, operation_of
from spec.surface.verb_trials import list_trials
from spec.surface.ways import ByDocument, ByOtherVersion, ByVerb, NotAllowed, Way
from spec.target.exchange import Exchange
from spec.target.profile.profile_model import Effect
from spec.target.shop import Shop
from spec.target.verbs import VERBS

READS: Final = frozenset(
    VERBS[name].operation
    for name in (
        "list_categories",
        "list_products",
        "list_products.search",
        "list_products.ordering",
        "whoami",
        "list_orders",
        "sign_in",
    )
)
"""The deeds whose trials make nothing in the shop."""
ORDER: Final = ("POST", "GET", "PUT", "PATCH", "DELETE")


def read_surface(shop: Shop, known: Known, people: People) -> tuple[list[Approach], list[str]]:
    """Find a way to ask each operation. Returns the approaches, and what the verbs could not be made ready for."""
    ways: dict[str, tuple[SurfaceOperation, Way]] = {}
    missing = []
    may_write = Effect.WRITES in shop.profile.effects
    for trial in list_trials(shop, people.owner):
        if not may_write and trial.name not in READS:
            continue
        way = ByVerb(trial)
        try:
            ready = next(way.ways())
        except UNPREPARED as error:
            missing.append(f"{trial.name}: {error}")
            continue
        operation = operation_of(known, ready.request, ready.ids)
        ways.setdefault(operation.label, (operation, way))
    pools = Pools(known)
    for exchange in shop.recorder.exchanges:
        pools.learn(exchange)
    by_name = {operation.relative: (operation, way) for operation, way in ways.values()}
    found = {label: (operation, [way]) for label, (operation, way) in ways.items()}
    for operation in documented_operations(known):
        if operation.label not in found:
            same = by_name.get(operation.relative)
            others: list[Way] = [ByOtherVersion(same[1], known, operation, same[0])] if same else []
            if not may_write and not operation.is_safe:
                found[operation.label] = (operation, [NotAllowed()])
                continue
            own = ByDocument(operation, pools.of(operation), people, _maker(operation, found, pools))
            found[operation.label] = (operation, [*others, own])
    return [Approach(*one, pools.learn) for one in _in_order(list(found.values()))], missing


class Pools:
    """The ids that the target has given, for each version: the same things are there in all of them."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._pools = {known.version_of_document(one): ResourcePool(one) for one in known.documents}

    def of(self, operation: SurfaceOperation) -> ResourcePool:
        """Return the ids of an operation's version."""
        return self._pools[operation.version]

    def learn(self, exchange: Exchange) -> None:
        """Take from an answer what it tells, for every version."""
        for version, pool in self._pools.items():
            pool.learn(replace(exchange, request=self._known.in_version(exchange.request, version)))


def _maker(
    operation: SurfaceOperation, found: Mapping[str, tuple[SurfaceOperation, Sequence[Way]]], pools: Pools
) -> Callable[[], None] | None:
    """Return what makes a thing that a DELETE may take away: a POST to its collection."""
    collection = f"POST {operation.resource.rpartition('/')[0]}"
    if operation.method != "DELETE" or not operation.resource.endswith("}") or collection not in found:
        return None

    def make() -> None:
        for ready in chain.from_iterable(way.ways() for way in found[collection][1]):
            reply = ready.visitor.look(ready.verb)
            if reply.answered and reply.worked:
                pools.learn(reply.exchange)
                return

    return make


def _in_order(
    ways: Sequence[tuple[SurfaceOperation, list[Way]]],
) -> list[tuple[SurfaceOperation, list[Way]]]:
    """Put what makes things before what takes them away."""
    versions = list(dict.fromkeys(operation.version for operation, _ in ways))

    def place(one: tuple[SurfaceOperation, list[Way]]) -> tuple[int, int, int]:
        operation = one[0]
        method = ORDER.index(operation.method) if operation.method in ORDER else len(ORDER)
        return versions.index(operation.version), method == len(ORDER) - 1, method

    return sorted(ways, key=place)
