"""Values of header fields that hold several parts, as their specifications read them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

import http_sf

from spec.target.exchange import Headers

_QUOTED_OR_PLAIN: Final = r'(?:"(?:[^"\\]|\\.)*"|[^",;]*)'
_DIRECTIVE: Final = re.compile(rf"\s*([^\s=,;]+)\s*(?:=\s*({_QUOTED_OR_PLAIN}))?\s*([,;]|$)")
REFERRER_POLICIES: Final = frozenset(
    {
        "no-referrer", "no-referrer-when-downgrade", "same-origin", "origin", "strict-origin",
        "origin-when-cross-origin", "strict-origin-when-cross-origin", "unsafe-url",
    }
)  # fmt: skip
"""The policies that a browser knows: of a list the last one that it knows counts (Referrer Policy §8.1)."""

_DATA: Final = re.compile(
    # Facts about the content, and addresses of pages.
    r"content-.*|accept.*|etag|last-modified|date|expires|age|allow|vary|location|link|refresh|sourcemap|sunset"
    r"|deprecation|retry-after|(?:x-)?rate-?limit.*|cache-control|alt-svc|idempotency-.*|set-cookie|www-authenticate"
    # Policies of a browser, and where it reports to.
    r"|access-control-.*|cross-origin-.*|sec-.*|strict-transport-security|permissions-policy|feature-policy"
    r"|referrer-policy|origin-.*|nel|report.*|expect-ct|timing-allow-origin|clear-site-data|x-frame-options"
    # The connection, and ids of a request.
    r"|connection|keep-alive|transfer-encoding|upgrade|trailer|.*(?:request|correlation|trace|transaction)[-_]?id"
    r"|traceparent|tracestate",
    re.IGNORECASE,
)

SERVER_FIELDS: Final = frozenset({"server", "via", "server-timing", "cache-status", "proxy-status"})
"""Fields by which servers on the way name themselves, as their standards say."""


def holds_data(name: str) -> bool:
    """Tell if a field is there for an address, a policy, an id or a fact about the content, as its standard says."""
    return _DATA.fullmatch(name) is not None


def names_in(headers: Headers, name: str) -> frozenset[str]:
    """Return the members of a field that is a list of names, in small letters."""
    return frozenset(one.strip().lower() for one in (headers.get(name) or "").split(",") if one.strip())


def directives_of(value: str) -> Mapping[str, str | None]:
    """Read directives with or without a value, apart by commas or semicolons; of a repeated one the first counts."""
    found: dict[str, str | None] = {}
    for one in _DIRECTIVE.finditer(value):
        given = one[2]
        found.setdefault(one[1].lower(), given if given is None else given.strip().strip('"'))
    return found


def transport_security(headers: Headers) -> tuple[int, bool] | None:
    """Return max-age and includeSubDomains of Strict-Transport-Security (RFC 6797 §6.1); None where it is not valid.

    A browser reads the first field alone (§8.1), and none in which a directive is repeated.
    """
    fields = headers.get_all("Strict-Transport-Security")
    if not fields or "," in fields[0]:
        return None
    names = [part.partition("=")[0].strip().lower() for part in fields[0].split(";") if part.strip()]
    directives = directives_of(fields[0])
    age = directives.get("max-age") or ""
    if len(names) != len(set(names)) or not re.fullmatch(r"\d+", age, re.ASCII):
        return None
    return int(age[:18]), "includesubdomains" in directives


def referrer_policy(headers: Headers) -> str:
    """Return the policy that a browser follows; empty where it knows none of those that are named."""
    listed = [one.strip().lower() for one in (headers.get("Referrer-Policy") or "").split(",")]
    return next((one for one in reversed(listed) if one in REFERRER_POLICIES), "")


def opener_policy(headers: Headers) -> str:
    """Return the opener policy: an item of structured fields, whose parameters do not count; empty if it is none."""
    read = _structured(headers.get("Cross-Origin-Opener-Policy") or "", "item")
    return str(read[0]) if isinstance(read, tuple) and isinstance(read[0], http_sf.Token) else ""


def kept_back_features(headers: Headers) -> frozenset[str]:
    """Return the features that a permissions policy does not allow to all; none where a browser cannot read it.

    It is a dictionary of structured fields; a list with a star in it allows a feature to all (Permissions Policy §5.1).
    """
    read = _structured(headers.get("Permissions-Policy") or "", "dictionary")
    return frozenset(name for name, value in read.items() if not _allows_all(value)) if read else frozenset()


@lru_cache(maxsize=512)
def _structured(value: str, kind: str) -> Any:
    try:
        return http_sf.parse(value.encode("latin-1", "replace"), tltype=kind)
    except http_sf.StructuredFieldError:
        return None


def _allows_all(value: Any) -> bool:
    sources = value[0]
    listed = [one[0] for one in sources] if isinstance(sources, list) else [sources]
    return any(isinstance(one, http_sf.Token) and str(one) == "*" for one in listed)
