"""Loopback addresses to send from, so that each shopper is a client of its own to the target's rate limits."""

from __future__ import annotations

import random
import secrets
from collections.abc import Iterator


def draw_addresses(prefix: str) -> Iterator[str]:
    """Addresses below a prefix such as "127.77", in random order, none twice before all 64 516 were used.

    They come from the system's randomness and not from the plan's seed: a second run against the same target must not
    meet budgets that the first has spent. Numbers 0 and 255 are left out.
    """
    places = [f"{prefix}.{third}.{fourth}" for third in range(1, 255) for fourth in range(1, 255)]
    chance = random.Random(secrets.randbits(128))
    while True:
        chance.shuffle(places)
        yield from places
