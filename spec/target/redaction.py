"""Takes secrets out of exchanges before anything is written, and says what it took out.

Two nets: by name (header fields and JSON members that hold credentials) and by value (every password and token that
the run itself has used or been given, wherever it stands).
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from spec.target.exchange import Exchange, Request

MASK: Final = "[redacted]"
BODY_LIMIT: Final = 16_384
"""Bytes of a body that evidence shows; a report is read by people."""

_SECRET_FIELDS: Final = frozenset(
    {"authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key", "x-auth-token", "x-csrftoken"}
)
_SECRET_MEMBER: Final = re.compile(
    r'("(?:[^"\\]*(?:password|secret|token|access|refresh|authorization|api_?key|card)[^"\\]*)"\s*:\s*)"(?:[^"\\]|\\.)*"',
    re.IGNORECASE,
)
_JWT: Final = re.compile(r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*")


@dataclass(frozen=True, slots=True)
class Redacted:
    """Text that may be written, and what was taken out of it."""

    text: str
    redactions: tuple[str, ...]


def redact_text(text: str, secrets: Iterable[str] = ()) -> Redacted:
    """The text without secrets."""
    taken: list[str] = []
    for secret in sorted(secrets, key=len, reverse=True):
        if secret in text:
            text = text.replace(secret, MASK)
            taken.append("a credential of the run")
    text, members = _SECRET_MEMBER.subn(rf'\1"{MASK}"', text)
    if members:
        taken.append("JSON members that hold credentials")
    text, tokens = _JWT.subn(MASK, text)
    if tokens:
        taken.append("values shaped like a JWT")
    return Redacted(text, tuple(dict.fromkeys(taken)))


def redact_exchange(exchange: Exchange, secrets: Iterable[str] = ()) -> Redacted:
    """The exchange as text in the form of HTTP/1.1 messages, without secrets."""
    request, response = exchange.request, exchange.response
    taken: list[str] = []
    lines = [f"{request.method} {request.target} HTTP/1.1"]
    lines += _fields(request.wire_headers(), taken)
    lines += ["", _body(request.encoded_body())]
    if response is None:
        lines.append(f"--- no answer: {exchange.failure.value if exchange.failure else 'unknown'}")
    else:
        lines.append(f"HTTP/1.1 {response.status}")
        lines += _fields(response.headers, taken)
        lines += ["", _body(response.body)]
    if exchange.source_address:
        lines.insert(0, f"# from {exchange.source_address} at {exchange.started.isoformat(timespec='milliseconds')}")
    redacted = redact_text("\n".join(lines).rstrip() + "\n", secrets)
    return Redacted(redacted.text, tuple(dict.fromkeys((*taken, *redacted.redactions))))


def curl_line(request: Request, secrets: Iterable[str] = ()) -> str:
    """A curl command for the request; base URL and credentials come from the reader's environment."""
    parts = ["curl", "--include", "--request", request.method]
    for name, value in request.wire_headers():
        if name.lower() == "authorization":
            parts += ["--header", '"Authorization: Bearer $ACCESS_TOKEN"']
        else:
            parts += ["--header", shlex.quote(f"{name}: {MASK if name.lower() in _SECRET_FIELDS else value}")]
    body = request.encoded_body()
    if body:
        parts += ["--data-raw", shlex.quote(redact_text(_body(body), secrets).text)]
    parts.append(f'"$BASE_URL"{shlex.quote(request.target)}')
    return redact_text(" ".join(parts), secrets).text


def _fields(fields: Iterable[tuple[str, str]], taken: list[str]) -> list[str]:
    lines = []
    for name, value in fields:
        if name.lower() in _SECRET_FIELDS:
            scheme = f"{value.split(' ')[0]} " if " " in value else ""
            lines.append(f"{name}: {scheme}{MASK}")
            taken.append(f"header {name}")
        else:
            lines.append(f"{name}: {value}")
    return lines


def _body(body: bytes) -> str:
    shown = body[:BODY_LIMIT].decode("utf-8", errors="backslashreplace")
    return shown if len(body) <= BODY_LIMIT else f"{shown}\n… {len(body) - BODY_LIMIT} more bytes"
