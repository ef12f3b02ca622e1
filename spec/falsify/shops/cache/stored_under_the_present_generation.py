"""An answer is stored under the generation at the time of storing, not at the time of reading."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"CACHE-002": "STALE"}


def break_shop() -> None:
    """Let a slow reader store an old answer in the place of a newer one."""
    wrap("reference_app.caching.http:fetch", _name_it_late)


def _name_it_late(right: Any) -> Any:
    del right

    def fetch(key: Any, produce: Any) -> Any:
        from reference_app.caching.answers import Answer, Origin, keep
        from reference_app.caching.generations import read_generations
        from reference_app.caching.keys import answer_name
        from reference_app.caching.shared import shared_store

        store = shared_store()
        body = store.get(answer_name(key, read_generations(store, key.topics)))
        if body is not None:
            return Answer(body, Origin.HIT)
        body = produce()
        keep(store, answer_name(key, read_generations(store, key.topics)), body, key.seconds)
        return Answer(body, Origin.MISS)

    return fetch
