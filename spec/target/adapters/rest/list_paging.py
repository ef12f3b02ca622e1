"""Find where the next page of a list begins."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from spec.target.adapters.rest.answer_fields import field, identifier, integer, shown, text
from spec.target.adapters.rest.field_tables import UNTOLD_FIELD, FieldTables
from spec.target.adapters.rest.rest_settings import RestSettings
from spec.target.exchange import Headers, Response, UnexpectedAnswer
from spec.target.web_links import linked_targets


class ListPaging:
    """Reads the beginning of the next page as the setting `paging` says."""

    def __init__(self, settings: RestSettings, fields: FieldTables) -> None:
        self._kind = settings.paging
        self._next, self._pages, self._total = fields.body.next, fields.body.pages, fields.body.total
        self._parameter = fields.query.cursor

    def next_cursor(self, response: Response, body: object, entries: int, cursor: str | None) -> str | None:
        """Return the cursor of the page after this one, which was asked with a cursor; None at the end."""
        match self._kind:
            case "cursor":
                return None if field(body, self._next) is None else self._in_query(text(body, self._next))
            case "value":
                return None if field(body, self._next) is None else identifier(body, self._next)
            case "link":
                target = next_link(response.headers)
                return None if target is None else self._in_query(target)
            case "page":
                return self._next_number(body, entries, cursor)
            case "offset":
                return self._next_offset(body, entries, cursor)

    def _in_query(self, address: str) -> str:
        try:
            cursors = parse_qs(urlsplit(address).query).get(self._parameter)
        except ValueError:
            cursors = None
        if not cursors:
            wanted = f"an address of the next page with a parameter {self._parameter!r}"
            raise UnexpectedAnswer(wanted, shown(address))
        return cursors[0]

    def _next_number(self, body: object, entries: int, cursor: str | None) -> str | None:
        if not _is_count(cursor):
            return None
        following = int(cursor or 1) + 1
        if self._pages != UNTOLD_FIELD:
            return str(following) if following <= integer(body, self._pages) else None
        return str(following) if entries else None

    def _next_offset(self, body: object, entries: int, cursor: str | None) -> str | None:
        if not entries or not _is_count(cursor):
            return None
        following = int(cursor or 0) + entries
        return str(following) if self._total == UNTOLD_FIELD or following < integer(body, self._total) else None


def _is_count(cursor: str | None) -> bool:
    """Tell if a cursor is one that numbered pages have, or none."""
    return cursor is None or (cursor.isascii() and cursor.isdigit() and len(cursor) < 10)


def next_link(headers: Headers) -> str | None:
    """Return the target of the Link whose relation is `next`, None where there is none."""
    return next(linked_targets(headers, "next"), None)
