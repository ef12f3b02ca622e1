"""Take secrets out of everything that is written, and say what was taken out.

Two nets: by name (header fields, members, query and form fields that hold credentials) and by value (every password
and token that the run itself has used or been given, wherever and in whatever common encoding it stands).
"""

from __future__ import annotations

import base64
import binascii
import html
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from spec.target.exchange import Exchange

MASK: Final = "[redacted]"
OF_THE_RUN: Final = "a credential of the run"
"""Names what was recognised by its value."""
BODY_LIMIT: Final = 16_384
"""Bytes of a body that evidence shows; a report is read by people."""
LOOKAHEAD: Final = 8_192
"""Bytes beyond the limit that are searched too: what is cut in two there would no longer be recognised."""

SECRET_FIELDS: Final = frozenset({"authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key"}) | {
    "x-auth-token", "x-csrftoken", "x-csrf-token", "x-xsrf-token"
}  # fmt: skip
"""Header fields whose value is a secret."""
CREDENTIAL_FIELDS: Final = frozenset({"authorization", "proxy-authorization"})
"""Those that begin with a scheme (RFC 9110 §11.4), which is none."""
SCHEME: Final = re.compile(r"(basic|bearer|digest|token|jwt|negotiate) ", re.IGNORECASE)
_NAMES: Final = r"(?:password|passwd|secret|token|authorization|api_?key|signature|session_?id)"
# Repetitions are bounded: an answer is whatever its sender likes, and must not cost the run its time.
_SECRET_MEMBER: Final = re.compile(
    r"""(?P<name>(?P<quote>["'])(?:(?!(?P=quote))[^\\\n]){0,60}"""
    r"""(?:password|passwd|secret|token|access|refresh|authorization|api_?key|card)"""
    r"""(?:(?!(?P=quote))[^\\\n]){0,60}(?P=quote)\s*:\s*)"""
    # To the end of the text where the value is cut off.
    r"""(?:"(?:[^"\\]|\\.)*(?:"|\\?\Z)|'(?:[^'\\]|\\.)*(?:'|\\?\Z))""",
    re.IGNORECASE | re.DOTALL,
)
_SECRET_PARAMETER: Final = re.compile(
    rf"(?<![\w.\-])([\w.\-]{{0,40}}{_NAMES}[\w.\-\[\]]{{0,40}}=)([^&\s\"'<>;,]+)", re.IGNORECASE
)
JWT: Final = re.compile(r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*")
_BASE64: Final = re.compile(r"[A-Za-z0-9+/_-]{8,}={0,2}")
_PLAIN: Final = re.compile(r"[A-Za-z0-9._~-]*")


@dataclass(frozen=True, slots=True)
class Redacted:
    """Text that may be written, and what was taken out of it."""

    text: str
    redactions: tuple[str, ...]


def redact_text(text: str, secrets: Iterable[str] = ()) -> Redacted:
    """Take the secrets out of a text."""
    taken: list[str] = []
    known = frozenset(secrets)
    # A secret of unreserved characters is written as it is everywhere; only another one can look different.
    present = [secret for secret in known if secret in text or not _PLAIN.fullmatch(secret)]
    if present:
        # In one pass, longest first: what has been masked is not searched again.
        text, found = re.subn("|".join(map(_any_form, sorted(present, key=len, reverse=True))), MASK, text)
        if found:
            taken.append(OF_THE_RUN)
    text, encoded = _mask_base64(text, known)
    if encoded:
        taken.append(OF_THE_RUN)
    text, members = _SECRET_MEMBER.subn(rf'\g<name>"{MASK}"', text)
    if members:
        taken.append("JSON members that hold credentials")
    text, parameters = _SECRET_PARAMETER.subn(rf"\1{MASK}", text)
    if parameters:
        taken.append("parameters that hold credentials")
    text, tokens = JWT.subn(MASK, text)
    if tokens:
        taken.append("values shaped like a JWT")
    return Redacted(text, tuple(dict.fromkeys(taken)))


def redact_exchange(exchange: Exchange, secrets: Iterable[str] = ()) -> Redacted:
    """Write the exchange in the form of HTTP/1.1 messages, without secrets."""
    request, response = exchange.request, exchange.response
    known, taken = frozenset(secrets), list[str]()
    lines = [f"{request.method} {request.target} HTTP/1.1"]
    lines += _fields(request.wire_headers(), taken)
    lines += ["", _body(request.encoded_body(), known, taken)]
    if response is None:
        lines.append(f"--- no answer: {exchange.failure.value if exchange.failure else 'unknown'}")
    else:
        lines.append(f"HTTP/1.1 {response.status}")
        lines += _fields(response.headers, taken)
        lines += ["", _body(response.body, known, taken)]
    if exchange.source_address:
        lines.insert(0, f"# from {exchange.source_address} at {exchange.started.isoformat(timespec='milliseconds')}")
    redacted = redact_text("\n".join(lines).rstrip() + "\n", known)
    return Redacted(redacted.text, tuple(dict.fromkeys((*taken, *redacted.redactions))))


def _any_form(secret: str) -> str:
    """Build a pattern of the secret as it stands in text, JSON, a URL, a form or HTML, each character in any."""
    return "".join(f"(?:{'|'.join(_forms(character))})" for character in secret)


def _forms(character: str) -> Iterator[str]:
    yield re.escape(character)
    if _PLAIN.fullmatch(character):
        return
    yield f"(?i:{''.join(f'%{octet:02x}' for octet in character.encode(errors='surrogatepass'))})"
    for escaped in (json.dumps(character)[1:-1], f"\\{character}", html.escape(character)):
        yield f"(?i:{re.escape(escaped)})"
    if character == " ":
        yield re.escape("+")


def _mask_base64(text: str, secrets: frozenset[str]) -> tuple[str, int]:
    """Mask what reads as base64 of something with a secret in it: `user:password` of Basic, and the like."""
    masked = 0

    def replace(found: re.Match[str]) -> str:
        nonlocal masked
        decoded = _decode(found[0])
        if decoded and any(secret in decoded for secret in secrets):
            masked += 1
            return MASK
        return found[0]

    return (_BASE64.sub(replace, text), masked) if secrets else (text, 0)


def _decode(text: str) -> str:
    unpadded = text.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(unpadded + "=" * (-len(unpadded) % 4)).decode(errors="replace")
    except (binascii.Error, ValueError):
        return ""


def _fields(fields: Iterable[tuple[str, str]], taken: list[str]) -> list[str]:
    lines = []
    for name, value in fields:
        if name.lower() in SECRET_FIELDS:
            lines.append(f"{name}: {_masked_field(name.lower(), value)}")
            taken.append(f"header {name}")
        else:
            lines.append(f"{name}: {value}")
    return lines


def _masked_field(name: str, value: str) -> str:
    if name in CREDENTIAL_FIELDS:
        scheme = SCHEME.match(value)
        return f"{scheme[0]}{MASK}" if scheme else MASK
    if name == "set-cookie":
        # The attributes are what a reader wants to see; they are no secret.
        cookie, semicolon, attributes = value.partition(";")
        label, equals, _ = cookie.partition("=")
        return f"{label if equals else ''}{equals}{MASK}{semicolon}{attributes}"
    return MASK


def _body(body: bytes, secrets: frozenset[str], taken: list[str]) -> str:
    redacted = redact_text(body[: BODY_LIMIT + LOOKAHEAD].decode("utf-8", errors="backslashreplace"), secrets)
    taken += redacted.redactions
    if len(body) <= BODY_LIMIT:
        return redacted.text
    return f"{redacted.text[:BODY_LIMIT]}\n… {len(body) - BODY_LIMIT} more bytes"
