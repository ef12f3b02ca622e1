"""Drawn sequences get through the till and back, judged on the model alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from random import Random
from types import SimpleNamespace
from typing import cast

import pytest

from spec import model
from spec.checks.shop.test_model import PLAYS, QUICK_PLAYS, QUICK_SHARE, QUOTAS, STEPS
from spec.checks.support.model_play import list_left_out
from spec.checks.support.scenarios import DEEDS, audit, decide, draw_opening, draw_steps
from spec.model import Kind, step
from spec.target.shop import Shop

OPERATIONS = {
    "change_line": model.ChangeLine,
    "remove_line": model.RemoveLine,
    "view_cart": model.ViewCart,
    "cancel_order": model.Cancel,
    "open_order": model.ViewOrder,
    "list_orders": model.ViewOrders,
    "open_product": model.ViewProduct,
    "change_product": model.ChangePrice,
    "withdraw_product": model.Withdraw,
}
"""The operation that stands for a verb in the model. Purchases empty the cart, whatever is left out."""


def play_all(
    random: Random, plays: int, *, left_out: Collection[str] = ()
) -> tuple[Counter[str], list[model.Operation]]:
    """Play on the model; count what a verdict needs, and whether what is not found is there and another's."""
    reached: Counter[str] = Counter()
    played: list[model.Operation] = []
    for _ in range(plays):
        state = draw_opening(random)
        for place, drawn in enumerate(draw_steps(random, STEPS), start=1):
            for operation in decide(drawn, place, state, left_out=left_out):
                outcome = step(state, operation)[0]
                done = outcome.kind is Kind.DONE
                reached["successful checkouts"] += done and isinstance(operation, model.Checkout)
                reached["cancellations"] += done and isinstance(operation, model.Cancel)
                reached["conflicts"] += outcome.kind is Kind.CONFLICT
                reached["foreign objects not found"] += outcome.kind is Kind.NOT_FOUND and is_anothers(operation, state)
                played.append(operation)
                state = outcome.state
    return reached, played


def is_anothers(operation: model.Operation, state: model.Shop) -> bool:
    match operation:
        case model.ChangeLine(user, owner, product) | model.RemoveLine(user, owner, product):
            return user != owner and state.line(owner, product) is not None
        case model.Cancel(user, name) | model.ViewOrder(user, name):
            order = state.order(name)
            return order is not None and order.owner != user
        case _:
            return False


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(("plays", "share"), [(PLAYS, 1), (QUICK_PLAYS, QUICK_SHARE)])
def test_the_plays_of_a_check_reach_twice_what_a_verdict_needs(seed: int, plays: int, share: int) -> None:
    reached, _ = play_all(Random(seed), plays)
    assert {what: reached[what] >= 2 * (least // share) for what, least in QUOTAS.items()} == dict.fromkeys(
        QUOTAS, True
    )


def test_a_line_or_an_order_that_a_step_names_is_there() -> None:
    random = Random(7)
    for _ in range(PLAYS):
        state = draw_opening(random)
        for place, drawn in enumerate(draw_steps(random, STEPS), start=1):
            for operation in decide(drawn, place, state):
                match operation:
                    case model.ChangeLine(_, owner, product) | model.RemoveLine(_, owner, product):
                        assert state.line(owner, product) is not None
                    case model.Cancel(_, order) | model.ViewOrder(_, order):
                        assert state.order(order) is not None
                state = step(state, operation)[0].state


def test_a_sequence_is_the_same_for_the_same_seed() -> None:
    assert play_all(Random(3), 5)[1] == play_all(Random(3), 5)[1]


@pytest.mark.parametrize(
    "verb", sorted({verb for _, verb, _ in DEEDS.values()} - {"add_to_cart", "empty_cart", "place_order"})
)
def test_a_shop_without_a_verb_is_not_asked_for_it(verb: str) -> None:
    shop = SimpleNamespace(
        verbs=SimpleNamespace(offers=lambda name: name != verb),
        profile=SimpleNamespace(policies={"price_change": "current"}),
    )
    _, all_played = play_all(Random(0), PLAYS)
    _, played = play_all(Random(0), PLAYS, left_out=list_left_out(cast(Shop, shop)))
    operation = OPERATIONS[verb]
    assert [one for one in all_played if isinstance(one, operation)]
    assert not [one for one in played if isinstance(one, operation)]


def test_prices_are_left_alone_where_the_shop_does_not_follow_them() -> None:
    shop = SimpleNamespace(
        verbs=SimpleNamespace(offers=lambda _: True), profile=SimpleNamespace(policies={"price_change": "kept"})
    )
    assert list_left_out(cast(Shop, shop)) == {"change a price"}


def test_a_cart_that_cannot_be_emptied_in_one_go_is_emptied_line_by_line() -> None:
    _, played = play_all(Random(0), PLAYS, left_out={"empty the cart"})
    assert not [one for one in played if isinstance(one, model.EmptyCart)]
    assert len([one for one in played if isinstance(one, model.RemoveLine)]) > len(
        [one for one in play_all(Random(0), PLAYS)[1] if isinstance(one, model.RemoveLine)]
    )


def test_what_cannot_be_looked_at_is_no_part_of_the_last_look() -> None:
    state = draw_opening(Random(0))
    looks = audit(state, left_out={"view a product", "view the orders", "view an order"})
    assert looks == (model.ViewCart("ann"), model.ViewCart("bob"))
    assert len(audit(state)) == len(state.products) + 4
