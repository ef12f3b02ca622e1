"""A wrong price in a change is dropped silently, and the change is answered as if it had been made."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"VAL-001": "WRONG_VALUE_ACCEPTED"}


def break_shop() -> None:
    """Ignore the price of a change that would be refused."""
    wrap("reference_app.api.views:ShopView.body", _lenient_on_change)


def _lenient_on_change(right: Any) -> Any:
    def body(view: Any) -> Any:
        from reference_app.api.bodies import read_json

        sent = read_json(view.request)
        price = sent.get("price") if isinstance(sent, dict) else None
        amount = price.get("amount", "") if isinstance(price, dict) else ""
        if view.request.method == "PATCH" and isinstance(amount, str) and amount.startswith(("-", "0.00")):
            return {}
        return right(view)

    return body
