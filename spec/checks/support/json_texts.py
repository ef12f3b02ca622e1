"""The texts of a JSON body, and the names of its members."""

from __future__ import annotations

import json
from collections.abc import Iterator


def texts_of(body: bytes) -> Iterator[tuple[str, str]]:
    """Yield each text and number of a JSON body with the name of its member, or of the list's member that holds it.

    Yields nothing where the body is no JSON.
    """
    for name, value in _walk(body):
        if value is not None and not isinstance(value, bool | dict | list):
            yield name, str(value)


def names_of(body: bytes) -> frozenset[str]:
    """Return the names of all members of a JSON body, none where it is no JSON."""
    return frozenset(name for name, _ in _walk(body) if name)


def _walk(body: bytes) -> Iterator[tuple[str, object]]:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return
    waiting: list[tuple[str, object]] = [("", content)]
    while waiting:
        name, value = waiting.pop()
        yield name, value
        if isinstance(value, dict):
            waiting += [(str(key), one) for key, one in value.items()]
        elif isinstance(value, list):
            waiting += [(name, one) for one in value]
