"""The shop refuses to start without a required setting and does not say which one."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"PROD-001": "REASON_NOT_NAMED"}


def break_shop() -> None:
    """Replace the message of every system check."""
    wrap("django.core.checks:run_checks", _wordless)


def _wordless(right: Any) -> Any:
    def run_checks(*args: object, **options: object) -> list[Any]:
        found: list[Any] = right(*args, **options)
        for message in found:
            message.msg = "The settings are not right."
        return found

    return run_checks
