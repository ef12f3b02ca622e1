"""A page of a list in either version: by cursor in v2, by number in v1."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import orjson
from django.db.models import Model, QuerySet
from rest_framework.request import Request

from reference_app.api.pagination import page_by_cursor, page_by_number

Entry = TypeVar("Entry", bound=Model)


def render_page(
    request: Request,
    entries: QuerySet[Entry],
    *,
    parameters: Mapping[str, Any],
    ordering: Sequence[str],
    render: Callable[[Entry], dict[str, Any]],
) -> bytes:
    """Return the bytes of one page.

    `parameters` are the validated ones of a `CursorQuery` (v2) or `NumberQuery` (v1).
    """
    size = parameters["page_size"]
    if request.version == "v1":
        numbered = page_by_number(entries.order_by(*ordering), page=parameters["page"], page_size=size)
        return encode({"results": [render(entry) for entry in numbered.entries], **numbered.links(request)})
    page = page_by_cursor(entries, ordering=ordering, page_size=size, cursor=parameters.get("cursor"))
    return encode({"results": [render(entry) for entry in page.entries], **page.links(request)})


def encode(content: Any) -> bytes:
    """Return plain values as JSON; times end in Z."""
    return orjson.dumps(content, option=orjson.OPT_UTC_Z)
