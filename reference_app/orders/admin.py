"""Orders in the back office: read, and moved on from one status to the next."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from reference_app.backoffice.service_pages import ServicePage
from reference_app.backoffice.typed import TabularInline
from reference_app.orders.lifecycle import change_status
from reference_app.orders.models import Order, OrderLine, OrderStatus


class Lines(TabularInline[OrderLine, Order]):
    """The lines of an order."""

    model = OrderLine
    fields = readonly_fields = ("name", "quantity", "unit_price", "line_total")
    can_delete = False
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Allow none: an order is a record."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Allow none: an order is a record."""
        return False


@admin.register(Order)
class OrderAdmin(ServicePage[Order]):
    """Orders; the status alone changes, as the lifecycle allows."""

    fields = ("number", "user", "status", "total", "currency", "created_at")
    readonly_fields = ("number", "user", "total", "currency", "created_at")
    list_display = ("number", "status", "total", "currency", "created_at")
    list_filter = ("status",)
    search_fields = ("number",)
    ordering = ("-created_at", "-id")
    inlines = [Lines]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Order]:
        """Return the orders with the customers that a page names."""
        return super().get_queryset(request).select_related("user")

    def change(self, row: Order, values: dict[str, Any]) -> None:
        """Move the order to its next status; a cancellation puts the stock back."""
        if "status" in values:
            change_status(order_id=row.pk, status=OrderStatus(values["status"]))
