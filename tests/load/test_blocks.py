"""The block bootstrap: known cases, coverage on simulated stalls, and speed."""

import math
import random
import time
from statistics import NormalDist

import pytest

from load.statistics.blocks import BlockBootstrap, block_seconds, tail_share
from load.statistics.stalls import TimedRequest, find_stalls


def _simulate(seed: int, *, seconds: float = 60, rate: float = 50, gap: float = 10) -> tuple[list[float], list[float]]:
    """Simulate Poisson arrivals at a server that answers in 5 ms and stands still for 1 s after random gaps."""
    chance = random.Random(seed)
    stalls, at = [], -20 + chance.expovariate(1 / gap)
    while at < seconds:
        stalls.append(at)
        at += 1 + chance.expovariate(1 / (gap - 1))
    times, latencies, at = [], [], chance.expovariate(rate)
    while at < seconds:
        waiting = max((stall + 1 - at for stall in stalls if stall <= at), default=0)
        times.append(at)
        latencies.append(5 + 1000 * max(0.0, waiting))
        at += chance.expovariate(rate)
    return times, latencies


def _interval(
    times: list[float], latencies: list[float], seconds: float, replicates: int = 1000
) -> tuple[float, float]:
    seen = (TimedRequest(at, late, at + late / 1e3) for at, late in zip(times, latencies, strict=True))
    block = block_seconds(seconds, find_stalls(seen, 200).longest_seconds)
    bootstrap = BlockBootstrap(start=0, measured=seconds, block=block, seed=1, replicates=replicates)
    return bootstrap.percentile_interval(times, latencies, 95, 0.05)


def test_the_interval_covers_the_truth_although_slow_answers_come_in_clusters() -> None:
    truth = 505.0  # a tenth of the time stands still, so one arrival in twenty waits longer than half a second
    runs = [_interval(*_simulate(seed), 60, replicates=600) for seed in range(60)]
    covered = sum(low <= truth <= high for low, high in runs)
    assert covered >= 54


def test_a_steady_run_has_a_narrow_interval() -> None:
    times = [index / 100 for index in range(6000)]
    latencies = [float(index % 100) for index in range(6000)]
    assert _interval(times, latencies, 60) == (94.0, 94.0)


def test_failures_in_one_stretch_make_the_upper_bound_infinite() -> None:
    times = [index / 50 for index in range(3000)]
    latencies = [math.inf if 20 <= at < 22.5 else 5.0 for at in times]
    low, high = _interval(times, latencies, 60)
    assert low == 5.0
    assert high == math.inf


def test_a_rate_is_uncertain_when_its_events_come_together_and_certain_when_they_are_spread() -> None:
    bootstrap = BlockBootstrap(start=0, measured=60, block=5, seed=1, replicates=1000)
    times = [index / 50 for index in range(3000)]
    together = bootstrap.rate_interval(times, [at < 1.2 for at in times], 0.05)
    spread = bootstrap.rate_interval(times, [index % 50 == 0 for index in range(3000)], 0.05)
    assert spread == pytest.approx((0.02, 0.02), abs=1e-3)
    assert together[0] == 0.0
    assert together[1] > 0.05


def test_the_same_seed_gives_the_same_interval() -> None:
    times, latencies = _simulate(7)
    assert _interval(times, latencies, 60) == _interval(times, latencies, 60)


@pytest.mark.parametrize(
    ("measured", "stall", "block"), [(60, 0, 5), (60, 1, 5), (60, 6, 9), (60, 59, 15), (12, 0, 3), (120, 4, 6)]
)
def test_a_block_is_longer_than_the_longest_stall_while_four_fit(measured: float, stall: float, block: float) -> None:
    assert block_seconds(measured, stall) == block


@pytest.mark.parametrize(("blocks", "t"), [(2, 12.7062047), (11, 2.2281389), (31, 2.0422725)])
def test_the_tail_shrinks_with_students_quantile_of_the_number_of_blocks(blocks: int, t: float) -> None:
    """The quantiles are those of the published tables, for one degree of freedom less than there are blocks."""
    widened = t * math.sqrt(blocks / (blocks - 1))
    assert tail_share(0.05, blocks, 10**9) == pytest.approx(max(NormalDist().cdf(-widened), 0.5e-9), rel=1e-6)


def test_the_tail_is_never_less_than_half_a_replicate() -> None:
    assert tail_share(0.05, 2, 1000) == 1 / 2000


def test_a_block_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        BlockBootstrap(start=0, measured=4, block=5, seed=1)


def test_ten_thousand_samples_take_less_than_two_seconds() -> None:
    times, latencies = _simulate(3, seconds=120, rate=10_000 / 120)
    begin = time.process_time()
    low, high = _interval(times, latencies, 120, replicates=4000)
    assert time.process_time() - begin < 2
    assert low < high
