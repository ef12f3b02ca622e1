"""Cookies as a backend sets them: the field Set-Cookie (RFC 6265 §5.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Self


@dataclass(frozen=True, slots=True)
class SetCookie:
    """One cookie. Names of attributes are in small letters; one that is a flag has an empty value."""

    name: str
    value: str
    attributes: Mapping[str, str]

    @classmethod
    def read(cls, field: str) -> Self:
        """Read the value of a Set-Cookie field; of an attribute that is repeated the last one counts."""
        pair, *attributes = field.split(";")
        name, _, value = pair.partition("=")
        parts = (one.partition("=") for one in attributes)
        return cls(name.strip(), value.strip(), {key.strip().lower(): text.strip() for key, _, text in parts})

    @property
    def ended(self) -> bool:
        """Tell if the backend takes the cookie back: Max-Age, where there is one, counts more than Expires."""
        age = self.attributes.get("max-age", "")
        if age.lstrip("-").isdecimal():
            return int(age) <= 0
        return _is_past(self.attributes.get("expires", ""))


def _is_past(date: str) -> bool:
    try:
        moment = parsedate_to_datetime(date.replace("-", " "))
    except (ValueError, TypeError):
        return False
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) < datetime.now(UTC)
