"""Which generation of a topic is current.

A generation is a random name rather than a number: when Redis forgets one (eviction, restart without its data), the
next has a name that no old answer was ever stored under. A number would start again and bring old answers back.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence

from reference_app.caching.keys import GENERATION_SECONDS, generation_name
from reference_app.caching.store import Store


def read_generations(store: Store, topics: Sequence[str]) -> list[str]:
    """The current generation of each topic; a topic that has none is given one. Raises StoreAway."""
    names = [generation_name(topic) for topic in topics]
    found = store.get_many(names)
    if None in found:
        for name, value in zip(names, found, strict=True):
            if value is None:
                store.add(name, new_generation(), milliseconds=GENERATION_SECONDS * 1000)
        # Read again: another request may have named it first, and an eviction between the two is no answer but a miss.
        found = [value or new_generation() for value in store.get_many(names)]
    return [(value or b"").decode("ascii") for value in found]


def move_on(store: Store, topics: Iterable[str]) -> None:
    """Gives each topic a new generation: answers of the old one, also those still being written, are out of reach."""
    store.put_many(new_generations(topics), seconds=GENERATION_SECONDS)


def new_generations(topics: Iterable[str]) -> dict[str, bytes]:
    """What to set so that each topic has moved on."""
    return {generation_name(topic): new_generation() for topic in topics}


def new_generation() -> bytes:
    """A name that never was."""
    return secrets.token_hex(8).encode("ascii")
