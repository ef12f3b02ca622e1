"""A request as a curl command that a reader can run; the base URL and what is secret come from their environment."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from spec.target.redaction import BODY_LIMIT, CREDENTIAL_FIELDS, MASK, SCHEME, SECRET_FIELDS, redact_text

if TYPE_CHECKING:
    from spec.target.exchange import Request

_PLAIN: Final = re.compile(r"[A-Za-z0-9._~/-]+")


def curl_line(request: Request, secrets: Iterable[str] = ()) -> str:
    """Write a curl command for the request; base URL and credentials come from the reader's environment."""
    known = frozenset(secrets)
    # Path and brackets go over the wire as they are written here, not as curl would tidy or expand them.
    parts = ["curl", "--include", "--path-as-is", "--globoff"]
    parts += ["--head"] if request.method == "HEAD" else ["--request", _quote(request.method, known)]
    for name, value in request.wire_headers():
        parts += ["--header", _header_argument(name, value, known)]
    body = request.encoded_body()
    if len(body) > BODY_LIMIT or (body and not _is_text(body)):
        parts += ["--data-binary", '"@$BODY_FILE"']
    elif body:
        parts += ["--data-raw", _quote(body.decode(), known)]
    base = "$ORIGIN" if request.from_origin else "$BASE_URL"
    parts.append(f'"{base}"{_quote(request.target, known)}')
    return " ".join(parts)


def _header_argument(name: str, value: str, secrets: frozenset[str]) -> str:
    lowered = name.lower()
    if lowered in CREDENTIAL_FIELDS:
        scheme = SCHEME.match(value)
        if scheme and scheme[1].lower() != "bearer":
            return f'"{name}: {scheme[1]} $CREDENTIALS"'
        return f'"{name}: Bearer $ACCESS_TOKEN"'
    if lowered in SECRET_FIELDS:
        return _quote(f"{name}: {MASK}", secrets)
    # curl leaves a header without a value out unless it ends in a semicolon.
    return _quote(f"{name}: {value}" if value else f"{name};", secrets)


def _quote(text: str, secrets: frozenset[str]) -> str:
    """Write the redacted text as one word of a POSIX shell, with a variable where something was taken out."""
    redacted = redact_text(text, secrets).text.replace("'", "'\"'\"'")
    quoted = f"'{redacted}'".replace(MASK, "'\"$SECRET\"'")
    return quoted if not _PLAIN.fullmatch(redacted) or not redacted else redacted


def _is_text(body: bytes) -> bool:
    try:
        return "\0" not in body.decode()
    except UnicodeDecodeError:
        return False
