"""Drawn sequences get through the till and back, judged on the model alone."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from spec import model
from spec.checks.shop.test_model import PLAYS, QUICK_PLAYS, QUICK_SHARE, QUOTAS, STEPS
from spec.checks.support.scenarios import decide, draw_opening, draw_steps
from spec.model import Kind, step


def play_all(random: Random, plays: int, *, prices_change: bool = True) -> tuple[Counter[str], list[model.Operation]]:
    """Play on the model; count what a verdict needs, and whether what is not found is there and another's."""
    reached: Counter[str] = Counter()
    played: list[model.Operation] = []
    for _ in range(plays):
        state = draw_opening(random)
        for place, drawn in enumerate(draw_steps(random, STEPS), start=1):
            for operation in decide(drawn, place, state, prices_change=prices_change):
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
            for operation in decide(drawn, place, state, prices_change=True):
                match operation:
                    case model.ChangeLine(_, owner, product) | model.RemoveLine(_, owner, product):
                        assert state.line(owner, product) is not None
                    case model.Cancel(_, order) | model.ViewOrder(_, order):
                        assert state.order(order) is not None
                state = step(state, operation)[0].state


def test_a_sequence_is_the_same_for_the_same_seed() -> None:
    assert play_all(Random(3), 5)[1] == play_all(Random(3), 5)[1]


def test_prices_are_left_alone_where_the_shop_does_not_follow_them() -> None:
    _, played = play_all(Random(0), PLAYS, prices_change=False)
    assert not [operation for operation in played if isinstance(operation, model.ChangePrice)]
