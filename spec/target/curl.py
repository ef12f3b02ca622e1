"""A request as a curl command that a reader can run; the base URL and what is secret come from their environment."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from spec.target.redaction import CREDENTIAL_FIELDS, MASK, SCHEME, SECRET_FIELDS, redact_text

if TYPE_CHECKING:
    from spec.target.exchange import Request

SHOWN_LENGTH: Final = 2_000
"""Octets of a value that stand in the line. A longer one is a variable, and a comment says how long it is."""
_PLAIN: Final = re.compile(r"[A-Za-z0-9._~/-]+")


def curl_line(request: Request, secrets: Iterable[str] = ()) -> str:
    """Write a curl command for the request; base URL and credentials come from the reader's environment.

    So does what is too long to be read, or is no text.
    """
    known, left_out = frozenset(secrets), list[str]()
    # Path and brackets go over the wire as they are written here, not as curl would tidy or expand them.
    parts = ["curl", "--include", "--path-as-is", "--globoff"]
    parts += ["--head"] if request.method == "HEAD" else ["--request", _quote(request.method, known)]
    for name, value in request.wire_headers():
        if len(value) > SHOWN_LENGTH and name.lower() not in SECRET_FIELDS:
            left_out.append(f"HEADER_VALUE: {len(value)} octets")
            parts += ["--header", f'{_quote(name, known)}": $HEADER_VALUE"']
        else:
            parts += ["--header", _header_argument(name, value, known)]
    body = request.encoded_body()
    if len(body) > SHOWN_LENGTH or (body and not _is_text(body)):
        left_out.append(f"BODY_FILE: {len(body)} octets")
        parts += ["--data-binary", '"@$BODY_FILE"']
    elif body:
        parts += ["--data-raw", _quote(body.decode(), known)]
    base = "$ORIGIN" if request.from_origin else "$BASE_URL"
    parts.append(f'"{base}{_write_target(request.target, known, left_out)}')
    return " ".join([*parts, *([f"# {'; '.join(left_out)}"] if left_out else [])])


def _write_target(target: str, secrets: frozenset[str], left_out: list[str]) -> str:
    """Write the rest of the URL, which begins inside of quotes."""
    path, mark, query = target.partition("?")
    if len(target) <= SHOWN_LENGTH:
        return f'"{_quote(target, secrets)}'
    if len(path) > SHOWN_LENGTH:
        left_out.append(f"TARGET: {len(target)} octets")
        return '$TARGET"'
    left_out.append(f"QUERY: {len(query)} octets")
    return f'"{_quote(path + mark, secrets)}"$QUERY"'


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
