"""SHOP-015: whatever is done in whatever order, the shop answers as its model does."""

from __future__ import annotations

from typing import Final

from hypothesis import HealthCheck, Phase, given, seed, settings

from spec.checking.examination import Examination, verifies
from spec.checking.outcomes import Outcome, Violation
from spec.checks.support.scenarios import Scenario, scenarios
from spec.checks.support.trial import Trial
from spec.run.run_state import RunState
from spec.target.shop import Shop

EXAMPLES: Final = 40
QUICK_EXAMPLES: Final = 15
SECONDS: Final = 35.0
QUICK_SECONDS: Final = 14.0
"""When a slow target ends the search; the quotas decide whether it was enough."""
SHORTENING_SECONDS: Final = 12.0
QUOTAS: Final = {"successful checkouts": 15, "cancellations": 5, "conflicts": 15, "foreign objects not found": 5}
QUICK_SHARE: Final = 5


@verifies("SHOP-015", effects={"writes", "signs in"})
def test_any_sequence_of_operations_has_the_outcome_of_the_model(
    roomy: Shop, run: RunState, examine: Examination
) -> None:
    """Generated sequences of two customers, three products and staff, each answer held against the model of a shop."""
    trial = Trial(roomy, QUICK_SECONDS if run.quick else SECONDS)
    prices_change = roomy.profile.policies.get("price_change") == "current"

    @seed(run.seed)
    @settings(
        max_examples=QUICK_EXAMPLES if run.quick else EXAMPLES,
        phases=(Phase.generate,),
        deadline=None,
        database=None,
        report_multiple_bugs=False,
        print_blob=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(scenario=scenarios(max_steps=30, prices_change=prices_change))
    def play(scenario: Scenario) -> None:
        trial.judge(scenario)

    try:
        play()
    except Violation as found:
        raise trial.shorten(found, SHORTENING_SECONDS) from None
    for what, least in QUOTAS.items():
        examine.quota(what, trial.reached[what], least // QUICK_SHARE if run.quick else least)
    examine.expect(
        trial.played > 0,
        Outcome.MODEL_DISAGREES,
        expected="the outcome of the model for every operation",
        observed="nothing played",
    )
    examine.progress(trial.played, trial.played)
    examine.note(f"{trial.played} operations: " + ", ".join(f"{seen} {what}" for what, seen in trial.reached.items()))
