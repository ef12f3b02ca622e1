"""The shop's offer as shoppers use it: words to search for, and wares to order, none more often than it is in stock."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from load.journeys import Ware
from spec.target.values import UNTOLD, ListedProduct, Product, Untold

_TERMS: Final = 20
_WORD: Final = re.compile(r"[^\W\d_]{4,}")


def list_wares(product: Product) -> list[Ware]:
    """List what can be ordered of a product: each variant in stock, or the product itself where it has no variants.

    Where a stock is not told, the product's own word that it is in stock decides.
    """
    stocks: list[tuple[str | None, int | Untold]] = [(variant.id, variant.stock) for variant in product.variants] or [
        (None, product.stock)
    ]
    wares = [Ware(product.id, variant, None if stock is UNTOLD else stock) for variant, stock in stocks]
    return [ware for ware in wares if (product.in_stock if ware.stock is None else ware.stock > 0)]


def count_pieces(wares: Sequence[Ware]) -> float:
    """Count the orders of one piece that the wares serve; infinite where one does not tell its stock."""
    return sum((math.inf if ware.stock is None else ware.stock for ware in wares), start=0.0)


def deal_out(wares: Sequence[Ware], needed: int) -> tuple[Ware, ...]:
    """Deal one ware to each order to come, in turns, so that none is asked for more often than it is in stock."""
    dealt: list[Ware] = []
    left: dict[Ware, float] = {ware: math.inf if ware.stock is None else ware.stock for ware in wares}
    while left and len(dealt) < needed:
        for ware in tuple(left):
            dealt.append(ware)
            left[ware] -= 1
            if left[ware] <= 0:
                del left[ware]
    return tuple(dealt[:needed])


def search_terms(products: Sequence[ListedProduct]) -> tuple[str, ...]:
    """Find words of at least four letters in the names of products, the commonest first."""
    words: Counter[str] = Counter()
    for product in products:
        words.update({word.casefold() for word in _WORD.findall(product.name)})
    ranked = sorted(words, key=lambda word: (-words[word], word))
    return tuple(ranked[:_TERMS]) or (products[0].name.casefold(),)
