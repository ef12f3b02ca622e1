"""Only the database refuses a price of zero or less, with a conflict that names no field."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"VAL-001": "FIELD_NOT_NAMED"}


def break_shop() -> None:
    """Accept every decimal number as a price."""
    wrap("reference_app.api.fields:Text.run_validation", _without_price_rule)


def _without_price_rule(right: Any) -> Any:
    def run_validation(field: Any, *data: Any) -> Any:
        from reference_app.catalogue.money import PRICE_PATTERN

        if field.pattern == PRICE_PATTERN:
            field.pattern = r"^-?[0-9]+\.[0-9]{2}$"
        return right(field, *data)

    return run_validation
