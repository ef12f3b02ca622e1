"""A DELETE of the product list crashes; other unsupported methods are refused with 405."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"VAL-012": "WRONG_STATUS"}


def break_shop() -> None:
    """Look for a product to delete, although the request names none."""
    wrap("reference_app.catalogue.views:ProductList.http_method_not_allowed", _or_crash)


def _or_crash(right: Any) -> Any:
    def http_method_not_allowed(view: Any, request: Any, *arguments: Any, **named: Any) -> Any:
        if request.method == "DELETE":
            raise KeyError("product_id")
        return right(view, request, *arguments, **named)

    return http_method_not_allowed
