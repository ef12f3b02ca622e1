"""The size of a run: what is seeded, how often and how long is measured, and whether its goals are judged."""

from __future__ import annotations

from dataclasses import dataclass

FULL_PRODUCTS = 100_000
FULL_GROWTH = (1_000, 1_000_000)
ROUNDS = 31  # many short turns: what else happens on the machine then meets both sides of a round
SECONDS = 1.0


@dataclass(frozen=True)
class Plan:
    """The size of one run. `products` and the two sizes of `growth` count products, `seconds` is one turn of load."""

    products: int
    growth: tuple[int, int]
    rounds: int
    seconds: float
    connections: int
    workers: int

    @property
    def sizes(self) -> dict[str, int]:
        """The number of products of each database, by its alias."""
        return {"default": self.products, "small": self.growth[0], "large": self.growth[1]}

    @property
    def judges(self) -> bool:
        """True when goals count: not in a run that is smaller than the documented one."""
        full_growth = self.growth[0] <= FULL_GROWTH[0] and self.growth[1] >= FULL_GROWTH[1]
        return self.products >= FULL_PRODUCTS and full_growth and self.rounds >= ROUNDS and self.seconds >= SECONDS

    def times(self, full: int) -> int:
        """Return how often to measure what a full run measures `full` times."""
        return full if self.judges else max(2, min(full, self.rounds * 2))


SMOKE = Plan(products=500, growth=(200, 500), rounds=1, seconds=1.0, connections=4, workers=1)
"""Shows that the benches run. Its figures mean nothing."""


def read_sizes(text: str) -> tuple[int, int]:
    """Return the two sizes in "1000,1000000". Raises ValueError."""
    small, large = (int(part) for part in text.split(","))
    if not 0 < small < large:
        raise ValueError(f"{text} does not name a small size and a larger one")
    return small, large
