"""Shapes of requests and answers of orders."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from reference_app.api.fields import Choice, Reference, Text
from reference_app.api.operations import ByVersion
from reference_app.api.serializers import StrictSerializer
from reference_app.cart.shapes import CartLine, CartLineV1
from reference_app.catalogue.money import Money, currency_field, sum_text
from reference_app.catalogue.shapes import Links, NumberedLinks
from reference_app.orders.models import OrderStatus

STATUSES = [status.value for status in OrderStatus]


class ChangeStatus(StrictSerializer):
    """The new status of an order."""

    status = Choice(choices=STATUSES)


class OrderSummary(serializers.Serializer[Any]):
    """An order as the list shows it."""

    id = Reference()
    number = Text(max_length=20)
    status = Choice(choices=STATUSES)
    total = Money()
    created_at = serializers.DateTimeField()


class OrderSummaryV1(OrderSummary):
    """An order as the list shows it (v1)."""

    total = sum_text()  # type: ignore[assignment] # another spelling of the same field
    currency = currency_field()


class OrderLine(CartLine):
    """A line of an order."""


class OrderLineV1(CartLineV1):
    """A line of an order (v1)."""


class Order(OrderSummary):
    """An order with its lines."""

    lines = OrderLine(many=True)


class OrderV1(OrderSummaryV1):
    """An order with its lines (v1)."""

    lines = OrderLineV1(many=True)


class OrderPage(Links):
    """A page of orders."""

    results = OrderSummary(many=True)


class OrderPageV1(NumberedLinks):
    """A page of orders (v1)."""

    results = OrderSummaryV1(many=True)


ORDER = ByVersion(v1=OrderV1, v2=Order)
ORDER_PAGE = ByVersion(v1=OrderPageV1, v2=OrderPage)
