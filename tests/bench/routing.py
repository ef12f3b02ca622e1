"""A database router: the shop's code reads the database that a bench has chosen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

CHOSEN: ContextVar[str] = ContextVar("database", default="default")


class ChosenDatabase:
    """A database router of Django."""

    def db_for_read(self, model: type[Any], **hints: Any) -> str:
        """Return the chosen database."""
        return CHOSEN.get()


@contextmanager
def reading(alias: str) -> Iterator[None]:
    """Send queries to the database of this alias within the block."""
    token = CHOSEN.set(alias)
    try:
        yield
    finally:
        CHOSEN.reset(token)
