"""Facts about a request that a rule needs before it may say how it has to be answered."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from spec.checking.rules import Answer
from spec.surface.openapi import DocumentedOperation
from spec.target.circumstances import Identity

READING_METHODS: Final = frozenset({"GET", "HEAD"})
KNOWN_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"})
"""The methods of RFC 9110 §9 and RFC 5789."""
SPECIAL_FIELDS: Final = frozenset(
    {"host", "origin", "expect", "content-encoding", "transfer-encoding", "range", "x-http-method-override"}
)
"""Fields for which a request may be refused before anybody looks at what it asks for."""
SMALL_BODY: Final = 16_384
"""Bytes that any operation reads."""


def sent_field(answer: Answer, name: str) -> str:
    """Return the value of a field of the request as it was sent; empty where it was not."""
    fields = answer.exchange.request.wire_headers()
    return ", ".join(value for key, value in fields if key.lower() == name.lower())


def may_be_guarded(answer: Answer) -> bool:
    """Tell if a request could have been sent by a form of another's page, against which a target may have a guard.

    Such a form sends the cookies of who sees it, and no other credentials.
    """
    is_unsafe = answer.exchange.request.method.upper() not in READING_METHODS
    return is_unsafe and (answer.identity is Identity.NOBODY or bool(sent_field(answer, "Cookie")))


def sent_media_type(answer: Answer) -> str:
    """Return the media type that the request states for its body, in small letters and without parameters."""
    return sent_field(answer, "Content-Type").partition(";")[0].strip().lower()


def is_plain(answer: Answer) -> bool:
    """Tell if there is nothing about a request, beside what it asks for, for which it might be refused."""
    sent = answer.exchange.request
    names = {name.lower() for name, _ in sent.headers}
    special = names & SPECIAL_FIELDS or any(name.startswith("if-") for name in names)
    return not special and not sent.query and len(sent.encoded_body()) <= SMALL_BODY


def documented_operations(answer: Answer) -> Mapping[str, DocumentedOperation]:
    """Return the operations that the version's document has for the resource, by their methods."""
    operations = answer.document.operations if answer.document else ()
    return {one.method: one for one in operations if one.path == answer.resource}


def accepts(accept: str, media_type: str) -> bool:
    """Tell if an Accept header takes a media type, whatever the order of preference (RFC 9110 §12.5.1)."""
    kind, _, _ = media_type.partition("/")
    for one in accept.lower().split(","):
        name, *parameters = [part.strip() for part in one.split(";")]
        refused = any(re.fullmatch(r"q\s*=\s*0(\.0*)?", part) for part in parameters)
        if name in {"*/*", f"{kind}/*", media_type} and not refused:
            return True
    return False
