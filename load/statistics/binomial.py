"""Exact binomial intervals: for a rate, and for a percentile through its rank."""

from __future__ import annotations

from load.statistics.beta import binomial_cdf, bisect_falling
from load.statistics.percentile import rank_of


def clopper_pearson(events: int, trials: int, alpha: float) -> tuple[float, float]:
    """The exact two-sided interval of a rate, which misses the true rate with probability `alpha` at most.

    Clopper and Pearson, Biometrika 26 (1934) 404-413. It holds where the trials are independent. Raises ValueError
    for no trials: a rate of nothing is not 0.
    """
    if trials < 1 or not 0 <= events <= trials:
        raise ValueError(f"{events} of {trials} is no rate")
    low = 0.0
    if events > 0:
        low = 1 - bisect_falling(lambda rest: 1 - binomial_cdf(events - 1, trials, 1 - rest), alpha / 2, 0.0, 1.0)
    high = 1.0
    if events < trials:
        high = bisect_falling(lambda rate: binomial_cdf(events, trials, rate), alpha / 2, 0.0, 1.0)
    return low, high


def order_statistic_ranks(count: int, percentile: float, alpha: float) -> tuple[int, int]:
    """Ranks (from 1) of the sorted values between which the true percentile lies, but for probability `alpha`.

    Free of any assumption about the distribution (David and Nagaraja, Order Statistics, section 7.1). A low rank of 0
    says that there is no lower bound, a high rank of `count + 1` no upper one: too few values to say anything.
    """
    share = percentile / 100
    expected = rank_of(percentile, count)
    low, high = 0, expected
    while high - low > 1:  # the largest rank whose value lies above the truth with probability alpha/2 at most
        middle = (low + high) // 2
        low, high = (middle, high) if binomial_cdf(middle - 1, count, share) <= alpha / 2 else (low, middle)
    bottom = high if binomial_cdf(high - 1, count, share) <= alpha / 2 else low
    low, high = expected - 1, count + 1
    while high - low > 1:  # the smallest rank whose value lies below the truth with probability alpha/2 at most
        middle = (low + high) // 2
        low, high = (low, middle) if 1 - binomial_cdf(middle - 1, count, share) <= alpha / 2 else (middle, high)
    return bottom, high
