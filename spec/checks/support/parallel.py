"""Several calls at the same moment: each on a thread of its own, held back by a barrier until all are there."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

T = TypeVar("T")

GATHERING_SECONDS: Final = 30.0
"""Threads that have not all started by then never will."""


def at_once(calls: Sequence[Callable[[], T]]) -> list[T]:
    """Start all calls at once and return their results in the order of the calls.

    Waits for every call. Raises an ExceptionGroup of whatever calls raised, so that none hides another.
    """
    if not calls:
        return []
    barrier = threading.Barrier(len(calls))

    def start(call: Callable[[], T]) -> T:
        barrier.wait(GATHERING_SECONDS)
        return call()

    with ThreadPoolExecutor(max_workers=len(calls)) as threads:
        futures = [threads.submit(start, call) for call in calls]
    failures = [error for future in futures if (error := future.exception()) is not None]
    if failures:
        raise BaseExceptionGroup(f"{len(failures)} of {len(calls)} parallel calls failed", failures)
    return [future.result() for future in futures]
