"""Shapes of requests and answers of the cart."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from reference_app.api.fields import Reference, Text, Whole
from reference_app.api.operations import ByVersion
from reference_app.api.serializers import StrictSerializer
from reference_app.cart.models import MAX_QUANTITY
from reference_app.catalogue.money import Money, currency_field, sum_text

THING_NAME_LENGTH = 310


class AddLine(StrictSerializer):
    """A thing to put in, and how many."""

    product_id = Reference()
    variant_id = Reference(required=False, allow_null=True)
    quantity = Whole(min_value=1, max_value=MAX_QUANTITY)


class ChangeLine(StrictSerializer):
    """The new quantity of a line."""

    quantity = Whole(min_value=1, max_value=MAX_QUANTITY)


class CartLine(serializers.Serializer[Any]):
    """A line of a cart or an order."""

    id = Reference()
    product_id = Reference()
    variant_id = Reference(allow_null=True)
    name = Text(max_length=THING_NAME_LENGTH)
    quantity = Whole(min_value=1, max_value=MAX_QUANTITY)
    unit_price = Money()
    line_total = Money()


class CartLineV1(CartLine):
    """A line of a cart or an order (v1)."""

    unit_price = sum_text()  # type: ignore[assignment] # another spelling of the same field
    line_total = sum_text()  # type: ignore[assignment] # another spelling of the same field
    currency = currency_field()


class Cart(serializers.Serializer[Any]):
    """A cart at present prices."""

    lines = CartLine(many=True)
    total = Money()


class CartV1(serializers.Serializer[Any]):
    """A cart at present prices (v1)."""

    lines = CartLineV1(many=True)
    total = sum_text()
    currency = currency_field()


CART = ByVersion(v1=CartV1, v2=Cart)
CART_LINE = ByVersion(v1=CartLineV1, v2=CartLine)
