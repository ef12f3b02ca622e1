import math

import pytest

from load.statistics.decision import Interval, LimitDecision, decide


@pytest.mark.parametrize(
    ("low", "high", "operator", "limit", "decision"),
    [
        (100, 199.9, "<", 200, LimitDecision.MET),
        (100, 200, "<", 200, LimitDecision.UNDECIDED),
        (200, 300, "<", 200, LimitDecision.MISSED),
        (150, math.inf, "<", 200, LimitDecision.UNDECIDED),
        (math.inf, math.inf, "<", 200, LimitDecision.MISSED),
        (0.81, 0.9, ">", 0.8, LimitDecision.MET),
        (0.8, 0.9, ">", 0.8, LimitDecision.UNDECIDED),
        (0.7, 0.8, ">", 0.8, LimitDecision.MISSED),
        (100, 200, "<=", 200, LimitDecision.MET),
        (0.8, 0.9, ">=", 0.8, LimitDecision.MET),
    ],
)
def test_a_limit_is_met_only_when_the_whole_interval_is_on_its_right_side(
    low: float, high: float, operator: str, limit: float, decision: LimitDecision
) -> None:
    assert decide(Interval(low, high), operator, limit) is decision


def test_nothing_measured_is_its_own_decision() -> None:
    assert decide(None, "<", 200) is LimitDecision.NO_DATA


def test_two_intervals_are_joined_to_the_wider() -> None:
    assert Interval(1, 5).around(Interval(2, 9)) == Interval(1, 9)
