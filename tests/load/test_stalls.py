import math

import pytest

from load.statistics.stalls import TimedRequest, find_stalls


def _stall(begin: float, seconds: float) -> list[TimedRequest]:
    """Make requests every 0.1 s that all wait for the end of a stall."""
    starts = [begin + index / 10 for index in range(round(seconds * 10))]
    return [TimedRequest(start, (begin + seconds - start) * 1e3, begin + seconds) for start in starts]


def test_a_calm_run_has_no_stall() -> None:
    report = find_stalls([TimedRequest(index / 10, 5.0, index / 10 + 0.005) for index in range(100)], 200)
    assert (report.count, report.longest_seconds, report.longest_gap_seconds) == (0, 0.0, None)


def test_a_stall_lasts_from_the_first_slow_start_to_the_last_answer() -> None:
    report = find_stalls(_stall(3.0, 1.5), 200)
    assert (report.count, report.longest_gap_seconds) == (1, None)
    assert report.longest_seconds == pytest.approx(1.5)


def test_the_gap_is_measured_from_beginning_to_beginning() -> None:
    report = find_stalls([*_stall(0.0, 1.0), *_stall(10.0, 2.0), *_stall(17.0, 1.0)], 200)
    assert report.count == 3
    assert report.longest_seconds == pytest.approx(2.0)
    assert report.longest_gap_seconds == pytest.approx(10.0)


def test_a_failure_is_slow_whenever_it_came() -> None:
    report = find_stalls([TimedRequest(1.0, math.inf, 1.001)], 200)
    assert report.count == 1


def test_a_run_shorter_than_ten_gaps_is_warned_about() -> None:
    report = find_stalls([*_stall(0.0, 1.0), *_stall(10.0, 1.0)], 200)
    assert report.warning(99.0) == (
        "The run measured 99 s, but stalls were up to 10.0 s apart: a run of 100 s would know how often they come."
    )
    assert report.warning(100.0) is None


def test_a_single_stall_has_no_gap_to_warn_about() -> None:
    assert find_stalls(_stall(0.0, 1.0), 200).warning(5.0) is None
