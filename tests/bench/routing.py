"""Which database the shop's code reads: the one that a bench has chosen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

CHOSEN: ContextVar[str] = ContextVar("database", default="default")


class ChosenDatabase:
    """A database router of Django."""

    def db_for_read(self, model: type[Any], **hints: Any) -> str:
        """The chosen one."""
        return CHOSEN.get()


@contextmanager
def reading(alias: str) -> Iterator[None]:
    """Within the block, queries go to the database of this alias."""
    token = CHOSEN.set(alias)
    try:
        yield
    finally:
        CHOSEN.reset(token)
