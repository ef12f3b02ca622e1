"""Compare exact intervals with values of published tables and with sums of exact integers."""

from fractions import Fraction
from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from load.statistics.binomial import clopper_pearson, order_statistic_ranks


@pytest.mark.parametrize(
    ("events", "trials", "alpha", "low", "high"),
    [
        (0, 30, 0.05, 0.0, 0.115703),
        (5, 100, 0.05, 0.016432, 0.112835),
        (10, 10, 0.05, 0.691503, 1.0),
        (1, 10, 0.05, 0.002529, 0.445016),
        (50, 100, 0.05, 0.398321, 0.601679),
    ],
)
def test_clopper_pearson_gives_the_published_bounds(
    events: int, trials: int, alpha: float, low: float, high: float
) -> None:
    assert clopper_pearson(events, trials, alpha) == pytest.approx((low, high), abs=2e-6)


def test_no_failure_in_299_is_the_fewest_that_shows_less_than_one_per_cent() -> None:
    assert clopper_pearson(0, 298, 0.1)[1] > 0.01
    assert clopper_pearson(0, 299, 0.1)[1] < 0.01


def test_no_failure_in_2995_is_the_fewest_that_shows_more_than_999_per_mille() -> None:
    assert clopper_pearson(2994, 2994, 0.1)[0] < 0.999
    assert clopper_pearson(2995, 2995, 0.1)[0] > 0.999


@pytest.mark.parametrize(("events", "trials"), [(0, 0), (3, 2), (-1, 5)])
def test_what_is_no_rate_is_refused(events: int, trials: int) -> None:
    with pytest.raises(ValueError, match="is no rate"):
        clopper_pearson(events, trials, 0.05)


def _at_most(events: int, trials: int, rate: float) -> Fraction:
    """Sum up the exact probability of at most so many events."""
    share = Fraction(rate)
    return sum((comb(trials, k) * share**k * (1 - share) ** (trials - k) for k in range(events + 1)), start=Fraction(0))


@settings(max_examples=40, deadline=None)
@given(data=st.data(), trials=st.integers(1, 60), alpha=st.sampled_from([0.001, 0.05 / 3, 0.05, 0.5]))
def test_each_bound_leaves_half_of_alpha_beyond_it(data: st.DataObject, trials: int, alpha: float) -> None:
    events = data.draw(st.integers(0, trials))
    low, high = clopper_pearson(events, trials, alpha)
    if events:
        assert float(1 - _at_most(events - 1, trials, low)) == pytest.approx(alpha / 2, rel=1e-9)
    if events < trials:
        assert float(_at_most(events, trials, high)) == pytest.approx(alpha / 2, rel=1e-9)


def _between(low: int, high: int, trials: int) -> float:
    """Sum up the exact probability that the 95th percentile lies between the values of these ranks."""
    return float(Fraction(sum(comb(trials, k) * 19**k for k in range(low, high)), 20**trials))


@pytest.mark.parametrize("trials", [100, 200, 1000, 3000])
def test_order_statistics_cover_the_percentile_and_no_narrower_ranks_do(trials: int) -> None:
    low, high = order_statistic_ranks(trials, 95, 0.05)
    assert _between(low, high, trials) >= 0.95
    assert _between(0, low + 1, trials) > 0.025
    assert _between(high - 1, trials + 1, trials) > 0.025


def test_few_values_have_no_upper_bound() -> None:
    assert order_statistic_ranks(71, 95, 0.05)[1] == 72
    assert order_statistic_ranks(72, 95, 0.05)[1] == 72


def test_a_single_value_bounds_nothing() -> None:
    assert order_statistic_ranks(1, 95, 0.05) == (0, 2)
