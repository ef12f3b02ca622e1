"""Read fields of JSON answers, so that a wrong one is told in a sentence and never as another exception.

The place of a field is a JSON pointer (`/price/amount`) or the name of a member (`price`).
"""

from __future__ import annotations

import functools
import re
import reprlib
from decimal import Decimal
from typing import Final

from jsonpointer import JsonPointer, JsonPointerException

from spec.target.adapters.rest.field_tables import UNTOLD_FIELD
from spec.target.exchange import Response, UnexpectedAnswer

MOST_DIGITS: Final = 18
"""Digits of a whole number that still fit 64 bits: no count or rating has more."""
LONGEST_ID: Final = 200
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_VISIBLE: Final = re.compile("[!-~]+")


class _Short(reprlib.Repr):
    """Shows a value whatever its depth and size."""

    def repr_Decimal(self, value: Decimal, _level: int) -> str:  # noqa: N802 - found by the name of the type
        return str(value)


_short: Final = _Short()
_short.maxlevel = 2
_short.maxlist = 20
_short.maxstring = _short.maxother = _short.maxlong = 80


def shown(value: object) -> str:
    """Show a value of an answer in a few words."""
    return _short.repr(value)


def read_object(response: Response, *statuses: int) -> dict[str, object]:
    """Read the JSON object of an answer with one of the given statuses."""
    expect_status(response, *statuses)
    return as_object(response.json(), "the body")


def expect_status(response: Response, *statuses: int) -> None:
    """Raise UnexpectedAnswer unless the status is one of those given."""
    if response.status not in statuses:
        wanted = " or ".join(map(str, statuses))
        raise UnexpectedAnswer(f"status {wanted}", f"{response.status}: {response.body[:200].decode(errors='replace')}")


def as_object(value: object, where: str) -> dict[str, object]:
    """Read the value as a JSON object."""
    if not isinstance(value, dict):
        raise UnexpectedAnswer(f"a JSON object as {where}", shown(value))
    return value


def as_list(value: object, where: str) -> list[object]:
    """Read the value as a JSON array."""
    if not isinstance(value, list):
        raise UnexpectedAnswer(f"a JSON array as {where}", shown(value))
    return value


def field(thing: object, place: str) -> object:
    """Find the member that has to be there."""
    try:
        return _resolve(thing, place)
    except (KeyError, JsonPointerException) as error:
        there = f"members {shown(sorted(thing))}" if isinstance(thing, dict) else shown(thing)
        raise UnexpectedAnswer(f"a member {place!r}", there) from error


def is_there(thing: object, place: str) -> bool:
    """Tell if the backend tells a field and this answer has it."""
    if place == UNTOLD_FIELD:
        return False
    try:
        _resolve(thing, place)
    except (KeyError, JsonPointerException):
        return False
    return True


def members(thing: object, place: str) -> list[object]:
    """Read an array."""
    return as_list(field(thing, place), repr(place))


def text(thing: object, place: str) -> str:
    """Read text. Half of a surrogate pair is none: no request could carry it, and no report."""
    value = field(thing, place)
    if not isinstance(value, str) or not _is_unicode(value):
        raise UnexpectedAnswer(f"text as {place!r}", shown(value))
    return value


def credential(thing: object, place: str) -> str:
    """Read a token, which a header field has to carry. A wrong one is not repeated: it may be a secret nevertheless."""
    value = field(thing, place)
    if not isinstance(value, str) or not _VISIBLE.fullmatch(value):
        raise UnexpectedAnswer(f"a token as {place!r}", f"a {type(value).__name__} that no header field can carry")
    return value


def integer(thing: object, place: str) -> int:
    """Read a whole number."""
    value = field(thing, place)
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= 10**MOST_DIGITS:
        raise UnexpectedAnswer(f"a whole number as {place!r}", shown(value))
    return value


def boolean(thing: object, place: str) -> bool:
    """Read true or false."""
    value = field(thing, place)
    if not isinstance(value, bool):
        raise UnexpectedAnswer(f"true or false as {place!r}", shown(value))
    return value


def identifier(thing: object, place: str) -> str:
    """Read an id, text or a whole number, always as text."""
    value = field(thing, place)
    name = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    if not 0 < len(name) <= LONGEST_ID or not _is_unicode(name):
        raise UnexpectedAnswer(f"an id as {place!r}", shown(value))
    return name


def optional_identifier(thing: object, place: str) -> str | None:
    """Read an id, where null or nothing stands for none."""
    return identifier(thing, place) if is_there(thing, place) and field(thing, place) is not None else None


def _is_unicode(value: str) -> bool:
    return value.isascii() or not _SURROGATE.search(value)


def _resolve(thing: object, place: str) -> object:
    compiled = _compiled(place)
    for part in compiled.parts:
        # Nearly every step is into an object, and the load engine takes thousands of them a second.
        thing = thing[part] if isinstance(thing, dict) else compiled.walk(thing, part)
    return thing


@functools.cache
def _compiled(place: str) -> JsonPointer:
    return JsonPointer(place) if place[:1] in {"", "/"} else JsonPointer.from_parts([place])
