"""Claimed hits compared with the cache's own counters, on shops of a few lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import cast

import pytest

from load.objectives.claims import REPETITIONS, SEARCHES, examine_claims
from spec.checking.examination import Examination
from spec.checking.outcomes import Outcome, Violation
from spec.target.adapter_context import AdapterContext
from spec.target.adapters import load_adapter
from spec.target.answer_kinds import settle_by_status
from spec.target.exchange import Exchange, Request
from spec.target.profile.adapter_table import DEFAULT_ADAPTER
from spec.target.session import Session
from spec.target.shop import Shop
from spec.target.steps import Part, Verb, walk
from spec.target.verbs import ShopVerbs
from spec.target.visitor import Reply
from spec.target.windows import WindowUnusable
from spec.target.windows.cache_window import CacheCounts, CacheWindow
from tests.support.samples import answered

NO_SINGLE_HIT = "No single hit could be held against the cache's own counters."


@dataclass
class SmallShop:
    """Answers searches through a cache whose look-ups are counted, or claims to.

    `keeps` is whether answers are put into the cache, `honest` whether Cache-Status says what happened, `denials` how
    many other misses each request costs, `near` whether answers are kept in memory in front of the cache,
    `hashed` whether all answers are members of one hash, `counted` whether each request also writes something.
    """

    keeps: bool = True
    honest: bool = True
    denials: int = 0
    near: bool = False
    hashed: bool = False
    counted: bool = False
    status: int = 200
    shut: bool = False
    verbs: ShopVerbs = field(default_factory=lambda: load_adapter(DEFAULT_ADAPTER, AdapterContext()))
    missed: int = 0
    changed: int = 0
    asked: list[str] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=count)

    def visitor(self) -> SmallShop:
        """It is its own visitor."""
        return self

    def unique_name(self, kind: str) -> str:
        """A word that was never searched."""
        return f"{kind}-{next(self.numbers)}"

    def counts(self) -> CacheCounts:
        """It is its own cache."""
        if self.shut:
            raise WindowUnusable("the cache's window failed: gone")
        return CacheCounts(hits=0, misses=self.missed, keys=0, changes=self.changed)

    def do(self, verb: Verb[object]) -> Reply[object]:
        """The answer, with its Cache-Status."""

        def send(request: Request, _part: Part) -> Exchange:
            return answered(request, status=self.status, headers=(("Cache-Status", self._claim(request.target)),))

        return Reply(walk(verb, Session(), send), settle_by_status)

    def _claim(self, target: str) -> str:
        known = target in self.asked
        self.asked.append(target)
        self.missed += self.denials
        hit = known and self.keeps
        self.changed += self.counted
        if not hit:
            self.missed += not (self.near or self.hashed)
            self.changed += self.keeps and not self.near
        says_hit = hit if self.honest else known
        return "shop; hit" if says_hit else "shop; fwd=miss"


def examined(shop: SmallShop) -> Examination:
    """Examine the claims of the shop."""
    examine = Examination()
    examine_claims(examine, cast(Shop, shop), cast(CacheWindow, shop))
    return examine


@pytest.mark.parametrize(
    "shop",
    [
        SmallShop(),
        SmallShop(denials=3, counted=True),
        pytest.param(SmallShop(denials=2, hashed=True, counted=True), id="answers in one hash"),
    ],
)
def test_hits_that_find_their_answer_are_believed(shop: SmallShop) -> None:
    examine = examined(shop)
    assert (examine.stated, examine.notes) == (1, [])
    assert len(shop.asked) == SEARCHES * (1 + REPETITIONS)


@pytest.mark.parametrize("denials", [0, 3])
def test_a_hit_that_costs_as_many_misses_as_the_miss_before_it_is_contradicted(denials: int) -> None:
    with pytest.raises(Violation) as violation:
        examined(SmallShop(keeps=False, honest=False, denials=denials, counted=True))
    assert violation.value.outcome is Outcome.CLAIM_CONTRADICTED
    assert violation.value.observed == (
        f"{1 + denials} misses in the cache, 1 changes for a search that claims to be a hit, {1 + denials} and 1 "
        "when it was new; the like in 5 of 5 searches"
    )


@pytest.mark.parametrize(
    "shop",
    [
        pytest.param(SmallShop(keeps=False), id="misses that are called misses"),
        pytest.param(SmallShop(near=True), id="answers that this cache is never asked for"),
        pytest.param(SmallShop(status=429), id="a target that does not answer"),
    ],
)
def test_where_nothing_can_be_compared_nothing_is_decided(shop: SmallShop) -> None:
    examine = examined(shop)
    assert (examine.stated, examine.notes) == (0, [NO_SINGLE_HIT])


def test_a_window_that_is_shut_decides_nothing() -> None:
    examine = examined(SmallShop(shut=True))
    assert examine.stated == 0
    assert examine.notes == [
        "No single hit was held against the cache's own counters: the cache's window failed: gone."
    ]


def test_a_shop_without_search_decides_nothing() -> None:
    shop = SmallShop()
    shop.verbs.lacks = frozenset({"list_products.search"})
    examine = examined(shop)
    assert (examine.stated, shop.asked) == (0, [])
    assert examine.notes == ["No single hit could be held against the cache's own counters: that takes a search."]
