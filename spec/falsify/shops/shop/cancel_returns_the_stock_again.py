"""An order can be cancelled again, and each time its stock comes back."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"SHOP-015": "MODEL_DISAGREES"}


def break_shop() -> None:
    """Count a cancelled order among those that can be cancelled."""
    wrap("reference_app.orders.lifecycle:CANCELLABLE", _and_cancelled)


def _and_cancelled(right: Any) -> Any:
    from reference_app.orders.models import OrderStatus

    return right | {OrderStatus.CANCELLED}
