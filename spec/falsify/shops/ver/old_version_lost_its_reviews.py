"""The deprecated version no longer routes the reviews of a product, which its document still has."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"VER-001": "WRONG_STATUS"}


def break_shop() -> None:
    """Answer 404 where version 1 has reviews."""
    wrap("reference_app.reviews.views:ReviewList.initial", _gone)


def _gone(right: Any) -> Any:
    def initial(view: Any, request: Any, *arguments: Any, **named: Any) -> None:
        from django.http import Http404

        right(view, request, *arguments, **named)
        if request.version == "v1":
            raise Http404

    return initial
