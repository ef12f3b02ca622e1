"""The rules of the shop, one example each."""

from __future__ import annotations

from decimal import Decimal

import pytest

from spec.model import (
    AddToCart,
    Cancel,
    CartView,
    ChangeLine,
    ChangePrice,
    Checkout,
    EmptyCart,
    Kind,
    LineView,
    MoveOrder,
    Operation,
    OrderStatus,
    OrderSummary,
    OrderView,
    Product,
    RemoveLine,
    Rules,
    Shop,
    ViewCart,
    ViewOrder,
    ViewOrders,
    ViewProduct,
    Withdraw,
    follow,
    step,
)
from tests.model.histories import replay

SHOP = Shop().with_product(Product("mug", Decimal("12.50"), 5)).with_product(Product("lamp", Decimal("0.10"), 100))
TWO_MUGS = (AddToCart("ada", "mug", 2),)
ORDERED = (*TWO_MUGS, Checkout("ada", "first"))


def kinds(shop: Shop, operation: Operation) -> list[Kind]:
    """Return the kinds of outcomes that are allowed."""
    return [outcome.kind for outcome in step(shop, operation)]


def test_adding_the_same_product_again_sums_the_quantity() -> None:
    shop = replay(SHOP, *TWO_MUGS)
    (outcome,) = step(shop, AddToCart("ada", "mug", 3))
    assert outcome.view == LineView("mug", 5, Decimal("12.50"), Decimal("62.50"))
    assert [(line.product, line.quantity) for line in outcome.state.cart("ada")] == [("mug", 5)]


def test_adding_above_999_of_one_thing_is_a_conflict_and_asking_for_1000_makes_no_sense() -> None:
    shop = replay(SHOP.with_product(Product("mug", Decimal(1), 5000)), AddToCart("ada", "mug", 999))
    assert kinds(shop, AddToCart("ada", "mug", 1)) == [Kind.CONFLICT]
    assert kinds(shop, AddToCart("ada", "mug", 1000)) == [Kind.INVALID]
    assert kinds(shop, ChangeLine("ada", "ada", "mug", 1000)) == [Kind.INVALID]


def test_the_most_of_one_line_is_a_rule_that_a_shop_may_choose() -> None:
    (outcome,) = step(SHOP, AddToCart("ada", "mug", 4), Rules(max_quantity=3))
    assert outcome.kind is Kind.INVALID


@pytest.mark.parametrize("quantity", [0, -1])
def test_a_quantity_below_one_makes_no_sense(quantity: int) -> None:
    shop = replay(SHOP, *TWO_MUGS)
    assert kinds(shop, AddToCart("ada", "mug", quantity)) == [Kind.INVALID]
    assert kinds(shop, ChangeLine("ada", "ada", "mug", quantity)) == [Kind.INVALID]


def test_which_of_two_refusals_comes_first_is_left_to_the_shop() -> None:
    assert kinds(SHOP, AddToCart("ada", "nothing", 0)) == [Kind.INVALID, Kind.NOT_FOUND]
    assert kinds(SHOP, ChangeLine("ada", "bob", "mug", 0)) == [Kind.INVALID, Kind.NOT_FOUND]


def test_more_than_there_is_may_be_refused_at_once_or_at_the_checkout() -> None:
    done, refused, invalid = step(SHOP, AddToCart("ada", "mug", 6))
    assert (done.kind, refused.kind, invalid.kind) == (Kind.DONE, Kind.CONFLICT, Kind.INVALID)
    assert kinds(done.state, Checkout("ada", "first")) == [Kind.CONFLICT]
    assert refused.state == invalid.state == SHOP


def test_a_cart_shows_its_lines_at_present_prices_with_their_exact_sum() -> None:
    shop = replay(SHOP, *TWO_MUGS, AddToCart("ada", "lamp", 3), ChangePrice("lamp", Decimal("0.20")))
    (outcome,) = step(shop, ViewCart("ada"))
    assert outcome.view == CartView(
        (
            LineView("lamp", 3, Decimal("0.20"), Decimal("0.60")),
            LineView("mug", 2, Decimal("12.50"), Decimal("25.00")),
        ),
        Decimal("25.60"),
    )


def test_removing_and_emptying_leave_what_was_never_filled() -> None:
    shop = replay(SHOP, *TWO_MUGS, AddToCart("ada", "lamp", 1))
    assert replay(shop, RemoveLine("ada", "ada", "lamp")) == replay(SHOP, *TWO_MUGS)
    assert replay(shop, EmptyCart("ada")) == SHOP
    assert replay(SHOP, EmptyCart("ada")) == SHOP


