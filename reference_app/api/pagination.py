"""Pages of a list: by cursor (v2), or by number (v1).

A cursor names the last entry of the page before, so every page costs the same, and entries that come or go meanwhile
neither repeat nor hide others. It is signed: one that this shop did not issue is refused before it reaches a query.
A page number needs a count and an offset, so both are capped: v1 reaches the first 1000 entries of any list.
"""

from __future__ import annotations

import base64
import binascii
import datetime
import decimal
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from django.core import signing
from django.db.models import Q, QuerySet
from rest_framework.request import Request

from reference_app.api.problems import DanglingReference, FieldError, NotFound
from reference_app.api.queries import Query, QueryText, QueryWhole

Entry = TypeVar("Entry")  # a model instance, or a row of .values()

DEFAULT_SIZE = 20
MAX_SIZE = 100
COUNT_CAP = 1000
CURSOR_PATTERN = r"^[A-Za-z0-9_-]{1,500}:[A-Za-z0-9_-]{43}$"


class CursorQuery(Query):
    """Parameters of a list that is paged by cursor; subclass it to add filters."""

    page_size = QueryWhole(min_value=1, max_value=MAX_SIZE, default=DEFAULT_SIZE, help_text="Entries on a page.")
    cursor = QueryText(
        max_length=600, pattern=CURSOR_PATTERN, required=False, help_text="Taken from `next` or `previous`."
    )


class NumberQuery(Query):
    """Parameters of a list that is paged by number; subclass it to add filters."""

    page_size = QueryWhole(min_value=1, max_value=MAX_SIZE, default=DEFAULT_SIZE, help_text="Entries on a page.")
    page = QueryWhole(min_value=1, max_value=COUNT_CAP, default=1, help_text="The number of the page.")


@dataclass(frozen=True)
class CursorPage(Generic[Entry]):
    """Entries, and the cursors of the pages beside them (None at the ends)."""

    entries: list[Entry]
    next: str | None
    previous: str | None

    def links(self, request: Request) -> dict[str, str | None]:
        """Return `next` and `previous` relative to this host: a forged Host cannot point them elsewhere."""
        return {
            "next": link_page(request, "cursor", self.next),
            "previous": link_page(request, "cursor", self.previous),
        }


@dataclass(frozen=True)
class NumberPage(Generic[Entry]):
    """Entries, the capped count of all, and the numbers of the pages beside them."""

    entries: list[Entry]
    count: int
    next: int | None
    previous: int | None

    def links(self, request: Request) -> dict[str, Any]:
        """Return `count`, and `next` and `previous` relative to this host."""
        return {
            "count": self.count,
            "next": link_page(request, "page", self.next),
            "previous": link_page(request, "page", self.previous),
        }


def page_by_cursor(
    entries: QuerySet[Any, Entry], *, ordering: Sequence[str], page_size: int, cursor: str | None = None
) -> CursorPage[Entry]:
    """Return one page of `entries` in `ordering`.

    `ordering` names non-null fields, "-" for descending, the last of them unique. All have to point the same way
    ("-created_at", "-id"), so that one row comparison serves the page from an index. Raises DanglingReference for a
    cursor that this shop did not issue for this ordering.
    """
    descending = ordering[0].startswith("-")
    names = [name.removeprefix("-") for name in ordering]
    if any(name.startswith("-") != descending for name in ordering):
        raise ValueError(f"a cursor needs one direction, not {list(ordering)}")
    backwards, position = (False, None) if cursor is None else read_cursor(cursor, ordering)
    downwards = descending != backwards
    if position is not None:
        entries = entries.filter(beyond(names, position, downwards=downwards))
    ordered = entries.order_by(*[f"-{name}" if downwards else name for name in names])
    found = list(ordered[: page_size + 1])
    more = len(found) > page_size
    found = found[:page_size]
    if backwards:
        found.reverse()
    onward = found and (more or backwards)
    back = found and (more if backwards else position is not None)
    return CursorPage(
        entries=found,
        next=write_cursor(ordering, found[-1], names, backwards=False) if onward else None,
        previous=write_cursor(ordering, found[0], names, backwards=True) if back else None,
    )


def beyond(names: Sequence[str], position: Sequence[Any], *, downwards: bool) -> Q:
    """Return the condition on rows after `position`: (a, b) > (x, y), spelt so that an index on (a, b) serves it."""
    strict, loose = ("lt", "lte") if downwards else ("gt", "gte")
    condition = Q(**{f"{names[-1]}__{strict}": position[-1]})
    for name, value in reversed(list(zip(names[:-1], position[:-1], strict=True))):
        condition = Q(**{f"{name}__{loose}": value}) & (Q(**{f"{name}__{strict}": value}) | condition)
    return condition


def write_cursor(ordering: Sequence[str], entry: Any, names: Sequence[str], *, backwards: bool) -> str:
    """Return the signed cursor of the page that begins beside `entry`."""
    values = [spell(entry[name] if isinstance(entry, dict) else getattr(entry, name)) for name in names]
    text = json.dumps([",".join(ordering), int(backwards), values], separators=(",", ":"))
    payload = base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
    return signing.Signer(salt="shop.cursor").sign(payload)


def read_cursor(cursor: str, ordering: Sequence[str]) -> tuple[bool, list[Any]]:
    """Return (backwards, values) of a cursor. Raises DanglingReference unless it was issued for this ordering."""
    try:
        payload = signing.Signer(salt="shop.cursor").unsign(cursor)
        issued_for, backwards, values = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (signing.BadSignature, binascii.Error, ValueError):
        issued_for, backwards, values = None, 0, []
    if issued_for != ",".join(ordering):
        error = FieldError("?cursor", "unknown_cursor", "This cursor was not issued for this list and ordering.")
        raise DanglingReference("The cursor names no page.", errors=(error,))
    return bool(backwards), [unspell(value) for value in values]


def spell(value: Any) -> Any:
    """Return a value of an ordering field for JSON; times and decimals keep their exact value."""
    match value:
        case datetime.datetime():
            return {"t": value.isoformat()}
        case decimal.Decimal():
            return {"d": str(value)}
        case _:
            return value


def unspell(value: Any) -> Any:
    """Return the value that `spell` wrote."""
    match value:
        case {"t": str(text)}:
            return datetime.datetime.fromisoformat(text)
        case {"d": str(text)}:
            return decimal.Decimal(text)
        case _:
            return value


def page_by_number(entries: QuerySet[Any, Entry], *, page: int, page_size: int) -> NumberPage[Entry]:
    """Return one page of the ordered `entries`, counted up to 1000. Raises NotFound beyond the last page."""
    # In their order, so that an index is read; without one PostgreSQL would take the table's first rows as they lie.
    count = entries[:COUNT_CAP].count()
    last = max(1, -(-count // page_size))
    if page > last:
        raise NotFound("There is no such page.")
    start = (page - 1) * page_size
    return NumberPage(
        entries=list(entries[start : min(start + page_size, COUNT_CAP)]),
        count=count,
        next=page + 1 if page < last else None,
        previous=page - 1 if page > 1 else None,
    )


def link_page(request: Request, name: str, value: str | int | None) -> str | None:
    """Return the path and query of this request with one parameter changed, or None for no page."""
    if value is None:
        return None
    parameters = {**request.query_params.dict(), name: str(value)}
    return f"{request.path}?{urlencode(parameters, safe=':')}"
