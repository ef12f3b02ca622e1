"""Needs of a load that are known beforehand: orders to come, and accounts that shoppers hold at once."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from load.load_plan import read_plan
from load.needs import count_accounts, count_orders
from load.objectives.planning import REFERENCE_PLAN
from tests.load.plans import make_plan, parse_plan


def accounts_for(mix: Mapping[str, float], **changes: object) -> int:
    """Count the accounts that a load by this mix needs."""
    plan = parse_plan(make_plan(mix=mix, customers=1, **changes))
    return count_accounts(plan, plan.mix.weights)


@pytest.mark.parametrize(("rate", "accounts"), [(18, 85), (2, 16)])
def test_the_load_profile_needs_the_accounts_that_porting_names(rate: float, accounts: int) -> None:
    plan = read_plan(REFERENCE_PLAN).changed(arrivals_per_second=rate)
    assert count_accounts(plan, plan.mix.weights) == accounts


@pytest.mark.parametrize(
    ("mix", "accounts"),
    [
        ({"search": 1}, 0),
        # 20 a second, each for 1 s and one pause of 0.1 s: 22, and four times its root.
        ({"sign_in": 1}, 41),
        # Three pauses.
        ({"order": 1}, 47),
        ({"order": 1, "search": 3}, 17),
    ],
)
def test_an_account_is_held_for_one_time_out_and_the_pauses(mix: Mapping[str, float], accounts: int) -> None:
    assert accounts_for(mix) == accounts


def test_a_journey_that_the_shop_does_not_offer_weighs_nothing() -> None:
    plan = parse_plan(make_plan(mix={"sign_in": 1, "search": 1}, customers=1))
    assert count_accounts(plan, {"sign_in": 1.0}) == accounts_for({"sign_in": 1})


@given(rate=st.floats(0.01, 100), timeout=st.floats(0.1, 60), more=st.floats(1, 4))
def test_more_shoppers_or_longer_waits_never_need_fewer_accounts(rate: float, timeout: float, more: float) -> None:
    least = accounts_for({"order": 1}, arrivals_per_second=rate, timeout_seconds=timeout)
    assert least <= accounts_for({"order": 1}, arrivals_per_second=rate * more, timeout_seconds=timeout)
    assert least <= accounts_for({"order": 1}, arrivals_per_second=rate, timeout_seconds=timeout * more)
    assert least >= math.ceil(rate * timeout)


def test_orders_of_the_longest_run_are_bounded_from_above() -> None:
    plan = parse_plan(make_plan(mix={"order": 1}, customers=1))
    assert count_orders(plan, plan.mix.weights) == 50 + math.ceil(4 * math.sqrt(50))
    assert count_orders(plan, {"search": 1.0}) == 0
