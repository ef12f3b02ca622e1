"""Describe what is odd about a request: the place and the class of its oddest values."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Final
from urllib.parse import parse_qsl, unquote

from spec.checks.support.field_mutations import is_form, read_form
from spec.surface.json_places import list_pointers, read_at
from spec.target.exchange import UNSET, Request
from spec.target.redaction import SECRET_FIELDS

SHOWN: Final = 3
LONG: Final = 100
"""Characters from which a text is a long one."""
LARGE: Final = 2**31
"""From here on a number does not fit where many are kept."""
PLACE_LENGTH: Final = 60
MOST_VALUES: Final = 2_000
"""Values of a body that are looked at: a huge one is odd enough by itself."""
EXPECTED_HEADERS: Final = SECRET_FIELDS | {
    "accept", "accept-encoding", "accept-language", "connection", "content-length", "content-type", "host",
    "user-agent",
}  # fmt: skip
"""Headers that are no news in a request, unless their value is odd. That of a credential is long by its nature."""


def describe_oddities(request: Request) -> str:
    """Say what is odd about a request, the oddest first; empty where nothing is."""
    found = sorted(_list_oddities(request), key=lambda one: one[0])
    words = [text for _, text in found[:SHOWN]]
    if len(found) > SHOWN:
        words.append(f"{len(found) - SHOWN} more")
    if not words:
        others = [name for name, _ in request.headers if name.lower() not in EXPECTED_HEADERS]
        words = [f"the header {_clip(name)}" for name in dict.fromkeys(others)][:SHOWN]
    return ", ".join(words)


def _list_oddities(request: Request) -> Iterator[tuple[int, str]]:
    for place, value in _list_values(request):
        kind = classify(value)
        if kind is not None:
            rank, words = kind
            yield rank, f"{words} in {_clip(place)}"
    body = request.body
    if body and not is_form(request) and _read(body) is UNSET:
        yield 0, f"a body of {len(body)} octets that is no JSON"


def _list_values(request: Request) -> Iterator[tuple[str, object]]:
    path, _, query = request.path.partition("?")
    for number, part in enumerate(path.split("/")[1:], start=1):
        if part:
            yield f"path part {number}", unquote(part, errors="surrogateescape")
    parsed = parse_qsl(query, keep_blank_values=True, errors="surrogateescape")
    yield from ((f"?{name}", value) for name, value in (*request.query, *parsed))
    for name, value in request.headers:
        if name.lower() not in SECRET_FIELDS:
            yield f"the header {name}", value
    if is_form(request):
        yield from ((f"field {name}", value) for name, value in read_form(request))
        return
    body = request.json if request.json is not UNSET else _read(request.body or b"")
    try:
        for _, pointer in zip(range(MOST_VALUES), list_pointers(body), strict=False):
            value = read_at(body, pointer)
            if not isinstance(value, dict | list):
                yield pointer, value
    except RecursionError:
        return


def _read(body: bytes) -> object:
    """Read a body as JSON; UNSET where it is none that can be read."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return UNSET


def classify(value: object) -> tuple[int, str] | None:
    """Return how odd a value is, 0 being the oddest, and its class in words; None for an everyday one."""
    if value is None:
        return 5, "null"
    if isinstance(value, str):
        return _classify_text(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if not math.isfinite(value):
        return 1, f"the number {value}"
    if abs(value) >= LARGE:
        # Reckoned and not written out: Python refuses to spell the longest.
        return 2, f"a number of about {math.floor(math.log10(abs(value))) + 1} digits"
    if value < 0:
        return 4, f"the negative number {value}"
    return (6, "zero") if value == 0 else None


def _classify_text(text: str) -> tuple[int, str] | None:
    if "\0" in text:
        return 0, "a NUL"
    if any("\ud800" <= one <= "\udfff" for one in text):
        return 0, "half a surrogate or an octet that is no UTF-8"
    if any(ord(one) < ord(" ") or ord(one) == 0x7F for one in text):
        return 1, "a control character"
    if len(text) > LONG:
        return 2, f"{len(text)} characters"
    digits = text.removeprefix("-").replace(".", "", 1)
    if digits.isdecimal():
        return _classify_digits(text, digits)
    if text.strip() in {"NaN", "Infinity", "-Infinity"} or _overflows(text):
        return 1, f"the number {text.strip()}"
    if not text.isascii():
        return 3, "characters beyond ASCII"
    if not text.strip():
        return 5, "a blank text" if text else "an empty text"
    return None


def _classify_digits(text: str, digits: str) -> tuple[int, str] | None:
    if not digits.isascii():
        return 2, "digits beyond ASCII"
    if len(digits) > len(str(LARGE)):
        return 2, f"a number of {len(digits)} digits"
    if text.startswith("-"):
        return 4, f"the negative number {text}"
    return None


def _overflows(text: str) -> bool:
    try:
        return math.isinf(float(text))
    except ValueError:
        return False


def _clip(place: str) -> str:
    shown = place.encode("unicode_escape").decode()
    return shown if len(shown) <= PLACE_LENGTH else f"{shown[:PLACE_LENGTH]}…"
