"""Texts in an answer about health that say more than up or down: versions, addresses, texts of errors."""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Final

from spec.checking.rules import Answer
from spec.checks.support.header_values import SERVER_FIELDS, holds_data
from spec.checks.support.json_texts import names_of, texts_of
from spec.checks.support.software_versions import NAMING_FIELDS, named_versions, software_versions_in

_LOOKED_THROUGH: Final = 16_384
"""Bytes of a body that is no JSON."""
_VERSION_MEMBER: Final = re.compile(r"(?:.*[_-])?(?:version|release|build|commit|revision)(?:_?id)?", re.IGNORECASE)
_VERSION: Final = re.compile(r"(?<![\w.])v?\d+\.\d+\.\d+[\w.+-]*")
_MOMENT: Final = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?|\d\d:\d\d:\d\d(?:\.\d+)?"
)
_PAGE_ADDRESS: Final = re.compile(r"https?://\S+")
_PATH_OR_NAME: Final = re.compile(r"^(?:/|about:|tag:|urn:)\S*")
"""The path of a page, or a name that leads nowhere (RFC 4151, RFC 8141)."""
_LINK_MEMBERS: Final = frozenset({"type", "instance", "href", "self"})
"""Members that hold addresses of pages, such as those of a problem document (RFC 9457 §3.1)."""
_CODE_MEMBERS: Final = frozenset({"code", "error_code"})
"""Members that hold codes of the shop, which may have points: service.unavailable."""
_LABELS: Final = frozenset({"name", "description"})
_SENTENCES: Final = frozenset({"title", "detail", "message", "summary", "notes", "output"}) | _LABELS
"""Members of the whole answer that may hold a sentence; of a dependency only its label may have several words."""
_SHORT: Final = re.compile(
    r"\s*(?:(?:not )?[\w-]{0,64}|[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)? ?(?:[mµn]?s|%)?)\s*", re.IGNORECASE
)
_HOST: Final = re.compile(r"(?<![\w.@/-])[a-z][\w-]*(?:\.[a-z][\w-]*)*\.[a-z][a-z-]+(?![\w.])", re.IGNORECASE)
_ADDRESS: Final = re.compile(
    r"\b(?!https?:)[a-z][a-z0-9+.-]*://\S+"
    r"|(?<![\w/])/(?:var|run|tmp|home|usr|opt|etc|srv|app|data)/[\w./-]+"
    r"|\bport[ =:]+\d{2,5}\b"
    r"|\b(?:localhost|[a-z][\w-]*(?:\.[\w-]+)+):\d{2,5}\b|\b[a-z][\w-]*:\d{4,5}\b",
    re.IGNORECASE,
)
_HOST_MEMBER: Final = re.compile(
    r"(?:.*[_-])?(?:(?:host|pod)(?:[_-]?name)?|(?:node|server)[_-]?name|address|addr)", re.IGNORECASE
)
"""Members that are there for the name of a host."""
_IP: Final = re.compile(
    r"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7})(?!\w)", re.IGNORECASE
)
_ERROR: Final = re.compile(
    r"(?-i:\b[A-Z]\w*(?:Error|Exception)\b|\bE(?:CONN[A-Z]+|TIMEDOUT|NOENT|HOSTUNREACH)\b|\b(?:FATAL|PANIC|ERROR): )"
    r"|\b(?:errno|sqlstate|traceback)\b|connection (?:to server|refused|reset|closed|timed out|failed)"
    r"|terminating connection|(?:could|can) ?not connect|(?:unable|failed) to connect|error \d+ (?:while )?connecting"
    r"|database system is|no such (?:file|host)|name or service not known|server closed the connection|broken pipe"
    r"|password authentication|no route to host|max number of clients|connect: |getaddrinfo",
    re.IGNORECASE,
)
_ERROR_MEMBER: Final = re.compile(
    r"(?:.*[_-])?(?:error|exception|cause|trace|traceback|stack|stacktrace|output)(?:[_-]?message)?", re.IGNORECASE
)
_WORD: Final = re.compile(r"[\w-]*")
_PHRASES: Final = frozenset(one.phrase.lower() for one in HTTPStatus)


def health_disclosures_in(answer: Answer) -> Iterator[str]:
    """Yield each version, address and error's text that an answer about health gives away."""
    body = answer.response.body
    members, names = list(texts_of(body)), sorted(names_of(body))
    whole = _sentences_of(body)
    if not members and not names:
        members = [("", body[:_LOOKED_THROUGH].decode(errors="replace"))]
    for name, text in members:
        shown = f"the member {name!r}: {text[:200]!r}" if name else f"the body {text[:200]!r}"
        plain = _MOMENT.sub(" ", _PAGE_ADDRESS.sub(" ", text) if name in _LINK_MEMBERS else text)
        if _VERSION_MEMBER.fullmatch(name) or _VERSION.search(_IP.sub(" ", plain)):
            yield f"a version in {shown}"
        if _ADDRESS.search(plain) or _has_ip(plain) or (not answer.is_page and _names_host(name, plain)):
            yield f"an address in {shown}"
        if _ERROR.search(plain) or (_ERROR_MEMBER.fullmatch(name) and not _is_word(text)):
            yield f"an error's text in {shown}"
        elif name and (name, text) not in whole and not _is_short(name, plain):
            yield f"more than a word in {shown}"
    yield from (f"an address in the name {one!r}" for one in names if _ADDRESS.search(one) or _has_ip(one))
    for name, value in answer.headers:
        if _has_ip(value) or _ERROR.search(value) or _field_names_host(name, value):
            yield f"an address or an error's text in {name}: {value}"
    told = [*names, *(text for _, text in members)]
    versions = [*software_versions_in(answer), *([] if answer.is_error else map(repr, named_versions("\n".join(told))))]
    yield from (f"a version: {one}" for one in versions)


def _field_names_host(name: str, value: str) -> bool:
    """Tell if a field names a host that is there for nothing of the kind."""
    if holds_data(name) or name.lower() in SERVER_FIELDS | NAMING_FIELDS:
        return False
    plain = _PAGE_ADDRESS.sub(" ", value)
    return bool(_ADDRESS.search(plain) or _HOST.search(plain))


def _sentences_of(body: bytes) -> frozenset[tuple[str, str]]:
    """Return the members of the whole answer that may hold a sentence."""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return frozenset()
    members = content.items() if isinstance(content, dict) else ()
    return frozenset((name, text) for name, text in members if name in _SENTENCES and isinstance(text, str))


def _is_short(name: str, text: str) -> bool:
    """Tell if a member says no more than a word, a number or a time, or holds a label, a link or a code."""
    if name in _LABELS | _LINK_MEMBERS | _CODE_MEMBERS:
        return True
    return _SHORT.fullmatch(text) is not None or text.lower() in _PHRASES


def _names_host(name: str, text: str) -> bool:
    if _HOST_MEMBER.fullmatch(name):
        return True
    plain = _PATH_OR_NAME.sub(" ", text) if name in _LINK_MEMBERS else text
    return name not in _CODE_MEMBERS and _HOST.search(plain) is not None


def _is_word(text: str) -> bool:
    """Tell if a text is a code, or the phrase of a status, and so nobody's error text."""
    return _WORD.fullmatch(text) is not None or text.lower() in _PHRASES


def _has_ip(text: str) -> bool:
    return any(_is_ip(found) for found in _IP.findall(text))


def _is_ip(text: str) -> bool:
    try:
        return not ipaddress.ip_address(text).is_unspecified
    except ValueError:
        return False
