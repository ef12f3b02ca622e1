"""One load for all objectives of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from load.objectives.measuring import Measured, measure
from load.objectives.planning import name_headers, plan_for
from reports.strict_model import InvalidContent
from spec.checking.outcomes import Blocked
from spec.target.shop import Shop

if TYPE_CHECKING:
    from spec.run.run_state import RunState


@pytest.fixture(scope="session")
def measured(target: Shop, run: RunState) -> Measured:
    """Run the load profile once against the target as it is deployed, with its limits on."""
    try:
        plan = plan_for(target, run.catalogue, run.seed)
    except InvalidContent as error:
        raise Blocked(str(error)) from error
    cache = target.windows.cache if "cache" in target.windows else None
    return measure(plan, run.folder / "load", cache, name_headers(target.profile.adapter)[1])
