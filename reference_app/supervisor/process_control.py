"""What Linux offers so that no process outlives the supervisor (prctl(2)); elsewhere nothing happens."""

import ctypes
import os
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36


def _load_prctl() -> Callable[..., int] | None:
    """prctl(2), looked up before any fork; None where there is none (macOS)."""
    if sys.platform != "linux":
        return None
    function: Callable[..., int] = ctypes.CDLL(None).prctl
    return function


_prctl = _load_prctl()


def die_with_parent(parent: int, death_signal: int) -> None:
    """In a child, between fork and exec: get ``death_signal`` when the parent dies, even when it has died just now."""
    if _prctl is not None:
        _prctl(PR_SET_PDEATHSIG, death_signal)
        if os.getppid() != parent:
            os._exit(1)


def adopt_orphans() -> None:
    """Become the parent of grandchildren whose parent dies, so that their end can be waited for."""
    if _prctl is not None:
        _prctl(PR_SET_CHILD_SUBREAPER, 1)
