"""Strict fields for request bodies: the JSON type is exactly what the schema says, and nothing is trimmed or converted.

The OpenAPI document promises exactly what is accepted, so that a request that is valid by the schema never gets a 400.
"""

from __future__ import annotations

import re
from typing import Any

from rest_framework import serializers

NO_NUL = r"^[^\u0000]*$"  # PostgreSQL text cannot hold NUL; a schema pattern says so before the database does
MAX_INTEGER = 2**31 - 1
MAX_ID = 2**63 - 1


class Text(serializers.CharField):
    """A string, kept byte for byte. `pattern` is a regular expression that is valid in Python and in ECMA 262."""

    default_error_messages = {
        "type": "This is not a string.",
        "pattern": "This does not match the required pattern.",
    }

    def __init__(self, *, max_length: int, min_length: int = 1, pattern: str = NO_NUL, **options: Any) -> None:
        super().__init__(
            max_length=max_length,
            min_length=min_length,
            trim_whitespace=False,
            allow_blank=min_length == 0,
            **options,
        )
        self.bounds = (min_length, max_length)
        self.pattern = pattern

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Refuse a wrong type before the base class converts or accepts anything."""
        if data is not serializers.empty and data is not None and not isinstance(data, str):
            self.fail("type")
        value = super().run_validation(data)
        if isinstance(value, str) and not re.fullmatch(self.pattern, value):
            self.fail("pattern")
        return value

    def schema(self) -> dict[str, Any]:
        """Return the JSON schema of this field."""
        minimum, maximum = self.bounds
        return {"type": "string", "minLength": minimum, "maxLength": maximum, "pattern": self.pattern}


class Whole(serializers.IntegerField):
    """A whole number between bounds; 5.0, "5" and true are refused."""

    default_error_messages = {"type": "This is not an integer."}

    def __init__(self, *, min_value: int = 0, max_value: int = MAX_INTEGER, **options: Any) -> None:
        super().__init__(min_value=min_value, max_value=max_value, **options)
        self.bounds = (min_value, max_value)

    def to_internal_value(self, data: Any) -> int:
        """Return the number itself; nothing is converted."""
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("type")
        return int(data)

    def schema(self) -> dict[str, Any]:
        """Return the JSON schema of this field."""
        minimum, maximum = self.bounds
        return {"type": "integer", "minimum": minimum, "maximum": maximum}


class Reference(Whole):
    """The id of another thing; name the field `<thing>_id`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=1, max_value=MAX_ID, **options)


class Flag(serializers.BooleanField):
    """true or false, and nothing that resembles them."""

    default_error_messages = {"type": "This is neither true nor false."}

    def to_internal_value(self, data: Any) -> bool:
        """Return the value itself."""
        if not isinstance(data, bool):
            self.fail("type")
        return data

    def schema(self) -> dict[str, Any]:
        """Return the JSON schema of this field."""
        return {"type": "boolean"}


class Choice(serializers.ChoiceField):
    """One of a closed list of strings."""

    default_error_messages = {"type": "This is not a string."}

    def to_internal_value(self, data: Any) -> str:
        """Return the chosen string; numbers are not read as their digits."""
        if not isinstance(data, str):
            self.fail("type")
        return str(super().to_internal_value(data))

    def schema(self) -> dict[str, Any]:
        """Return the JSON schema of this field."""
        return {"type": "string", "enum": [str(key) for key in self.choices]}
