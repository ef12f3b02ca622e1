"""Fit a mix of journeys to what a shop offers, before anything is sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from load.load_plan import SIGNED_IN, JourneyName, LoadPlan
from spec.target.adapter_context import NotOffered
from spec.target.verbs import VERBS, ShopVerbs

_WALKED: Final[Mapping[JourneyName, tuple[str, ...]]] = MappingProxyType(
    {
        "browse": ("list_products", "list_products.category_id", "list_categories", "open_product"),
        "search": ("list_products.search",),
        "sign_in": ("sign_in", "view_cart"),
        "order": ("sign_in", "add_to_cart", "view_cart", "place_order"),
    }
)
"""The verbs and options of each journey. They are those that `load.journeys` walks."""
_DISPENSABLE: Final = frozenset({"list_products.search", "list_products.category_id", "list_categories"})
"""A load without these still has the shape of one; another requirement says that a shop offers them."""
_SILENT: Final = frozenset({"list_products.category_id"})
"""An option whose requests count as those of its verb."""


@dataclass(frozen=True, slots=True)
class OfferedMix:
    """The part of a mix that a shop offers."""

    weights: Mapping[JourneyName, float]
    left_out: tuple[str, ...]
    """The parts that the shop does not offer, as readers know them: "search products"."""
    operations: tuple[str, ...]
    """The operations of which the mix consists."""


def fit_mix(verbs: ShopVerbs, plan: LoadPlan) -> OfferedMix:
    """Leave out what the load can do without and the shop does not offer.

    Raises NotOffered for what it cannot do without: a load in which no order is placed is another one than was planned.
    """
    wanted = plan.mix.weights
    missing = [name for name in _names(wanted) if not verbs.offers(name)]
    indispensable = [name for name in missing if name not in _DISPENSABLE]
    if SIGNED_IN & set(wanted) and not plan.accounts.customers and not verbs.offers("register"):
        indispensable.append("register")
    weights = {journey: weight for journey, weight in wanted.items() if not _is_empty(journey, missing)}
    if indispensable or not weights:
        raise NotOffered((indispensable or missing)[0])
    operations = (VERBS[name].operation for name in _names(weights) if name not in _SILENT and name not in missing)
    return OfferedMix(
        MappingProxyType(weights),
        tuple(VERBS[name].operation for name in missing),
        tuple(dict.fromkeys(operations)),
    )


def count_verbs(journey: JourneyName) -> int:
    """Count the verbs that a shopper of this journey walks; a pause is before each but the first."""
    return sum("." not in name for name in _WALKED[journey])


def _names(journeys: Mapping[JourneyName, float]) -> Iterator[str]:
    yield from dict.fromkeys(name for journey in _WALKED if journey in journeys for name in _WALKED[journey])


def _is_empty(journey: JourneyName, missing: list[str]) -> bool:
    return set(_WALKED[journey]) <= set(missing)
