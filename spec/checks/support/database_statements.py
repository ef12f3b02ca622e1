"""Statements of the database's log, as a check counts them."""

from __future__ import annotations

from spec.target.windows.database_window import StatementLog


def asked(log: StatementLog) -> tuple[str, ...]:
    """The statements that ask for something: an empty one is how pools see whether a connection still lives."""
    return tuple(statement for statement in log.statements if statement.strip())
