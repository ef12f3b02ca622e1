"""Values in a JSON body by JSON pointer (RFC 6901), members of lists included."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any, Final

from jsonpointer import JsonPointer, JsonPointerException, escape, resolve_pointer

DELETED: Final = object()
"""Stands for a value that is left out."""


def list_pointers(body: Any, pointer: str = "") -> Iterator[str]:
    """List the places of all values inside of a body, the outer ones first."""
    members = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for name, inner in members:
        here = f"{pointer}/{escape(str(name))}"
        yield here
        yield from list_pointers(inner, here)


def read_at(body: Any, pointer: str) -> Any:
    """Return the value at a pointer, DELETED where there is none."""
    return resolve_pointer(body, pointer, DELETED)


def replace_at(body: Any, pointer: str, value: Any) -> Any:
    """Return a copy of the body with another value at a pointer, or without it; the same where the place is not there.

    A new member of an object counts as there when the object is.
    """
    if not pointer:
        return value
    changed = copy.deepcopy(body)
    try:
        holder, name = JsonPointer(pointer).to_last(changed)
    except JsonPointerException:
        return body
    if isinstance(holder, list) and isinstance(name, int) and name < len(holder):
        holder[name : name + 1] = [] if value is DELETED else [value]
    elif isinstance(holder, dict) and value is DELETED:
        holder.pop(name, None)
    elif isinstance(holder, dict):
        holder[name] = value
    return changed
