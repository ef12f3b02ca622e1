"""Block bootstrap over time: an interval that stays honest where slow answers and errors come in clusters.

Single requests are not independent: a stall slows down all that arrive in it. So the bootstrap draws no requests but
stretches of time ("blocks") longer than the longest stall (Künsch, Annals of Statistics 17 (1989) 1217-1241), wrapped
around the end so that each moment counts alike (Politis and Romano, 1992). Counts by block are all that is needed,
which makes plain Python fast enough.
"""

from __future__ import annotations

import math
import random
from array import array
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import accumulate
from statistics import NormalDist
from typing import Final

from scipy.special import stdtrit

BUCKETS_PER_BLOCK: Final = 10
SHORTEST_BLOCK_SECONDS: Final = 5.0
FEWEST_BLOCKS: Final = 4
REPLICATES: Final = 4000


def block_seconds(measured: float, longest_stall: float) -> float:
    """Return the length of a block: 5 s, or one and a half times the longest stall, at most a quarter of the run."""
    return min(max(SHORTEST_BLOCK_SECONDS, 1.5 * longest_stall), measured / FEWEST_BLOCKS)


class BlockBootstrap:
    """Drawn blocks of one run; the same draws serve every figure of that run."""

    def __init__(self, *, start: float, measured: float, block: float, seed: int, replicates: int = REPLICATES) -> None:
        """Draw the blocks. `start` and length of the measured time, and the length of a block, are in seconds."""
        if not 0 < block <= measured:
            raise ValueError(f"a block of {block} s does not fit into {measured} s")
        self._start = start
        self._width = block / BUCKETS_PER_BLOCK
        self._buckets = max(BUCKETS_PER_BLOCK, math.ceil(measured / self._width - 1e-9))
        self.blocks = max(1, round(self._buckets / BUCKETS_PER_BLOCK))
        chance = random.Random(seed)
        self._draws = [chance.choices(range(self._buckets), k=self.blocks) for _ in range(replicates)]

    def percentile_interval(
        self, times: Sequence[float], values: Sequence[float], percentile: float, alpha: float
    ) -> tuple[float, float]:
        """Return the two-sided interval of a percentile at level 1 - alpha.

        Values may be infinite; there must be some.
        """
        pairs = sorted(zip(values, map(self._bucket, times), strict=True))
        ordered = [value for value, _ in pairs]
        buckets = [bucket for _, bucket in pairs]
        sizes = self._replicates(buckets)
        share = 1 - Fraction(str(percentile)) / 100
        numerator, denominator = share.numerator, share.denominator
        allowed = [size * numerator // denominator for size in sizes]
        seen = sum(1 for size in sizes if size)

        def within(index: int) -> float:
            """Return the share of replicates whose percentile is at most the value at `index`."""
            above = self._replicates(buckets[index + 1 :])
            fits = sum(map(int.__ge__, allowed, above)) - (len(sizes) - seen)
            return fits / seen

        tail = tail_share(alpha, self.blocks, len(self._draws))
        return _smallest(ordered, within, tail), _smallest(ordered, within, 1 - tail)

    def rate_interval(self, times: Sequence[float], events: Sequence[bool], alpha: float) -> tuple[float, float]:
        """Return the two-sided interval of the share of true `events` at level 1 - alpha."""
        buckets = list(map(self._bucket, times))
        sizes = self._replicates(buckets)
        hits = self._replicates([bucket for bucket, event in zip(buckets, events, strict=True) if event])
        rates = sorted(hit / size for hit, size in zip(hits, sizes, strict=True) if size)
        tail = tail_share(alpha, self.blocks, len(self._draws))
        last = len(rates) - 1
        return rates[math.floor(tail * last)], rates[math.ceil((1 - tail) * last)]

    def _bucket(self, time: float) -> int:
        return min(max(int((time - self._start) / self._width), 0), self._buckets - 1)

    def _replicates(self, buckets: Sequence[int]) -> list[int]:
        """Count, for each replicate, how many of these samples its blocks hold."""
        counts = array("q", bytes(8 * self._buckets))
        for bucket in buckets:
            counts[bucket] += 1
        running = [0, *accumulate([*counts, *counts[:BUCKETS_PER_BLOCK]])]
        by_block = [running[first + BUCKETS_PER_BLOCK] - running[first] for first in range(self._buckets)]
        return [sum(map(by_block.__getitem__, draw)) for draw in self._draws]


def tail_share(alpha: float, blocks: int, replicates: int) -> float:
    """Return the share of replicates to cut off on either side.

    With few blocks the plain percentile interval is too narrow; this widens it as Student's t widens a normal interval
    (Hesterberg, The American Statistician 69 (2015) 371-386, section 5.3).
    """
    blocks = max(blocks, 2)
    stretched = float(stdtrit(blocks - 1, 1 - alpha / 2)) * math.sqrt(blocks / (blocks - 1))
    return max(NormalDist().cdf(-stretched), 1 / (2 * replicates))


def _smallest(ordered: Sequence[float], within: Callable[[int], float], share: float) -> float:
    """Return the smallest value that this share of replicates does not exceed; `within` rises with the index."""
    low, high = -1, len(ordered) - 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if within(middle) >= share else (middle, high)
    return ordered[high]
