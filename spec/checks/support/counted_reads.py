"""Reads whose cost is counted by the database's own server."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import TypeVar

from spec.target.steps import Verb
from spec.target.visitor import Reply
from spec.target.windows.database_window import DatabaseWindow

T = TypeVar("T")


def read_counted(
    database: DatabaseWindow | None, walk: Callable[[Verb[T]], Reply[T]], verb: Verb[T], times: int = 1
) -> tuple[list[Reply[T]], Sequence[str] | None]:
    """Walk the verb so many times, as `visitor.do` or `visitor.twin` does.

    Returns the replies and the statements that the database ran for them all; None where no database is granted. An
    empty statement does not count: it is how pools see whether a connection still lives.
    """
    with database.watch() if database else nullcontext() as log:
        replies = [walk(verb) for _ in range(times)]
    return replies, None if log is None else [one for one in log.statements if one.strip()]
