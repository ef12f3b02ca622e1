"""Percentiles by nearest rank, with failures as infinitely slow."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction


def rank_of(percentile: float, count: int) -> int:
    """Return the rank (from 1) of a percentile among `count` sorted values: ceil(percentile/100 x count).

    The product is taken exactly, so that the 95th percentile of 20 values is the 19th and not, through a rounding
    error, the 20th. Raises ValueError for no values or a percentile outside (0, 100].
    """
    if count < 1:
        raise ValueError("there is no percentile of nothing")
    if not 0 < percentile <= 100:
        raise ValueError(f"a percentile lies above 0 and is 100 at most, not {percentile}")
    return math.ceil(Fraction(str(percentile)) * count / 100)


def nearest_rank(values: Sequence[float], percentile: float) -> float:
    """Return the smallest value that at least `percentile` per cent of `values` do not exceed.

    It is always one of the values, never between two. A failure enters as `math.inf`: an answer that never came is
    slower than any that did, so refusals and time-outs can only make the percentile worse. Raises ValueError where
    there are no values: the percentile of nothing is not 0.
    """
    return sorted(values)[rank_of(percentile, len(values)) - 1]
