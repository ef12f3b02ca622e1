"""Count what a load will need at most, before it begins: orders to come, and accounts that shoppers hold at once."""

from __future__ import annotations

import math
from collections.abc import Mapping

from load.load_plan import JOURNEYS, SIGNED_IN, JourneyName, LoadPlan
from load.offered_mix import count_verbs


def count_orders(plan: LoadPlan, weights: Mapping[JourneyName, float]) -> int:
    """Bound the orders of the longest run."""
    return _bound(_rate(plan, weights, "order") * (plan.warm_up_seconds + plan.looks[-1]))


def count_accounts(plan: LoadPlan, weights: Mapping[JourneyName, float]) -> int:
    """Bound the accounts in use at one moment, each held for one request's time-out and the pauses of its journey.

    So long a target may take that answers only at the last moment once, or never: a request without an answer ends
    the journey. Shoppers who hold more accounts than these have waited longer than one request may take.
    """
    return _bound(
        sum(
            _rate(plan, weights, journey) * (plan.timeout_seconds + (count_verbs(journey) - 1) * plan.think_seconds)
            for journey in JOURNEYS
            if journey in SIGNED_IN
        )
    )


def count_signed_in(plan: LoadPlan, weights: Mapping[JourneyName, float]) -> float:
    """Return the number of shoppers a second who sign in, on average."""
    return sum(_rate(plan, weights, journey) for journey in JOURNEYS if journey in SIGNED_IN)


def _rate(plan: LoadPlan, weights: Mapping[JourneyName, float], journey: JourneyName) -> float:
    return plan.arrivals_per_second * weights.get(journey, 0.0) / sum(weights.values())


def _bound(mean: float) -> int:
    """Bound a Poisson count: four standard deviations above its mean."""
    return math.ceil(mean + 4 * math.sqrt(mean))
