"""The clock that budgets run on: how long what was spent is still counted."""

from __future__ import annotations

import pytest

from spec.checking.outcomes import Undecided
from spec.checks.support import budgets
from spec.checks.support.budgets import Period, begin_period
from spec.target.profile.profile_model import Profile
from tests.checks.profiles import declaring


class Clock:
    """Stands in for the module `time`: nobody waits."""

    def __init__(self, now: float) -> None:
        self.now = now

    def time(self) -> float:
        """Seconds on the wall clock."""
        return self.now

    def monotonic(self) -> float:
        """Seconds on the clock that never jumps."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Lets them pass."""
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock that stands 50 s into a minute and 50 s into an hour."""
    stand_in = Clock(3600.0 + 50.0)
    monkeypatch.setattr(budgets, "time", stand_in)
    return stand_in


def profile(window: str) -> Profile:
    """A target that declares this window."""
    return declaring({"rate_window": window})


def test_a_sliding_window_is_whole_from_any_moment(clock: Clock) -> None:
    assert begin_period(profile("sliding"), 60.0, needed=20.0) == Period(3650.0, 60.0)


def test_a_window_of_the_clock_lasts_until_its_end(clock: Clock) -> None:
    assert begin_period(profile("clock"), 60.0, needed=5.0) == Period(3650.0, 10.0)


def test_the_end_of_a_minute_that_is_too_near_is_waited_for(clock: Clock) -> None:
    period = begin_period(profile("clock"), 60.0, needed=20.0)
    assert (period.began, round(period.seconds, 6)) == (3660.1, 59.9)


def test_the_end_of_an_hour_is_not_waited_for(clock: Clock) -> None:
    clock.now = 7200.0 - 61.0
    with pytest.raises(Undecided, match="ends in 61 s"):
        begin_period(profile("clock"), 3600.0, needed=100.0)


def test_requests_are_judged_until_the_period_ends(clock: Clock) -> None:
    period = begin_period(profile("clock"), 60.0, needed=5.0)
    clock.sleep(10.0)
    period.expect_not_over()
    clock.sleep(0.5)
    with pytest.raises(Undecided, match="after 10 s time may have renewed"):
        period.expect_not_over()
