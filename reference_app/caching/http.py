"""The response for a cached answer: every header of caching is set here."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from enum import StrEnum

from django.http import HttpRequest, HttpResponse
from django.utils.http import parse_etags
from rest_framework.request import Request

from reference_app.caching.answers import Answer, Origin, fetch
from reference_app.caching.keys import AnswerKey
from reference_app.flags.declared import FeatureFlag
from reference_app.flags.state import is_on


class Audience(StrEnum):
    """The audience of an answer, as Cache-Control states it (RFC 9111)."""

    EVERYBODY = "public, no-cache"  # may be stored, and is asked about each time: no reader sees what is no longer so
    ONE_USER = "private, no-store"


VARY = {Audience.EVERYBODY: "Accept", Audience.ONE_USER: "Accept, Authorization"}


def respond(
    request: HttpRequest | Request, key: AnswerKey, produce: Callable[[], bytes], *, audience: Audience
) -> HttpResponse:
    """Return 200 with the answer of `key`, or 304 when the client has the same bytes (RFC 9110 section 13.1.2).

    Raises whatever `produce` raises; only a 200 is ever kept.
    """
    found = fetch(key, produce) if is_on(FeatureFlag.CACHED_ANSWERS) else Answer(produce(), Origin.BYPASS)
    headers = {"Cache-Status": found.origin.value, "Cache-Control": audience.value, "Vary": VARY[audience]}
    if audience is Audience.EVERYBODY:
        headers["ETag"] = tag = entity_tag(found.body)
        if knows(request.META.get("HTTP_IF_NONE_MATCH", ""), tag):
            return HttpResponse(status=304, headers=headers)
    return HttpResponse(found.body, content_type="application/json", headers=headers)


def entity_tag(body: bytes) -> str:
    """Return a strong tag: the same bytes, the same tag."""
    return f'"{hashlib.blake2b(body, digest_size=16).hexdigest()}"'


def knows(if_none_match: str, tag: str) -> bool:
    """Return whether the client has the answer of `tag`, by weak comparison."""
    return any(known == "*" or known.removeprefix("W/") == tag for known in parse_etags(if_none_match))
