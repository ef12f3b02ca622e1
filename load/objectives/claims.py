"""Whether a claimed hit is one: what the cache does for it, held against what it did for the same read before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from spec.checking.examination import Examination
from spec.checking.outcomes import Outcome
from spec.target.cache_status import claims_hit
from spec.target.exchange import Exchange
from spec.target.shop import Shop
from spec.target.windows import WindowUnusable
from spec.target.windows.cache_window import CacheWindow

SEARCHES: Final = 5
REPETITIONS: Final = 4


@dataclass(frozen=True, slots=True)
class Cost:
    """What one read cost the cache: look-ups in vain, and changes."""

    misses: int
    changes: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """One search: what it cost when it was new, and what the cheapest repetition that claims to be a hit cost."""

    new: Cost
    repeated: Cost
    exchange: Exchange

    @property
    def contradicts(self) -> bool:
        """Whether the hit was no less of a miss than the miss."""
        return self.repeated.misses >= self.new.misses and self.repeated.changes >= self.new.changes


def examine_claims(examine: Examination, shop: Shop, cache: CacheWindow) -> None:
    """Searches that nobody has made before, each repeated at once: is what claims to be a hit any less of a miss?

    Whoever serves a hit has found the answer where the miss before it had looked in vain and then kept it; all else
    that the two look up and write is the same. So a hit costs fewer look-ups in vain or, where all answers are members
    of one hash whose key is always found, fewer changes, however many there are of other things. A shop that finds the
    answer in memory of its own, in front of this cache, passes as well.

    Nothing can be said where a new search looks up nothing in vain (answers are kept elsewhere), where no repetition
    claims to be a hit, or where the target does not answer: that is noted, and decides nothing.
    """
    try:
        compared = [one for one in (_compare(shop, cache) for _ in range(SEARCHES)) if one is not None]
    except WindowUnusable as error:
        examine.note(f"No single hit was held against the cache's own counters: {error}.")
        return
    if not compared:
        examine.note("No single hit could be held against the cache's own counters.")
        return
    contradicting = [one for one in compared if one.contradicts]
    shown = (contradicting or compared)[-1]
    examine.expect(
        # Others may use the cache meanwhile, so one search alone decides nothing.
        2 * len(contradicting) <= len(compared),
        Outcome.CLAIM_CONTRADICTED,
        expected="fewer look-ups in vain, or fewer changes, for a hit than for the miss before it",
        observed=f"{shown.repeated.misses} look-ups in vain, {shown.repeated.changes} written for a search that "
        f"claims to be a hit, {shown.new.misses} and {shown.new.changes} when it was new; "
        f"the like in {len(contradicting)} of {len(compared)} searches",
        exchange=shown.exchange,
    )


def _compare(shop: Shop, cache: CacheWindow) -> Comparison | None:
    visitor, call = shop.visitor(), shop.verbs.list_products(search=shop.unique_name("unheard"))

    def look() -> tuple[Exchange, Cost]:
        before = cache.counts()
        exchange = visitor.do(call).exchange
        after = cache.counts()
        return exchange, Cost(after.misses - before.misses, after.changes - before.changes)

    first, new = look()
    if (
        new.misses <= 0
        or new.changes < 0
        or first.response is None
        or not first.response.succeeded
        or claims_hit(first.response)
    ):
        return None
    hits = [
        (cost, exchange)
        for exchange, cost in (look() for _ in range(REPETITIONS))
        if exchange.response is not None and exchange.response.succeeded and claims_hit(exchange.response)
    ]
    if not hits:
        return None
    cheapest = Cost(min(cost.misses for cost, _ in hits), min(cost.changes for cost, _ in hits))
    return Comparison(new, cheapest, hits[-1][1])
