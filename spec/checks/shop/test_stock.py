"""SHOP-001: what there is once is sold once, however many want it in the same moment."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from spec.checking.examination import Examination, verifies
from spec.checking.outcomes import Outcome
from spec.checks.support.parallel import at_once
from spec.run.run_state import RunState
from spec.target.shop import Shop
from spec.target.values import Order, Product
from spec.target.visitor import Reply, Visitor

CUSTOMERS: Final = 8
STOCKS: Final = (3, 1, 5, 2, 4, 1)
QUICK_STOCKS: Final = STOCKS[:3]


@verifies("SHOP-001", effects={"writes", "signs in"})
def test_parallel_checkouts_sell_exactly_what_is_in_stock(roomy: Shop, run: RunState, examine: Examination) -> None:
    """In each round eight customers order one each of a product of which there are fewer, all at the same moment."""
    customers = [roomy.customer() for _ in range(CUSTOMERS)]
    stocks = QUICK_STOCKS if run.quick else STOCKS
    for stock in stocks:
        product = roomy.new_product(stock=stock)
        for customer in customers:
            # What a refused order of the round before has left in the cart.
            customer.must(roomy.verbs.empty_cart())
            customer.must(roomy.verbs.add_to_cart(product.id, 1))
        replies = at_once([partial(customer.do, roomy.verbs.place_order()) for customer in customers])
        _judge_round(roomy, examine, product, stock, list(zip(customers, replies, strict=True)))
    examine.progress(len(stocks), len(stocks))
    examine.note(f"{len(stocks)} rounds of {CUSTOMERS} checkouts at once")


def _judge_round(
    shop: Shop, examine: Examination, product: Product, stock: int, checkouts: Sequence[tuple[Visitor, Reply[Order]]]
) -> None:
    for _, reply in checkouts:
        examine.no_server_error(reply.exchange)
    placed = [(customer, reply) for customer, reply in checkouts if reply.response.succeeded]
    answers = sorted(reply.status for _, reply in checkouts)
    witness = checkouts[0][1].exchange
    examine.expect(
        len(placed) <= stock,
        Outcome.OVERSOLD,
        expected=f"{stock} orders of a product of which there are {stock}",
        observed=f"{len(placed)} orders; answers {answers}",
        exchange=placed[-1][1].exchange if placed else witness,
    )
    examine.expect(
        len(placed) >= stock,
        Outcome.UNDERSOLD,
        expected=f"{stock} orders of a product of which there are {stock}",
        observed=f"{len(placed)} orders; answers {answers}",
        exchange=next((reply.exchange for _, reply in checkouts if not reply.response.succeeded), witness),
    )
    for _, reply in checkouts:
        examine.expect(
            reply.response.succeeded or 400 <= reply.status <= 499,
            Outcome.WRONG_STATUS,
            expected="a refusal with a 4xx",
            observed=reply.exchange.summary,
            exchange=reply.exchange,
        )
    for customer, reply in placed:
        _expect_the_order(shop, examine, product, customer, reply.value)
    left = shop.visitor().do(shop.verbs.open_product(product.id))
    examine.expect(
        left.value.stock == 0 and not left.value.in_stock,
        Outcome.WRONG_CONTENT,
        expected="a stock of 0 after the last one was sold",
        observed=f"stock {left.value.stock}, in stock: {left.value.in_stock}",
        exchange=left.exchange,
    )


def _expect_the_order(shop: Shop, examine: Examination, product: Product, customer: Visitor, order: Order) -> None:
    opened = customer.do(shop.verbs.open_order(order.id))
    examine.expect(
        opened.value == order and [(line.product_id, line.quantity) for line in order.lines] == [(product.id, 1)],
        Outcome.WRONG_CONTENT,
        expected=f"the order as it was placed, with one of product {product.id}: {order}",
        observed=opened.value,
        exchange=opened.exchange,
    )
