"""The shortest part of a sequence that still shows what the whole of it showed, as far as it is found in time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def shorten(steps: tuple[T, ...], still_shows: Callable[[tuple[T, ...]], bool]) -> tuple[T, ...]:
    """Leave out ever smaller parts, as long as what is left still shows it (delta debugging, Zeller 2002).

    Hypothesis shrinks too, and further; but it cannot be told when to stop, and each of its trials costs a shop dozens
    of requests. Here the caller's `still_shows` ends the search by saying no.
    """
    size = max(len(steps) // 2, 1)
    while size:
        start = 0
        while start < len(steps):
            shorter = steps[:start] + steps[start + size :]
            if still_shows(shorter):
                steps = shorter
            else:
                start += size
        size //= 2
    return steps
