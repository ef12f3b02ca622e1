"""Whether a claimed hit is one: what the cache does for it, held against what it did for the same read before."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median_low
from typing import Final

from spec.examination import Examination
from spec.outcomes import Outcome
from spec.target.cache_status import claims_hit
from spec.target.exchange import Exchange
from spec.target.shop import Shop
from spec.target.windows import WindowUnusable
from spec.target.windows.cache import CacheWindow

SEARCHES: Final = 5
REPETITIONS: Final = 4


@dataclass(frozen=True, slots=True)
class Comparison:
    """Look-ups in vain for one search: when it was new, and for the cheapest repetition that claims to be a hit."""

    new: int
    repeated: int
    exchange: Exchange


def examine_claims(examine: Examination, shop: Shop, cache: CacheWindow) -> None:
    """Searches that nobody has made before, each repeated at once: is what claims to be a hit any less of a miss?

    Whoever serves a hit has found the answer where the miss before it had looked in vain; all else that the two look
    up is the same. So a hit costs fewer look-ups in vain, however many there are of other things. A shop that finds
    the answer in memory of its own, in front of this cache, passes as well.

    Nothing can be said where a new search looks up nothing in vain (answers are kept elsewhere, or all in one hash),
    where no repetition claims to be a hit, or where the target does not answer: that is noted, and decides nothing.
    """
    try:
        compared = [one for one in (_compare(shop, cache) for _ in range(SEARCHES)) if one is not None]
    except WindowUnusable as error:
        examine.note(f"No single hit was held against the cache's own counters: {error}.")
        return
    if not compared:
        examine.note("No single hit could be held against the cache's own counters.")
        return
    difference = median_low(one.new - one.repeated for one in compared)
    shown = compared[-1]
    examine.expect(
        difference > 0,
        Outcome.CLAIM_CONTRADICTED,
        expected="fewer look-ups in vain for a hit than for the miss before it",
        observed=f"{shown.repeated} for a search that claims to be a hit, {shown.new} when it was new; "
        f"the like in most of {len(compared)} searches",
        exchange=shown.exchange,
    )


def _compare(shop: Shop, cache: CacheWindow) -> Comparison | None:
    visitor, call = shop.visitor(), shop.verbs.list_products(search=shop.unique_name("unheard"))

    def look() -> tuple[Exchange, int]:
        before = cache.counts().misses
        exchange = visitor.do(call).exchange
        return exchange, cache.counts().misses - before

    first, new = look()
    if new <= 0 or first.response is None or not first.response.succeeded or claims_hit(first.response):
        return None
    # The cheapest of them: others may use the cache meanwhile.
    hits = [
        (missed, exchange)
        for exchange, missed in (look() for _ in range(REPETITIONS))
        if exchange.response is not None and exchange.response.succeeded and claims_hit(exchange.response)
    ]
    if not hits:
        return None
    missed, exchange = min(hits, key=lambda hit: hit[0])
    return Comparison(new, missed, exchange)
