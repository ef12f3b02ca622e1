"""The metrics are exposed without their help texts."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"MON-001": "FORMAT_WRONG"}


def break_shop() -> None:
    """Drop the lines with help."""
    wrap("reference_app.observability.metrics:generate_latest", _without_help)


def _without_help(right: Any) -> Any:
    def generate_latest(registry: object) -> bytes:
        lines = right(registry).splitlines(keepends=True)
        return b"".join(line for line in lines if not line.startswith(b"# HELP"))

    return generate_latest
