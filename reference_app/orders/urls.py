"""The routes of orders."""

from __future__ import annotations

from django.urls import URLPattern, path

from reference_app.orders.views import OrderCancellation, OrderDetail, OrderList, OrderProgress


def urlpatterns(version: str) -> list[URLPattern]:
    """Return the routes, the same in both versions."""
    return [
        path("orders", OrderList.as_view(), name="orders"),
        path("orders/<id:order_id>", OrderDetail.as_view(), name="order"),
        path("orders/<id:order_id>/cancel", OrderCancellation.as_view(), name="order_cancellation"),
        path("orders/<id:order_id>/status", OrderProgress.as_view(), name="order_status"),
    ]
