"""Registering an address twice leads to an unhandled database error."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"VAL-014": "SERVER_ERROR"}


class NeverRaised(Exception):
    """Catches nothing."""


def break_shop() -> None:
    """Catch the database's error neither at its source nor in the last handler."""
    wrap("reference_app.accounts.services:IntegrityError", lambda right: NeverRaised)
    wrap("reference_app.api.failures:describe", _not_of_the_database)


def _not_of_the_database(right: Any) -> Any:
    def describe(failure: Exception, view: Any = None) -> Any:
        from django.db import IntegrityError

        return None if isinstance(failure, IntegrityError) else right(failure, view)

    return describe
