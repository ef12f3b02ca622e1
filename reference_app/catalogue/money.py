"""Money: exact, two decimals, always with its currency. It is a Decimal inside and a string outside, never a float.

v2 says {"amount": "12.50", "currency": "EUR"}; v1 says "12.50" with a field `currency` beside.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.conf import settings
from rest_framework import serializers

from reference_app.api.fields import Choice, Text
from reference_app.api.serializers import StrictSerializer

CURRENCY: str = settings.CURRENCY  # ISO 4217; every price of this shop is in it
CENT = Decimal("0.01")

# More than nothing, and what the column holds. The sign, a third decimal or an exponent have no spelling here.
PRICE_PATTERN = r"^(0\.0[1-9]|0\.[1-9][0-9]|[1-9][0-9]{0,7}\.[0-9]{2})$"
SUM_PATTERN = r"^(0|[1-9][0-9]{0,13})\.[0-9]{2}$"
BOUND_PATTERN = r"^(0|[1-9][0-9]{0,7})(\.[0-9]{1,2})?$"  # of a filter
PRICE_LENGTH = 11
SUM_LENGTH = 17


def spell_amount(amount: Decimal) -> str:
    """Return the decimal digits, such as 12.50.

    Raises ValueError for what is not whole cents: nothing is rounded silently.
    """
    exact = amount.quantize(CENT)
    if exact != amount:
        raise ValueError(f"{amount} is not whole cents")
    return str(exact)


def spell_money(version: str, amounts: Mapping[str, Decimal], currency: str = CURRENCY) -> dict[str, Any]:
    """Return the members of an object that holds these amounts, as `version` spells them."""
    if version == "v1":
        return {**{name: spell_amount(amount) for name, amount in amounts.items()}, "currency": currency}
    return {name: {"amount": spell_amount(amount), "currency": currency} for name, amount in amounts.items()}


def read_price(data: dict[str, Any]) -> Decimal | None:
    """Take the price out of a validated body of either version; None when it is absent."""
    data.pop("currency", None)
    price = data.pop("price", None)
    if price is None:
        return None
    return Decimal(price["amount"] if isinstance(price, dict) else price)


class PriceInput(StrictSerializer):
    """A price in v2."""

    amount = Text(max_length=PRICE_LENGTH, min_length=4, pattern=PRICE_PATTERN)
    currency = Choice(choices=[CURRENCY])


def price_text(**options: Any) -> Text:
    """Return a price in v1."""
    return Text(max_length=PRICE_LENGTH, min_length=4, pattern=PRICE_PATTERN, **options)


class Money(serializers.Serializer[Any]):
    """An amount in v2 answers."""

    amount = Text(max_length=SUM_LENGTH, min_length=4, pattern=SUM_PATTERN)
    currency = Choice(choices=[CURRENCY])


def sum_text() -> Text:
    """Return an amount in v1 answers."""
    return Text(max_length=SUM_LENGTH, min_length=4, pattern=SUM_PATTERN)


def currency_field() -> Choice:
    """Return the field beside the amounts of a v1 answer."""
    return Choice(choices=[CURRENCY])
