"""The current generation of each topic.

A generation is a random name rather than a number: when Redis forgets one (eviction, restart without its data), the
next has a name that no old answer was ever stored under. A number would start again and bring old answers back.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence

from reference_app.caching.cache_store import Store
from reference_app.caching.keys import GENERATION_SECONDS, AnswerKey, answer_name, generation_name

MOST_SEEN = 10_000

seen: dict[tuple[str, ...], list[str]] = {}  # the generations of topics when this process last looked


def read_under_generations(store: Store, key: AnswerKey) -> tuple[str, bytes | None]:
    """Return name and bytes of the answer of `key` under the current generations. Raises StoreAway.

    Generations hardly ever change between two reads, so the answer is asked for under those that were seen last,
    together with the current ones and at the same moment: one round trip. If they have moved on, the answer that came
    with them is ignored.
    """
    guess = seen.get(key.topics)
    if guess is not None:
        name = answer_name(key, guess)
        *current, body = store.get_many([*map(generation_name, key.topics), name])
        if current == [generation.encode("ascii") for generation in guess]:
            return name, body
    generations = read_generations(store, key.topics)
    if len(seen) >= MOST_SEEN:
        seen.clear()
    seen[key.topics] = generations
    name = answer_name(key, generations)
    return name, store.get(name)


def read_generations(store: Store, topics: Sequence[str]) -> list[str]:
    """Return the current generation of each topic; a topic that has none is given one. Raises StoreAway."""
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
    """Give each topic a new generation: answers of the old one, also those still being written, are out of reach."""
    store.put_many(new_generations(topics), seconds=GENERATION_SECONDS)


def new_generations(topics: Iterable[str]) -> dict[str, bytes]:
    """Return the values that move each topic on."""
    return {generation_name(topic): new_generation() for topic in topics}


def new_generation() -> bytes:
    """Return a name that was never used."""
    return secrets.token_hex(8).encode("ascii")