def test_a_line_that_was_removed_is_not_found() -> None:
    shop = replay(SHOP, *TWO_MUGS, RemoveLine("ada", "ada", "mug"))
    assert kinds(shop, RemoveLine("ada", "ada", "mug")) == [Kind.NOT_FOUND]
    assert kinds(shop, ChangeLine("ada", "ada", "mug", 1)) == [Kind.NOT_FOUND]


def test_a_checkout_takes_the_stock_empties_the_cart_and_shows_the_order() -> None:
    (outcome,) = step(replay(SHOP, *TWO_MUGS), Checkout("ada", "first"))
    lines = (LineView("mug", 2, Decimal("12.50"), Decimal("25.00")),)
    assert outcome.view == OrderView("first", OrderStatus.PLACED, lines, Decimal("25.00"))
    assert outcome.state.product("mug") == Product("mug", Decimal("12.50"), 3)
    assert outcome.state.cart("ada") == ()


def test_a_checkout_pays_the_price_of_the_moment_and_the_order_keeps_it() -> None:
    shop = replay(SHOP, *TWO_MUGS, ChangePrice("mug", Decimal(20)), Checkout("ada", "first"))
    after = replay(shop, ChangePrice("mug", Decimal(30)))
    (outcome,) = step(after, ViewOrder("ada", "first"))
    assert isinstance(outcome.view, OrderView)
    assert outcome.view.total == Decimal(40)


def test_an_order_of_several_lines_costs_their_sum() -> None:
    shop = replay(SHOP, *TWO_MUGS, AddToCart("ada", "lamp", 3), Checkout("ada", "first"))
    order = shop.order("first")
    assert order is not None
    assert order.total == Decimal("25.30")


def test_an_empty_cart_cannot_be_ordered() -> None:
    assert kinds(SHOP, Checkout("ada", "first")) == [Kind.CONFLICT]
    assert kinds(replay(SHOP, *ORDERED), Checkout("ada", "second")) == [Kind.CONFLICT]


def test_one_line_without_stock_refuses_the_whole_order() -> None:
    shop = replay(SHOP, AddToCart("ada", "mug", 4), AddToCart("ada", "lamp", 1), AddToCart("bob", "mug", 2))
    shop = replay(shop, Checkout("bob", "bobs"))
    (outcome,) = step(shop, Checkout("ada", "adas"))
    assert (outcome.kind, outcome.state) == (Kind.CONFLICT, shop)
    assert shop.product("lamp") == Product("lamp", Decimal("0.10"), 100)


def test_the_last_piece_is_sold_once() -> None:
    shop = SHOP.with_product(Product("mug", Decimal(1), 1))
    shop = replay(shop, AddToCart("ada", "mug", 1), AddToCart("bob", "mug", 1), Checkout("ada", "adas"))
    assert kinds(shop, Checkout("bob", "bobs")) == [Kind.CONFLICT]


def test_a_withdrawn_product_stays_in_the_cart_and_keeps_it_from_being_ordered() -> None:
    shop = replay(SHOP, *TWO_MUGS, Withdraw("mug"))
    assert kinds(shop, ViewProduct("mug")) == [Kind.NOT_FOUND]
    assert kinds(shop, AddToCart("ada", "mug", 1)) == [Kind.NOT_FOUND]
    assert kinds(shop, ChangeLine("ada", "ada", "mug", 1)) == [Kind.DONE, Kind.CONFLICT]
    assert kinds(shop, Checkout("ada", "first")) == [Kind.CONFLICT]
    assert step(shop, ViewCart("ada"))[0].view == step(replay(SHOP, *TWO_MUGS), ViewCart("ada"))[0].view
    assert kinds(replay(shop, RemoveLine("ada", "ada", "mug")), ViewCart("ada")) == [Kind.DONE]


def test_cancelling_returns_the_stock_once() -> None:
    shop = replay(SHOP, *ORDERED, Cancel("ada", "first"))
    assert shop.product("mug") == Product("mug", Decimal("12.50"), 5)
    assert kinds(shop, Cancel("ada", "first")) == [Kind.CONFLICT]


@pytest.mark.parametrize(
    ("moves", "allowed"),
    [
        ((), Kind.DONE),
        ((OrderStatus.PAID,), Kind.DONE),
        ((OrderStatus.PAID, OrderStatus.SHIPPED), Kind.CONFLICT),
        ((OrderStatus.PAID, OrderStatus.SHIPPED, OrderStatus.DELIVERED), Kind.CONFLICT),
    ],
)
def test_an_order_can_be_cancelled_while_it_is_placed_or_paid(moves: tuple[OrderStatus, ...], allowed: Kind) -> None:
    shop = replay(SHOP, *ORDERED, *(MoveOrder("first", status) for status in moves))
    assert kinds(shop, Cancel("ada", "first")) == [allowed]


