"""An answer is stored under the generation of the moment in which it is stored, not of that in which it was read."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"CACHE-002": "STALE"}


def break_shop() -> None:
    """Let a slow reader, overtaken by a write, put what it saw before the write where the new answer belongs."""
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
