"""SHOP-015: each rule of the model is met by the operation about which it decides, and by no everyday one."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from spec import model
from spec.checks.support.model_rules import RULES, list_met

LAMP = model.Product("lamp", Decimal("12.50"), 3)
MUG = model.Product("mug", Decimal("1.99"), 5, offered=False)
PEN = model.Product("pen", Decimal("0.10"), 9)
SHOP = model.Shop().with_product(LAMP).with_product(MUG).with_product(PEN)
PLACED = model.Order("order 1", "ann", model.OrderStatus.PLACED, (model.OrderLine("lamp", 1, Decimal("12.50")),))
CANCELLED = replace(PLACED, status=model.OrderStatus.CANCELLED)
OLD = replace(PLACED, lines=(model.OrderLine("lamp", 1, Decimal("9.00")),))


def holding(*lines: tuple[str, int], order: model.Order = PLACED) -> model.Shop:
    """Return a shop in whose cart of ann these are."""
    shop = SHOP.with_order(order)
    for product, quantity in lines:
        shop = shop.with_line("ann", model.CartLine(product, quantity))
    return shop


CHECKOUT = model.Checkout("ann", "order 2")


@pytest.mark.parametrize(
    ("state", "operation", "met"),
    [
        (holding(), model.AddToCart("ann", "lamp", 1), set()),
        (holding(), model.AddToCart("ann", "lamp", 0), {"a quantity below one is invalid"}),
        (holding(("lamp", 1)), model.ChangeLine("ann", "ann", "lamp", -1), {"a quantity below one is invalid"}),
        (holding(), model.AddToCart("ann", "mug", 1), {"a withdrawn product cannot be put into a cart"}),
        (
            holding(("lamp", 1)),
            model.AddToCart("ann", "lamp", 1),
            {"what is added to a line counts with what it holds"},
        ),
        (holding(), model.AddToCart("ann", "lamp", 4), {"more than there is may be put into a cart"}),
        (
            holding(("lamp", 1)),
            model.RemoveLine("bob", "ann", "lamp"),
            {"a line of another user's cart is not found"},
        ),
        (holding(("lamp", 1)), model.ViewCart("ann"), set()),
        (
            holding(("mug", 1)),
            model.ViewCart("ann"),
            {"a withdrawn product stays in carts until it is removed"},
        ),
        (holding(), CHECKOUT, {"an empty cart cannot be ordered"}),
        (holding(("mug", 1)), CHECKOUT, {"a withdrawn product cannot be ordered"}),
        (holding(("lamp", 4)), CHECKOUT, {"more than there is cannot be ordered"}),
        (holding(("lamp", 3)), CHECKOUT, {"a cart of one line is ordered whole"}),
        (holding(("lamp", 3), ("pen", 1)), CHECKOUT, {"a cart of several lines is ordered whole"}),
        (
            holding(("lamp", 1), ("pen", 10)),
            CHECKOUT,
            {"more than there is cannot be ordered", "one line that cannot be had refuses the whole cart"},
        ),
        (holding(), model.Cancel("ann", "order 1"), {"a cancelled order returns its stock"}),
        (holding(order=CANCELLED), model.Cancel("ann", "order 1"), {"an order is cancelled once"}),
        (holding(), model.Cancel("bob", "order 1"), {"another user's order is not found"}),
        (holding(), model.ViewOrder("ann", "order 1"), set()),
        (
            holding(order=OLD),
            model.ViewOrder("ann", "order 1"),
            {"an order keeps the price at which it was placed"},
        ),
        (holding(), model.ViewProduct("lamp"), set()),
    ],
)
def test_an_operation_meets_the_rules_that_decide_about_it(
    state: model.Shop, operation: model.Operation, met: set[str]
) -> None:
    assert set(list_met(state, operation)) == met


def test_every_rule_is_met_above() -> None:
    (mark,) = test_an_operation_meets_the_rules_that_decide_about_it.pytestmark  # type: ignore[attr-defined]
    assert set().union(*(met for _, _, met in mark.args[1])) == set(RULES)
