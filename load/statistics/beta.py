"""The regularised incomplete beta function, and the two distributions that are read off it.

Numerical Recipes, 3rd edition, section 6.4: continued fraction by Lentz's method. Good to about 1e-12.
"""

from __future__ import annotations

import math
from collections.abc import Callable

_TINY = 1e-300
_PRECISION = 1e-15
_STEPS = 10_000


def incomplete_beta(a: float, b: float, x: float) -> float:
    """I_x(a, b) for a, b > 0 and x from 0 to 1: the probability that a beta(a, b) variable is at most x."""
    if x <= 0:
        return 0.0
    if x >= 1:
        return 1.0
    logarithm = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    if x < (a + 1) / (a + b + 2):
        return math.exp(logarithm) * _continued_fraction(a, b, x) / a
    return 1 - math.exp(logarithm) * _continued_fraction(b, a, 1 - x) / b


def binomial_cdf(successes: int, trials: int, probability: float) -> float:
    """The probability of at most `successes` in `trials` independent trials."""
    if successes < 0:
        return 0.0
    if successes >= trials:
        return 1.0
    return incomplete_beta(trials - successes, successes + 1, 1 - probability)


def student_quantile(upper_tail: float, degrees: int) -> float:
    """The t that Student's distribution exceeds with probability `upper_tail` (below one half)."""

    def tail(t: float) -> float:
        return incomplete_beta(degrees / 2, 0.5, degrees / (degrees + t * t)) / 2

    return bisect_falling(tail, upper_tail, 0.0, 1e6)


def bisect_falling(function: Callable[[float], float], wanted: float, low: float, high: float) -> float:
    """Where a falling function takes the value `wanted`, between `low` and `high`, to the last bits of a float."""
    for _ in range(200):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if function(middle) > wanted:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _continued_fraction(a: float, b: float, x: float) -> float:
    c, d = 1.0, 1 / _away_from_zero(1 - (a + b) * x / (a + 1))
    result = d
    for m in range(1, _STEPS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d = 1 / _away_from_zero(1 + term * d)
            c = _away_from_zero(1 + term / c)
            result *= d * c
        if abs(d * c - 1) < _PRECISION:
            return result
    raise ArithmeticError(f"the incomplete beta function does not converge at a={a}, b={b}, x={x}")


def _away_from_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY
