"""How a fault replaces one part of the reference shop, by name."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any


def wrap(place: str, make: Callable[[Any], Any]) -> None:
    """Replace what stands at `place`, "package.module:name" or "package.module:Class.name", by `make(that)`.

    Name the module that uses a function rather than the one that defines it: modules bind what they import. Raises
    AttributeError where nothing of that name is left: a fault that no longer breaks anything must not start.
    """
    module_name, _, path = place.partition(":")
    holder: Any = importlib.import_module(module_name)
    *owners, name = path.split(".")
    for owner in owners:
        holder = getattr(holder, owner)
    # Through the dictionary of a class, so that a static or class method stays what it is.
    right = vars(holder)[name] if owners and name in vars(holder) else getattr(holder, name)
    setattr(holder, name, make(right))
