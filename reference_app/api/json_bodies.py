"""Read JSON bodies strictly (RFC 8259 and RFC 7493, I-JSON): UTF-8, no duplicate names, bounded depth, no NaN."""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

from rest_framework.request import Request

from reference_app.api.problems import BrokenRequest, FieldError, UnsupportedMediaType

MAX_DEPTH = 20
MAX_DIGITS = 400  # the longest number that is read at all; integers beyond 4300 digits are refused by Python itself
STRING = re.compile(rb'"(?:[^"\\]|\\.)*+"', re.DOTALL)
CONTENT_TYPE = re.compile(r'application/json[ \t]*(?:;[ \t]*charset="?utf-8"?[ \t]*)?', re.IGNORECASE)


def read_json(request: Request) -> Any:
    """Return the value in the body. Raises BrokenRequest with the code of what is wrong, or UnsupportedMediaType."""
    body = bytes(request._request.body)  # noqa: SLF001 -- the raw body, past DRF's lenient parsers
    if body and not CONTENT_TYPE.fullmatch(request.headers.get("Content-Type", "")):
        raise UnsupportedMediaType("Send application/json in UTF-8.")
    return parse_json(body)


def parse_json(body: bytes) -> Any:
    """Return the value that `body` spells."""
    if not body:
        refuse("body_missing", "A JSON body is required.")
    if measure_depth(body) > MAX_DEPTH:
        refuse("too_deep", f"The body is nested deeper than {MAX_DEPTH} levels.")
    try:
        text = body.decode("utf-8")
        value = json.loads(
            text,
            object_pairs_hook=unique_names,
            parse_constant=refuse_constant,
            parse_int=read_integer,
            parse_float=read_float,
        )
        if "\\u" in text:
            # An escape can spell half a surrogate pair, which is no text and cannot be stored or answered.
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeError:
        refuse("not_unicode", "The body is not valid UTF-8.")
    except ValueError:
        refuse("not_json", "The body is not valid JSON.")
    return value


def measure_depth(body: bytes) -> int:
    """Return how deep arrays and objects are nested, before parsing: the stack of a parser is bounded."""
    depth = deepest = 0
    for byte in STRING.sub(b"", body):
        if byte in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif byte in b"]}":
            depth -= 1
    return deepest


def unique_names(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object whose names are unique; two readers of a duplicate would disagree on its value."""
    members = dict(pairs)
    if len(members) != len(pairs):
        refuse("duplicate_name", "An object of the body has the same name twice.")
    return members


def read_integer(digits: str) -> int:
    """Return an integer of any reasonable length; the field decides whether it fits."""
    if len(digits) > MAX_DIGITS:
        refuse("not_json", "A number of the body is too long.")
    return int(digits)


def read_float(digits: str) -> float:
    """Return a fraction or exponent; no field of this shop accepts one, so its precision does not matter."""
    if len(digits) > MAX_DIGITS:
        refuse("not_json", "A number of the body is too long.")
    return float(digits)


def refuse_constant(name: str) -> NoReturn:
    """Refuse NaN and the infinities, which are Python's and not JSON's."""
    refuse("not_json", f"{name} is not JSON.")


def refuse(code: str, detail: str) -> NoReturn:
    """Raise the problem of a body that cannot be read."""
    raise BrokenRequest(detail, errors=(FieldError("", code, detail),))
