"""The routes of the cart."""

from __future__ import annotations

from django.urls import URLPattern, path

from reference_app.cart.views import CartLineDetail, CartLineList, CartView


def urlpatterns(version: str) -> list[URLPattern]:
    """Return the routes, the same in both versions."""
    return [
        path("cart", CartView.as_view(), name="cart"),
        path("cart/lines", CartLineList.as_view(), name="cart_lines"),
        path("cart/lines/<id:line_id>", CartLineDetail.as_view(), name="cart_line"),
    ]
