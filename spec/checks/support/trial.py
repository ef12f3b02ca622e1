"""Plays scenarios against a shop and holds every answer against the model."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import replace

from spec.checking.outcomes import Outcome, Violation
from spec.checks.support.player import Player, Seen, tell
from spec.checks.support.scenarios import (
    PRODUCTS,
    USERS,
    Scenario,
    Step,
    audit,
    concerns_another,
    decide,
    opening,
)
from spec.checks.support.shortening import shorten
from spec.model import Cancel, Checkout, Kind, Operation, follow, step
from spec.model import Shop as Model
from spec.target.shop import Shop


class Trial:
    """Plays scenarios against one shop, each with fresh users and products, and counts what they reached."""

    def __init__(self, shop: Shop, seconds: float) -> None:
        self._shop = shop
        self._over_at = time.monotonic() + seconds
        self._failed: tuple[Scenario, Violation] | None = None
        self.reached: Counter[str] = Counter()
        self.played = 0

    def judge(self, scenario: Scenario) -> None:
        """Play the scenario. Raises Violation where an answer is none of those that the model allows.

        When the time is over, scenarios are passed over. What was seen to fail fails again without being played: a
        violation that was witnessed needs no second witness.
        """
        if self._failed is not None:
            if scenario == self._failed[0]:
                raise self._failed[1]
            return
        if time.monotonic() > self._over_at:
            return
        try:
            self._play(scenario)
        except Violation as violation:
            self._failed = (scenario, violation)
            raise

    def shorten(self, found: Violation, seconds: float) -> Violation:
        """The violation of the shortest scenario that is found in the time: the same outcome, fewer steps."""
        if self._failed is None:
            return found
        scenario, shortest = self._failed
        deadline = time.monotonic() + seconds

        def still_shows(steps: tuple[Step, ...]) -> bool:
            nonlocal shortest
            if time.monotonic() > deadline:
                return False
            try:
                self._play(replace(scenario, steps=steps))
            except Violation as violation:
                if violation.outcome is found.outcome:
                    shortest = violation
                    return True
            return False

        shorten(scenario.steps, still_shows)
        return shortest

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
