"""Ids in paths: ASCII digits without sign or leading zero, within a bigint. Any other spelling is simply not found."""

from __future__ import annotations

from django.urls import register_converter

from reference_app.api.fields import MAX_ID


class IdConverter:
    """Path converter of ids; use it as `<id:product_id>`."""

    regex = "[1-9][0-9]{0,18}"

    def to_python(self, value: str) -> int:
        """Return the id; a number beyond what the database holds raises ValueError, which means: no such path."""
        number = int(value)
        if number > MAX_ID:
            raise ValueError(value)
        return number

    def to_url(self, value: int) -> str:
        """Return the digits of the id."""
        return str(value)


def register_path_converters() -> None:
    """Make `<id:…>` known; called before any URL configuration is read."""
    register_converter(IdConverter, "id")
