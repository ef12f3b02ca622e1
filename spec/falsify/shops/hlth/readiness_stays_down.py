"""A worker that has seen the database down reports it as down until the worker is restarted."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"HLTH-003": "NOT_RECOVERED"}


def break_shop() -> None:
    """Repeat the first failure for ever."""
    wrap("reference_app.observability.readiness:database_answers", _once_and_for_all)


def _once_and_for_all(right: Any) -> Any:
    seen_down: list[bool] = []

    def database_answers() -> bool:
        if seen_down or not right():
            seen_down.append(True)
        return not seen_down

    return database_answers
