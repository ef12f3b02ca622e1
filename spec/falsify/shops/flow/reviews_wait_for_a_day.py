"""The list of reviews shows only those that are a day old, so a new one is missing."""

from __future__ import annotations

import datetime
from typing import Any

from spec.falsify.patching import wrap

KILLS = {"FLOW-005": "WRONG_CONTENT"}


def break_shop() -> None:
    """List what was written a day ago or earlier."""
    wrap("reference_app.reviews.views:list_reviews", _old_ones)


def _old_ones(right: Any) -> Any:
    def list_reviews(*, product_id: int) -> Any:
        from django.utils import timezone

        return right(product_id=product_id).filter(created_at__lt=timezone.now() - datetime.timedelta(days=1))

    return list_reviews
