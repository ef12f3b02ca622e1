"""Request ids that a client gives: finding them in an answer, and the bounds within which they may stand there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote

from spec.target.exchange import Exchange, Request, Response, UnexpectedAnswer

ID_FIELD: Final = re.compile(r".*(request|correlation|trace|transaction)[-_]?id|traceparent", re.IGNORECASE)
"""Names of the header fields by which a request is known in logs."""
LONGEST: Final = 256
"""Characters. The known forms (UUID, ULID, Trace Context, Amazon's) need less than 100."""
BOUNDED: Final = re.compile(rf"[A-Za-z0-9._~:@=+/,;|#!*()%^\[\]?-]{{0,{LONGEST}}}")
"""Visible ASCII without what opens a string, a tag, a variable or an escape in a log, a page or a shell."""
BOUND: Final = f"no more than {LONGEST} characters of an id, all of them visible ASCII other than \"'`<>{{}}&$\\"
"""The bound in words."""
TELLING: Final = 8
"""Characters from which on a text in an answer is no coincidence."""


def sent_ids(request: Request) -> list[str]:
    """Return the request ids that the client gave."""
    return [value for name, value in request.headers if ID_FIELD.fullmatch(name)]


def told_ids(response: Response) -> list[str]:
    """Return the request ids that an answer tells, in its header and at the top of its body."""
    told = [value for name, value in response.headers if ID_FIELD.fullmatch(name)]
    try:
        body = response.json()
    except UnexpectedAnswer:
        return told
    members = body.items() if isinstance(body, dict) else ()
    return [*told, *(value for name, value in members if ID_FIELD.fullmatch(name) and isinstance(value, str))]


def find_unbounded_echo(exchange: Exchange) -> str:
    """Say where a given id came back that is too long or has odd characters; empty where none did."""
    response = exchange.response
    odd = [one for one in sent_ids(exchange.request) if not BOUNDED.fullmatch(unquote(one))]
    if response is None or not odd:
        return ""
    for told in told_ids(response):
        if not BOUNDED.fullmatch(told):
            return f"{_describe(told)} came back: {told[:60]!r}"
    texts = list(_texts(response))
    for sent in odd:
        if any(f"{name}:".lower() in unquote(sent).lower().split() for name, _ in response.headers):
            return f"a header of its own from {sent[:60]!r}"
        # Of a long one its beginning, as far as no bound allows.
        piece = sent[: LONGEST + 1]
        if not BOUNDED.fullmatch(piece) and len(piece) >= TELLING and any(piece in text for text in texts):
            return f"{_describe(sent)} came back: {sent[:60]!r}"
    return ""


def _describe(told: str) -> str:
    """Say by what an id is out of bounds: by its length, or by the characters that it has."""
    if len(told) > LONGEST:
        return f"an id of {len(told)} characters"
    odd = dict.fromkeys(one for one in told if not BOUNDED.fullmatch(one))
    return f"an id with {' and '.join(map(repr, odd))}"


def _texts(response: Response) -> Iterator[str]:
    """Yield the texts of an answer in which something could be echoed; those of JSON as they are meant."""
    yield from (value for _, value in response.headers)
    yield response.body.decode(errors="replace")
    try:
        yield from _strings(response.json())
    except UnexpectedAnswer:
        return


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)
