"""The schedule: arrivals of shoppers and their journeys, drawn from the seed alone."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count

from load.load_plan import JourneyName


@dataclass(frozen=True, slots=True)
class Arrival:
    """A shopper to come: `at` in seconds from the beginning of the schedule."""

    number: int
    at: float
    journey: JourneyName
    chance: random.Random
    """The shopper's own source of choices and pauses, so that none of them depends on how fast others are served."""


def draw_arrivals(*, rate: float, mix: Mapping[JourneyName, float], seed: int) -> Iterator[Arrival]:
    """Draw Poisson arrivals without end: `rate` a second on average, gaps exponential, journeys by weight."""
    chance = random.Random(f"arrivals {seed}")
    journeys, weights = tuple(mix), tuple(mix.values())
    at = 0.0
    for number in count():
        at += chance.expovariate(rate)
        journey = chance.choices(journeys, weights)[0]
        yield Arrival(number, at, journey, random.Random(f"shopper {seed} {number}"))
