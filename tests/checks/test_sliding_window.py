"""RATE-003: only a target that declares windows by the clock need not slide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import pytest

from spec.checking.examination import Examination
from spec.checking.outcomes import Inapplicable
from spec.checks.rate import test_rate_limits as rate_limits
from spec.run.run_state import RunState
from spec.target.profile.profile_model import Profile
from spec.target.windows import WindowUnusable
from tests.checks.profiles import declaring


@dataclass(frozen=True)
class Crowd:
    """A target whose clients share one address: nothing can be counted at it."""

    def require_clients_apart(self) -> None:
        """Say that they cannot be told apart."""
        raise WindowUnusable("clients cannot be told apart")


@dataclass(frozen=True)
class WithProfile:
    """As much of a run as the check looks at before it counts."""

    profile: Profile

    def shipped(self) -> Crowd:
        """The target."""
        return Crowd()


def examine_window(policies: Mapping[str, object]) -> None:
    """The check, on a target that declares these policies."""
    run = cast(RunState, WithProfile(declaring(policies)))
    rate_limits.test_a_window_that_slides_has_no_edge_at_which_the_budget_doubles(run, Examination())


def test_windows_by_the_clock_need_not_slide() -> None:
    with pytest.raises(Inapplicable):
        examine_window({"rate_window": "clock"})


@pytest.mark.parametrize("policies", [{"rate_window": "sliding"}, {}])
def test_every_other_window_is_examined(policies: Mapping[str, object]) -> None:
    with pytest.raises(WindowUnusable, match="clients cannot be told apart"):
        examine_window(policies)
