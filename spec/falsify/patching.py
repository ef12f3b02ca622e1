"""Replace one part of the reference shop by name, as faults do."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable
from typing import Any


def wrap(place: str, make: Callable[[Any], Any]) -> None:
    """Replace what stands at `place`, "package.module:name" or "package.module:Class.name", by `make(that)`.

    Name the module that uses a function rather than the one that defines it: modules bind what they import. A method
    is handed over as the plain function that it is in its class, and a static or class method stays one. Raises
    AttributeError where nothing of that name is left: a fault that no longer breaks anything must not start.
    """
    module_name, _, path = place.partition(":")
    holder: Any = importlib.import_module(module_name)
    *owners, name = path.split(".")
    try:
        for owner in owners:
            holder = getattr(holder, owner)
        # Of a class what it holds, not what it would bind.
        right = inspect.getattr_static(holder, name) if isinstance(holder, type) else getattr(holder, name)
    except AttributeError as error:
        raise AttributeError(f"{place}: nothing of that name is left, so the fault would change nothing") from error
    if isinstance(right, staticmethod | classmethod):
        setattr(holder, name, type(right)(make(right.__func__)))
    else:
        setattr(holder, name, make(right))
