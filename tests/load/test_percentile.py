import math

import pytest

from load.statistics.percentile import nearest_rank, rank_of


@pytest.mark.parametrize(
    ("percentile", "count", "rank"),
    [(95, 20, 19), (95, 21, 20), (95, 1, 1), (50, 4, 2), (99.9, 1000, 999), (100, 7, 7), (95, 1_000_000, 950_000)],
)
def test_the_rank_is_exact(percentile: float, count: int, rank: int) -> None:
    assert rank_of(percentile, count) == rank


def test_a_percentile_is_one_of_the_values() -> None:
    assert nearest_rank([5.0, 1.0, 4.0, 2.0, 3.0], 50) == 3.0
    assert nearest_rank(list(range(1, 101)), 95) == 95


def test_five_failures_in_a_hundred_leave_the_95th_percentile_finite_and_six_do_not() -> None:
    assert nearest_rank([10.0] * 95 + [math.inf] * 5, 95) == 10.0
    assert nearest_rank([10.0] * 94 + [math.inf] * 6, 95) == math.inf


def test_refusals_that_come_fast_never_improve_a_percentile() -> None:
    slow = [100.0] * 90 + [900.0] * 10
    assert nearest_rank(slow + [math.inf] * 100, 95) >= nearest_rank(slow, 95)


def test_nothing_has_no_percentile() -> None:
    with pytest.raises(ValueError, match="percentile of nothing"):
        nearest_rank([], 95)


@pytest.mark.parametrize("percentile", [0, -1, 100.1])
def test_a_percentile_outside_its_range_is_refused(percentile: float) -> None:
    with pytest.raises(ValueError, match="above 0"):
        nearest_rank([1.0], percentile)