def test_an_order_moves_one_step_at_a_time_and_never_back() -> None:
    placed = replay(SHOP, *ORDERED)
    allowed = {
        status: [new.value for new in OrderStatus if Kind.DONE in kinds(shop, MoveOrder("first", new))]
        for status, shop in {
            "placed": placed,
            "paid": replay(placed, MoveOrder("first", OrderStatus.PAID)),
            "shipped": replay(placed, *(MoveOrder("first", OrderStatus(name)) for name in ("paid", "shipped"))),
            "delivered": replay(
                placed, *(MoveOrder("first", OrderStatus(name)) for name in ("paid", "shipped", "delivered"))
            ),
            "cancelled": replay(placed, Cancel("ada", "first")),
        }.items()
    }
    assert allowed == {
        "placed": ["paid", "cancelled"],
        "paid": ["shipped", "cancelled"],
        "shipped": ["delivered"],
        "delivered": [],
        "cancelled": [],
    }


def test_anothers_cart_line_and_order_are_not_found() -> None:
    shop = replay(SHOP, *ORDERED, *TWO_MUGS)
    for operation in (
        ChangeLine("bob", "ada", "mug", 1),
        RemoveLine("bob", "ada", "mug"),
        Cancel("bob", "first"),
        ViewOrder("bob", "first"),
        ViewOrder("bob", "no such order"),
        MoveOrder("no such order", OrderStatus.PAID),
    ):
        assert kinds(shop, operation) == [Kind.NOT_FOUND]


def test_the_list_of_orders_holds_the_own_ones_only() -> None:
    shop = replay(SHOP, *ORDERED, AddToCart("bob", "lamp", 1), Checkout("bob", "second"))
    assert step(shop, ViewOrders("ada"))[0].view == (OrderSummary("first", OrderStatus.PLACED, Decimal("25.00")),)
    assert step(shop, ViewOrders("cyd"))[0].view == ()


@pytest.mark.parametrize("price", [Decimal(0), Decimal("-0.01")])
def test_a_price_of_zero_or_less_makes_no_sense(price: Decimal) -> None:
    assert kinds(SHOP, ChangePrice("mug", price)) == [Kind.INVALID]
    assert kinds(SHOP, ChangePrice("nothing", price)) == [Kind.INVALID, Kind.NOT_FOUND]


def test_whether_staff_find_a_withdrawn_product_is_left_to_the_shop() -> None:
    shop = replay(SHOP, Withdraw("mug"))
    assert kinds(shop, Withdraw("mug")) == [Kind.DONE, Kind.NOT_FOUND, Kind.CONFLICT]
    assert kinds(shop, ChangePrice("mug", Decimal(1))) == [Kind.DONE, Kind.NOT_FOUND]
    assert kinds(shop, ChangePrice("mug", Decimal(0))) == [Kind.INVALID, Kind.NOT_FOUND]
    assert kinds(shop, Withdraw("nothing")) == [Kind.NOT_FOUND]


def test_the_order_in_which_things_happened_does_not_show_in_equal_states() -> None:
    one = replay(SHOP, AddToCart("ada", "mug", 1), AddToCart("bob", "lamp", 1), AddToCart("ada", "lamp", 2))
    other = replay(SHOP, AddToCart("ada", "lamp", 2), AddToCart("ada", "mug", 1), AddToCart("bob", "lamp", 1))
    assert one == other
    assert hash(one) == hash(other)


def test_a_name_of_an_order_is_used_once() -> None:
    shop = replay(SHOP, *ORDERED, *TWO_MUGS)
    with pytest.raises(ValueError, match="already stands for an order"):
        step(shop, Checkout("ada", "first"))


def test_following_keeps_to_what_was_observed() -> None:
    refused = follow([SHOP], AddToCart("ada", "mug", 6), Kind.CONFLICT)
    line = LineView("mug", 6, Decimal("12.50"), Decimal("75.00"))
    accepted = follow([SHOP], AddToCart("ada", "mug", 6), Kind.DONE, line)
    assert refused == {SHOP}
    assert [shop.cart("ada")[0].quantity for shop in accepted] == [6]


def test_what_no_correct_shop_answers_leaves_no_state() -> None:
    cheap = LineView("mug", 2, Decimal("12.50"), Decimal("24.99"))
    assert follow([SHOP], AddToCart("ada", "mug", 2), Kind.DONE, cheap) == frozenset()
    assert follow([SHOP], Checkout("ada", "first"), Kind.DONE) == frozenset()
