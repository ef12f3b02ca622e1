"""Write JSON bodies by pointer, and find pointers that stand in each other's way before anything is sent."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from jsonpointer import JsonPointer, JsonPointerException


def put(body: dict[str, object], pointer: str, value: object) -> None:
    """Put a value where the pointer leads, with the objects and arrays on its way. Raises ValueError."""
    parts = JsonPointer(pointer).parts
    try:
        for end, (_, following) in enumerate(pairwise(parts), start=1):
            step = JsonPointer.from_parts(parts[:end])
            if step.resolve(body, None) is None:
                step.set(body, [] if following.isdecimal() else {}, create=True)
        target = JsonPointer.from_parts(parts)
        if not parts or target.resolve(body, None) is not None:
            raise ValueError(f"{pointer!r} is the place of another field too")
        target.set(body, value, create=True)
    except JsonPointerException as error:
        raise ValueError(f"{pointer!r} stands in the way of another field ({error})") from error


def written(prefix: str, constants: dict[str, object], fields: Iterable[tuple[str, object]]) -> dict[str, object]:
    """Write fields below a prefix, beside members that are always there. Raises ValueError."""
    body = constants
    if prefix:
        body = {}
        put(body, prefix, constants)
    for pointer, value in fields:
        put(body, prefix + pointer, value)
    return body
