"""A cancelled order can be cancelled again, and each time its stock is returned."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"SHOP-015": "MODEL_DISAGREES"}


def break_shop() -> None:
    """Let cancelled orders be cancelled."""
    wrap("reference_app.orders.lifecycle:CANCELLABLE", _and_cancelled)


def _and_cancelled(right: Any) -> Any:
    from reference_app.orders.models import OrderStatus

    return right | {OrderStatus.CANCELLED}
