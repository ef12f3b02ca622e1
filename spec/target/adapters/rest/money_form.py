"""Money in the form that a backend gives it: as an object, as text or as a number, in the major or the minor unit."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from spec.target.adapters.rest.answer_fields import field, shown, text
from spec.target.adapters.rest.field_tables import MoneyFields
from spec.target.adapters.rest.written_bodies import put
from spec.target.exchange import UnexpectedAnswer
from spec.target.values import Money

_AMOUNT: Final = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,9})?")
_LARGEST: Final = 18
_SMALLEST: Final = -9
"""Decimal places of an amount, so that sums and products of amounts stay exact in the decimal context."""


class MoneyForm:
    """Reads and writes amounts as [adapter.fields.money] says."""

    def __init__(self, fields: MoneyFields) -> None:
        self._fields = fields
        self._told = fields.currency.startswith("/")

    def read(self, thing: object, pointer: str) -> Money:
        """Read the price that stands there in a thing. No float comes near it."""
        price = field(thing, pointer)
        value = field(price, self._fields.amount)
        amount = self._amount(value)
        if amount is None:
            wanted = f"{'a JSON number' if self._fields.form == 'number' else 'decimal text'} as the amount"
            unit = "an amount in the minor unit" if self._fields.unit == "minor" else "an amount"
            raise UnexpectedAnswer(f"{unit} at {pointer + self._fields.amount!r}: {wanted}", shown(value))
        if not self._told:
            return Money(amount, self._fields.currency)
        return Money(amount, text(price if self._fields.amount else thing, self._fields.currency))

    def write(self, body: dict[str, object], pointer: str, amount: Decimal) -> None:
        """Write an amount as the price that stands there in a body."""
        content = self._content(amount)
        if not self._fields.amount:
            put(body, pointer, content)
            if self._told:
                put(body, self._fields.currency, self._fields.written)
            return
        put(body, pointer + self._fields.amount, content)
        if self._told:
            put(body, pointer + self._fields.currency, self._fields.written)

    def _amount(self, value: object) -> Decimal | None:
        """Return the amount in the major unit; None where the value is none."""
        amount = _number(value) if self._fields.form == "number" else _decimal(value)
        if amount is None or self._fields.unit == "major":
            return amount
        return amount.scaleb(-self._fields.decimals) if amount == amount.to_integral_value() else None

    def _content(self, amount: Decimal) -> object:
        if self._fields.unit == "minor":
            minor = int(amount.scaleb(self._fields.decimals).to_integral_value())
            return minor if self._fields.form == "number" else str(minor)
        written = f"{amount:.{self._fields.decimals}f}"
        # The shortest float that reads as these digits is written with these digits.
        return float(written) if self._fields.form == "number" else written


def _decimal(value: object) -> Decimal | None:
    return Decimal(value) if isinstance(value, str) and _AMOUNT.fullmatch(value) else None


def _number(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    number = Decimal(value)
    exponent = number.as_tuple().exponent
    small = not isinstance(exponent, int) or exponent < _SMALLEST or number.adjusted() >= _LARGEST
    return None if small else number
