"""A change with an invalid price is answered with success, and the price is silently dropped."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"VAL-001": "WRONG_VALUE_ACCEPTED"}


def break_shop() -> None:
    """Ignore a change with a price that would be refused."""
    wrap("reference_app.api.views:ShopView.body", _lenient_on_change)


def _lenient_on_change(right: Any) -> Any:
    def body(view: Any) -> Any:
        from reference_app.api.json_bodies import read_json

        sent = read_json(view.request)
        price = sent.get("price") if isinstance(sent, dict) else None
        amount = price.get("amount", "") if isinstance(price, dict) else ""
        if view.request.method == "PATCH" and isinstance(amount, str) and amount.startswith(("-", "0.00")):
            return {}
        return right(view)

    return body
