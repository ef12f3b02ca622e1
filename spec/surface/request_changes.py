"""Changes of a request that works: another method, body, id, query or header."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import quote, unquote

from jsonpointer import escape

from spec.surface.json_places import DELETED, replace_at
from spec.surface.provocations import Change, NotThere, Provocation, Ready
from spec.target.exchange import UNSET, Request

OVERSIZED: Final = 4 * 1024 * 1024
"""Bytes; no operation of a shop's API needs a tenth of it. Uploads are another operation."""
JSON: Final = "application/json"


def by_method(method: str) -> Change:
    """Ask the same resource by another method, without query and body."""
    return lambda request, _: replace(request, method=method, query=(), json=UNSET, body=None, headers=())


def to_head(request: Request, _ready: Ready) -> Request:
    """Ask for the head alone, of the same answer."""
    return replace(request, method="HEAD")


def by_head(provocation: Provocation) -> Provocation:
    """Return the same provocation, of the head alone."""
    change = provocation.change
    return replace(provocation, change=lambda request, ready: to_head(change(request, ready), ready), method="HEAD")


def with_header(name: str, value: str) -> Change:
    """State one header field; one of the same name goes."""

    def change(request: Request, _ready: Ready) -> Request:
        others = tuple(one for one in request.headers if one[0].lower() != name.lower())
        return replace(request, headers=(*others, (name, value)))

    return change


def spoilt(request: Request, spoil: Callable[[bytes], bytes], media_type: str | None = None) -> Request:
    """Return the request, the bytes of whose body are spoilt, and its media type where one is given."""
    fields = request.wire_headers()
    if media_type is not None:
        fields = (*(one for one in fields if one[0].lower() != "content-type"), ("Content-Type", media_type))
    return replace(request, json=UNSET, body=spoil(request.encoded_body()), headers=fields)


def with_body(spoil: Callable[[bytes], bytes], media_type: str | None = None) -> Change:
    """Spoil the bytes of the body, and its media type where one is given."""
    return lambda request, _: spoilt(request, spoil, media_type)


def with_field(name: str, value: Any) -> Change:
    """Put another value into a field of the body, or leave the field out."""

    def change(request: Request, _ready: Ready) -> Request:
        return replace(request, json=replace_at(request.json, f"/{escape(name)}", value))

    return change


def without_field(name: str) -> Change:
    """Leave a field out of the body."""
    return with_field(name, DELETED)


def with_fields(values: Mapping[str, Any], left_out: Collection[str] = ()) -> Change:
    """Put values into several fields of the body at once, also into fields that it lacks, and leave others out."""

    def change(request: Request, _ready: Ready) -> Request:
        kept = {name: value for name, value in fields_of(request).items() if name not in left_out}
        return replace(request, json={**kept, **values})

    return change


def with_wrong_fields(request: Request, _ready: Ready) -> Request:
    """Put a wrong value into each field of the body, all at once."""
    return replace(request, json={name: wrong_value_for(value) for name, value in fields_of(request).items()})


def with_query(**given: str) -> Change:
    """Set parameters of the query."""

    def change(request: Request, _ready: Ready) -> Request:
        others = tuple(one for one in request.query if one[0] not in given)
        return replace(request, query=(*others, *given.items()))

    return change


def with_id(make: Callable[[], str]) -> Change:
    """Name another thing: the last id in the path becomes what is made."""

    def change(request: Request, ready: Ready) -> Request:
        parts = request.path.split("/")
        places = [place for place, part in enumerate(parts) if unquote(part) in ready.ids]
        if not places:
            raise NotThere("its path names no thing")
        parts[places[-1]] = quote(make(), safe="")
        return replace(request, path="/".join(parts))

    return change


def turn_slash(request: Request, _ready: Ready) -> Request:
    """Add a slash to the end of the path, or take it away."""
    path = request.path
    return replace(request, path=path[:-1] if path.endswith("/") else f"{path}/")


def preflight(origin: str) -> Change:
    """Ask, as a browser does for a page of an origin, if the request may be made (Fetch standard)."""

    return lambda request, _: as_preflight(request, origin)


def as_preflight(request: Request, origin: str) -> Request:
    """Return the question of a browser if a page of an origin may make the request."""
    asked: Mapping[str, str] = {
        "Origin": origin,
        "Access-Control-Request-Method": request.method,
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    return replace(request, method="OPTIONS", query=(), json=UNSET, body=None, headers=tuple(asked.items()))


def fields_of(request: Request) -> dict[str, Any]:
    """Return the fields of a JSON body; none where the body is no object."""
    return request.json if request.body is None and isinstance(request.json, dict) else {}


def wrong_value_for(value: Any) -> Any:
    """Return a value of another type than one that is right."""
    return {"a": 1} if not isinstance(value, dict) else json.dumps(value)
