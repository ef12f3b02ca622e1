"""A negative price is stored without its sign, and zero as one cent."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"VAL-001": "WRONG_VALUE_ACCEPTED"}


def break_shop() -> None:
    """Repair prices instead of refusing them."""
    wrap("reference_app.api.fields:Text.run_validation", _repairing)


def _repairing(right: Any) -> Any:
    def run_validation(field: Any, *data: Any) -> Any:
        from reference_app.catalogue.money import PRICE_PATTERN

        if field.pattern == PRICE_PATTERN and data and isinstance(data[0], str):
            positive = data[0].lstrip("-")
            return right(field, "0.01" if positive == "0.00" else positive)
        return right(field, *data)

    return run_validation
