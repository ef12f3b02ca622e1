"""SHOP-001: what there is once is sold once, however many want it in the same moment."""

from __future__ import annotations

from typing import Final

from spec.checking.examination import Examination, verifies
from spec.checking.outcomes import Outcome
from spec.checks.support.concurrency import at_once
from spec.checks.support.own_account import gather_customers
from spec.run.run_state import RunState
from spec.surface.goods import clear_cart
from spec.target.answer_kinds import REFUSALS
from spec.target.shop import Shop
from spec.target.visitor import Visitor

CUSTOMERS: Final = 8
STOCKS: Final = (3, 1, 5, 2, 4, 1)
QUICK_STOCKS: Final = STOCKS[:3]


@verifies("SHOP-001", effects={"writes", "signs in"})
def test_parallel_checkouts_sell_exactly_what_is_in_stock(roomy: Shop, run: RunState, examine: Examination) -> None:
    """As many orders are placed at once as there are products in stock.

    In each round eight customers, or as many as the profile brings, have one each of the same product in their carts,
    of which there are fewer, and place their orders at the same moment. Exactly as many orders succeed as there were
    products, the others are refused, and none with a 5xx. Each order reads back as it was placed, and the product has
    a stock of 0.
    """
    customers = gather_customers(roomy, CUSTOMERS, least=2)
    stocks = [min(stock, len(customers) - 1) for stock in (QUICK_STOCKS if run.quick else STOCKS)]
    for stock in stocks:
        _play_round(roomy, examine, customers, stock)
    examine.progress(len(stocks), len(stocks))
    examine.note(f"{len(stocks)} rounds of {len(customers)} checkouts at once")


def _play_round(shop: Shop, examine: Examination, customers: list[Visitor], stock: int) -> None:
    verbs, product = shop.verbs, shop.new_product(stock=stock)
    for customer in customers:
        # What a refused order of the round before has left in the cart.
        clear_cart(verbs, customer)
        customer.must(verbs.add_to_cart(product.id, 1))
    replies = at_once([customer.prepared(verbs.place_order()).do for customer in customers])
    for reply in replies:
        examine.no_server_error(reply.exchange)
    placed = [place for place, reply in enumerate(replies) if reply.done]
    refused = [reply for reply in replies if not reply.done]
    wanted = f"{stock} orders of a product of which there are {stock}"
    seen = f"{len(placed)} orders; answers {sorted(reply.status for reply in replies)}"
    last_placed = replies[placed[-1]] if placed else replies[0]
    examine.that(len(placed) <= stock, Outcome.OVERSOLD, wanted, saw=last_placed, observed=seen)
    examine.that(len(placed) >= stock, Outcome.UNDERSOLD, wanted, saw=(refused or replies)[0], observed=seen)
    for reply in refused:
        examine.that(reply.kind in REFUSALS, Outcome.WRONG_STATUS, "a refusal, and no failure", saw=reply)
    for place in placed:
        order = replies[place].value
        lines = [(line.product_id, line.quantity) for line in order.lines]
        examine.equal(lines, [(product.id, 1)], "product and quantity of the order", saw=replies[place])
        opened = customers[place].do(verbs.open_order(order.id))
        examine.equal(opened.value, order, "the order as it was placed", saw=opened)
    left = shop.visitor().do(verbs.open_product(product.id))
    seen_left = (left.value.stock, left.value.in_stock)
    examine.equal(seen_left, (0, False), "stock and availability after the last one was sold", saw=left)
