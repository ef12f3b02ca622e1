"""SHOP-015: whatever is done in whatever order, the shop answers as its model does."""

from __future__ import annotations

import time
from collections import Counter
from typing import Final

from hypothesis import HealthCheck, Phase, given, seed, settings

from spec.checks.behaviour.player import Player, Seen, tell
from spec.checks.behaviour.scenarios import (
    PRODUCTS,
    USERS,
    Scenario,
    audit,
    concerns_another,
    decide,
    opening,
    scenarios,
)
from spec.examination import Examination
from spec.inspection import Inspection
from spec.model import Cancel, Checkout, Kind, Operation, follow, step
from spec.model import Shop as Model
from spec.outcomes import Outcome, Violation
from spec.plugin import verifies
from spec.target.shop import Shop

SHRINKING_SECONDS: Final = 12.0
"""How long a shorter sequence is looked for. What was found stays found; only its example could be shorter."""
EXAMPLES: Final = 40
QUICK_EXAMPLES: Final = 15
SECONDS: Final = 35.0
QUICK_SECONDS: Final = 14.0
"""When a slow target ends the search; the quotas decide whether it was enough."""
QUOTAS: Final = {"successful checkouts": 25, "cancellations": 10, "conflicts": 20, "foreign objects not found": 5}
QUICK_SHARE: Final = 5


class Trial:
    """Plays scenarios against one shop, each with fresh users and products, and counts what they reached."""

    def __init__(self, shop: Shop, seconds: float) -> None:
        self._shop = shop
        self._over_at = time.monotonic() + seconds
        self._failures: dict[Scenario, BaseException] = {}
        self.reached: Counter[str] = Counter()
        self.played = 0

    def judge(self, scenario: Scenario) -> None:
        """Play the scenario. Raises Violation where an answer is none of those that the model allows.

        When the time is over, what is not known to fail is passed over, and what is known fails as it did.
        """
        if scenario in self._failures:
            raise self._failures[scenario]
        if time.monotonic() > self._over_at:
            return
        try:
            self._play(scenario)
        except Exception as failure:
            if not self._failures:
                self._over_at = time.monotonic() + SHRINKING_SECONDS
            self._failures[scenario] = failure
            raise

    def _play(self, scenario: Scenario) -> None:
        model = opening(scenario)
        users = {name: self._shop.customer() for name in USERS}
        products = {
            product.id: self._shop.new_product(stock=product.stock, price=product.price) for product in model.products
        }
        player = Player(self._shop, users, products)
        states = frozenset({model})
        story: list[str] = [f"stock: {dict(zip(PRODUCTS, scenario.stocks, strict=True))}"]
        for number, drawn in enumerate(scenario.steps, start=1):
            for operation in decide(drawn, number, min(states, key=repr)):
                states = self._compare(player, operation, states, story)
        for operation in audit(min(states, key=repr)):
            states = self._compare(player, operation, states, story)

    def _compare(
        self, player: Player, operation: Operation, states: frozenset[Model], story: list[str]
    ) -> frozenset[Model]:
        seen = player.play(operation)
        self.played += 1
        story.append(f"{tell(operation)} → {seen}")
        after = frozenset(state for kind in seen.kinds for state in follow(states, operation, kind, seen.view))
        if not after:
            raise _disagreement(operation, seen, states, story)
        self._count(operation, seen, min(states, key=repr))
        return after

    def _count(self, operation: Operation, seen: Seen, before: Model) -> None:
        done = Kind.DONE in seen.kinds
        self.reached["successful checkouts"] += done and isinstance(operation, Checkout)
        self.reached["cancellations"] += done and isinstance(operation, Cancel)
        self.reached["conflicts"] += Kind.CONFLICT in seen.kinds
        self.reached["foreign objects not found"] += Kind.NOT_FOUND in seen.kinds and concerns_another(
            operation, before
        )


def _disagreement(operation: Operation, seen: Seen, states: frozenset[Model], story: list[str]) -> Violation:
    allowed = dict.fromkeys(
        f"{outcome.kind}{f', {tell(outcome.view)}' if outcome.view is not None else ''}"
        for state in states
        for outcome in step(state, operation)
    )
    status = seen.exchange.response.status if seen.exchange.response else 0
    violation = Violation(
        Outcome.SERVER_ERROR if status >= 500 else Outcome.MODEL_DISAGREES,
        expected=f"after {tell(operation)}: {', or '.join(allowed)}",
        observed=str(seen),
        exchanges=[seen.exchange],
    )
    violation.add_note("\n".join(story))
    return violation


@verifies("SHOP-015", effects={"writes", "signs in"})
def test_any_sequence_of_operations_has_the_outcome_of_the_model(
    roomy: Shop, inspection: Inspection, examine: Examination
) -> None:
    """Generated sequences of two customers, three products and staff, each answer held against the model of a shop."""
    trial = Trial(roomy, QUICK_SECONDS if inspection.quick else SECONDS)
    prices_change = roomy.profile.policies.get("price_change") == "current"

    @seed(inspection.seed)
    @settings(
        max_examples=QUICK_EXAMPLES if inspection.quick else EXAMPLES,
        phases=(Phase.generate, Phase.shrink),
        deadline=None,
        database=None,
        report_multiple_bugs=False,
        print_blob=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(scenario=scenarios(max_steps=30, prices_change=prices_change))
    def play(scenario: Scenario) -> None:
        trial.judge(scenario)

    play()
    for what, least in QUOTAS.items():
        examine.quota(what, trial.reached[what], least // QUICK_SHARE if inspection.quick else least)
    examine.expect(
        trial.played > 0,
        Outcome.MODEL_DISAGREES,
        expected="the outcome of the model for every operation",
        observed="nothing played",
    )
    examine.progress(trial.played, trial.played)
    examine.note(f"{trial.played} operations: " + ", ".join(f"{seen} {what}" for what, seen in trial.reached.items()))
