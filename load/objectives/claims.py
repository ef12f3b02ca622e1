"""Test claimed hits: compare the cache's work for one with its work for the same read before."""

from __future__ import annotations

from typing import Final

from spec.checking.examination import Examination
from spec.checking.outcomes import Outcome
from spec.target.cache_status import claims_hit
from spec.target.shop import Shop
from spec.target.values import ProductPage
from spec.target.visitor import Reply
from spec.target.windows import WindowUnusable
from spec.target.windows.cache_window import CacheWindow

SEARCHES: Final = 5
REPETITIONS: Final = 4

Cost = tuple[int, int]
"""The cost of a read to the cache: misses and changes."""


def examine_claims(examine: Examination, shop: Shop, cache: CacheWindow) -> None:
    """Make new searches, repeat each at once, and compare the cost of claimed hits with that of the misses before.

    A hit finds the answer that the miss before it did not find and then stored; all else that the two look up and
    write is the same. So a hit costs fewer misses in the cache or, where all answers are members of one hash whose key
    is always found, fewer changes, however many there are of other things. A shop that finds the answer in memory of
    its own, in front of this cache, passes as well.

    Nothing can be said where a new search misses nothing (answers are kept elsewhere), where no repetition claims to be
    a hit, or where the target does not answer or search: that is noted, and decides nothing.
    """
    if not shop.verbs.offers("list_products.search"):
        examine.note("No single hit could be held against the cache's own counters: that takes a search.")
        return
    try:
        compared = [one for one in (_compare(shop, cache) for _ in range(SEARCHES)) if one is not None]
    except WindowUnusable as error:
        examine.note(f"No single hit was held against the cache's own counters: {error}.")
        return
    if not compared:
        examine.note("No single hit could be held against the cache's own counters.")
        return
    contradicting = [one for one in compared if all(hit >= miss for miss, hit in zip(*one[1:], strict=True))]
    reply, (new_misses, new_changes), (misses, changes) = (contradicting or compared)[-1]
    examine.that(
        # Others may use the cache meanwhile, so one search alone decides nothing.
        2 * len(contradicting) <= len(compared),
        Outcome.CLAIM_CONTRADICTED,
        "fewer misses, or fewer changes, in the cache for a hit than for the miss before it",
        saw=reply,
        observed=f"{misses} misses in the cache, {changes} changes for a search that claims to be a hit, {new_misses} "
        f"and {new_changes} when it was new; the like in {len(contradicting)} of {len(compared)} searches",
    )


def _compare(shop: Shop, cache: CacheWindow) -> tuple[Reply[ProductPage], Cost, Cost] | None:
    """Make one search: a repetition that claims to be a hit, the cost when it was new, and the least cost of a hit."""
    visitor, search = shop.visitor(), shop.verbs.list_products(search=shop.unique_name("unheard"))

    def look() -> tuple[Reply[ProductPage], bool, Cost]:
        before, reply, after = cache.counts(), visitor.do(search), cache.counts()
        answered = reply.answered and reply.done
        return reply, answered, (after.misses - before.misses, after.changes - before.changes)

    first, answered, new = look()
    if not answered or claims_hit(first.response) or new[0] <= 0 or new[1] < 0:
        return None
    looks = [look() for _ in range(REPETITIONS)]
    hits = [(reply, cost) for reply, answered, cost in looks if answered and claims_hit(reply.response)]
    if not hits:
        return None
    misses, changes = zip(*(cost for _, cost in hits), strict=True)
    return hits[-1][0], new, (min(misses), min(changes))
