"""Invariants of every history: nothing is sold that is not there, money is exact, refusals leave no trace."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from fractions import Fraction

from hypothesis import Phase, given, settings

from spec.model import (
    AllowedOutcome,
    Cancel,
    CartView,
    ChangeLine,
    Checkout,
    Kind,
    LineView,
    MoveOrder,
    OrderStatus,
    OrderView,
    ProductView,
    RemoveLine,
    Shop,
    ViewCart,
    ViewOrder,
    ViewOrders,
    ViewProduct,
    follow,
    step,
)
from tests.model.histories import PRODUCTS, USERS, Step, histories, unhurried

LOOKS = ViewCart | ViewOrder | ViewOrders | ViewProduct


def stock_of(shop: Shop, product_id: str) -> int:
    """Return the stock of a product that exists."""
    product = shop.product(product_id)
    assert product is not None
    return product.stock


def exact_sum(lines: tuple[LineView, ...]) -> Fraction:
    """Return the sum of quantity times price, in exact arithmetic."""
    return sum((line.quantity * Fraction(line.unit_price) for line in lines), Fraction(0))


@unhurried
@given(histories())
def test_stock_and_sold_make_a_constant_sum_and_stock_is_never_negative(history: tuple[Step, ...]) -> None:
    for product in PRODUCTS:
        first = stock_of(history[0].before, product)
        for taken in history:
            assert stock_of(taken.after, product) + taken.after.sold(product) == first
            assert stock_of(taken.after, product) >= 0


@unhurried
@given(histories())
def test_every_total_is_the_exact_sum_of_its_lines_in_whole_cents(history: tuple[Step, ...]) -> None:
    for taken in history:
        view = taken.outcome.view
        if isinstance(view, CartView | OrderView):
            assert Fraction(view.total) == exact_sum(view.lines)
            assert view.total == view.total.quantize(Decimal("0.01"))
            assert list(view.lines) == sorted(view.lines)
        for line in view.lines if isinstance(view, CartView | OrderView) else ():
            assert Fraction(line.line_total) == line.quantity * Fraction(line.unit_price)


@unhurried
@given(histories())
def test_a_refusal_shows_nothing_and_changes_nothing(history: tuple[Step, ...]) -> None:
    for taken in history:
        for outcome in step(taken.before, taken.operation):
            if outcome.kind is not Kind.DONE:
                assert outcome == AllowedOutcome(outcome.kind, taken.before)


@unhurried
@given(histories())
def test_looking_changes_nothing(history: tuple[Step, ...]) -> None:
    for taken in history:
        if isinstance(taken.operation, LOOKS):
            assert taken.after == taken.before


@unhurried
@given(histories())
def test_a_checkout_empties_the_cart_and_orders_exactly_what_it_held_at_present_prices(
    history: tuple[Step, ...],
) -> None:
    for taken in history:
        operation = taken.operation
        if isinstance(operation, Checkout) and taken.outcome.kind is Kind.DONE:
            seen = step(taken.before, ViewCart(operation.user))[0].view
            order = taken.outcome.view
            assert isinstance(seen, CartView)
            assert isinstance(order, OrderView)
            assert (order.lines, order.total, order.status) == (seen.lines, seen.total, OrderStatus.PLACED)
            assert seen.lines
            assert taken.after.cart(operation.user) == ()
            for user in USERS:
                assert user == operation.user or taken.after.cart(user) == taken.before.cart(user)


@unhurried
@given(histories())
def test_an_order_is_cancelled_at_most_once_and_returns_its_stock_then(history: tuple[Step, ...]) -> None:
    cancelled: Counter[str] = Counter()
    for taken in history:
        operation = taken.operation
        if isinstance(operation, Cancel | MoveOrder) and taken.after != taken.before:
            before, after = taken.before.order(operation.order), taken.after.order(operation.order)
            assert before is not None
            assert after is not None
            returned = {line.product: line.quantity for line in before.lines}
            if after.status is not OrderStatus.CANCELLED:
                returned = {}
            cancelled[operation.order] += after.status is OrderStatus.CANCELLED
            for product in PRODUCTS:
                moved = stock_of(taken.after, product) - stock_of(taken.before, product)
                assert moved == returned.get(product, 0)
            assert after.lines == before.lines
    assert set(cancelled.values()) <= {0, 1}


@unhurried
@given(histories())
def test_anothers_objects_are_never_found(history: tuple[Step, ...]) -> None:
    for taken in history:
        operation = taken.operation
        if isinstance(operation, ChangeLine | RemoveLine) and operation.user != operation.owner:
            assert taken.outcome.kind in {Kind.NOT_FOUND, Kind.INVALID}
        if isinstance(operation, Cancel | ViewOrder):
            order = taken.before.order(operation.order)
            if order is None or order.owner != operation.user:
                assert taken.outcome.kind is Kind.NOT_FOUND


@unhurried
@given(histories())
def test_quantities_stay_between_1_and_999_and_a_cart_has_one_line_a_product(history: tuple[Step, ...]) -> None:
    for taken in history:
        for _, lines in taken.after.carts:
            assert lines
            assert len({line.product for line in lines}) == len(lines)
            assert all(1 <= line.quantity <= 999 for line in lines)


@unhurried
@given(histories())
def test_an_order_keeps_its_lines_and_its_owner_for_ever(history: tuple[Step, ...]) -> None:
    for taken in history:
        for order in taken.before.orders:
            later = taken.after.order(order.id)
            assert later is not None
            assert (later.lines, later.owner, later.total) == (order.lines, order.owner, order.total)


@unhurried
@given(histories())
def test_every_operation_has_an_outcome_and_no_outcome_twice(history: tuple[Step, ...]) -> None:
    for taken in history:
        outcomes = step(taken.before, taken.operation)
        assert outcomes
        assert len(set(outcomes)) == len(outcomes)


@unhurried
@given(histories())
def test_following_what_was_observed_never_loses_the_true_state(history: tuple[Step, ...]) -> None:
    possible = frozenset({history[0].before})
    for taken in history:
        possible = follow(possible, taken.operation, taken.outcome.kind, taken.outcome.view)
        assert taken.after in possible


@unhurried
@given(histories())
def test_a_product_shows_what_is_left_until_it_is_withdrawn(history: tuple[Step, ...]) -> None:
    for taken in history:
        if isinstance(taken.operation, ViewProduct):
            product = taken.before.product(taken.operation.product)
            if product is None or not product.offered:
                assert taken.outcome.kind is Kind.NOT_FOUND
            else:
                assert taken.outcome.view == ProductView(product.id, product.price, product.stock)


def test_generated_histories_get_through_the_till() -> None:
    # Invariants over histories in which nothing is ever sold would hold for nothing.
    seen: Counter[tuple[str, Kind]] = Counter()

    @settings(unhurried, max_examples=150, derandomize=True, database=None, phases=[Phase.generate])
    @given(histories())
    def count(history: tuple[Step, ...]) -> None:
        seen.update((type(taken.operation).__name__, taken.outcome.kind) for taken in history)

    count()
    quotas = {
        ("Checkout", Kind.DONE): 200,
        ("Checkout", Kind.CONFLICT): 200,
        ("Cancel", Kind.DONE): 40,
        ("Cancel", Kind.CONFLICT): 30,
        ("Cancel", Kind.NOT_FOUND): 20,
        ("ChangeLine", Kind.DONE): 10,
        ("ChangeLine", Kind.NOT_FOUND): 10,
        ("AddToCart", Kind.DONE): 100,
        ("AddToCart", Kind.CONFLICT): 10,
        ("AddToCart", Kind.INVALID): 10,
        ("MoveOrder", Kind.DONE): 50,
    }
    assert {case: seen[case] for case, quota in quotas.items() if seen[case] < quota} == {}
