"""The texts of a JSON body, with the names of their members."""

from __future__ import annotations

import json
from collections.abc import Iterator


def texts_of(body: bytes) -> Iterator[tuple[str, str]]:
    """Yield each text and number of a JSON body with the name of its member, or of the list's member that holds it.

    Yields nothing where the body is no JSON.
    """
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return
    waiting: list[tuple[str, object]] = [("", content)]
    while waiting:
        name, value = waiting.pop()
        if isinstance(value, dict):
            waiting += [(str(key), one) for key, one in value.items()]
        elif isinstance(value, list):
            waiting += [(name, one) for one in value]
        elif value is not None and not isinstance(value, bool):
            yield name, str(value)
