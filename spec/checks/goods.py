"""Something to buy: a product of one's own where staff can be asked for one, else one that the shop sells already."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from spec.outcomes import Blocked
from spec.target.shop import Shop

SEARCHED: Final = 20
ENOUGH: Final = 10


@dataclass(frozen=True, slots=True)
class Goods:
    """What a cart line names."""

    product_id: str
    variant_id: str | None = None


def find_goods(shop: Shop) -> Goods:
    """A thing with enough stock for a few orders. Raises Blocked where the first products of the shop offer none."""
    if shop.grants_staff:
        return Goods(shop.new_product(stock=1000).id)
    visitor = shop.visitor()
    for offered in visitor.must(shop.verbs.list_products(page_size=SEARCHED)).products:
        product = visitor.must(shop.verbs.open_product(offered.id))
        if product.variants:
            for variant in product.variants:
                if variant.stock is None or variant.stock >= ENOUGH:
                    return Goods(product.id, variant.id)
        elif product.in_stock and (product.stock is None or product.stock >= ENOUGH):
            return Goods(product.id)
    raise Blocked(f"none of the first {SEARCHED} products has a stock of {ENOUGH}")
