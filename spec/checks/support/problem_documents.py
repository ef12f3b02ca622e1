"""Problem documents (RFC 9457): whether an answer is one, and which fields it names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from spec.target.exchange import Response, UnexpectedAnswer

MEDIA_TYPE: Final = "application/problem+json"
CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:/-]*")
URI_REFERENCE: Final = re.compile(r"[^\s<>\"{}|\\^`]+")


@dataclass(frozen=True, slots=True)
class Problem:
    """The members that this specification asks for. `pointers` are those of the listed errors."""

    type: str
    title: str
    status: int
    code: str
    pointers: tuple[str, ...]


def read_problem(response: Response) -> Problem:
    """The answer as a problem document. Raises UnexpectedAnswer, which says what is missing."""
    media_type = (response.headers.get("Content-Type") or "").partition(";")[0].strip().lower()
    if media_type != MEDIA_TYPE:
        raise UnexpectedAnswer(MEDIA_TYPE, f"{response.status} with {media_type or 'no media type'}")
    body = response.json()
    if not isinstance(body, dict):
        raise UnexpectedAnswer("a problem document (a JSON object)", repr(body)[:80])
    kind, title, code = (_text(body, name) for name in ("type", "title", "code"))
    if not URI_REFERENCE.fullmatch(kind):
        raise UnexpectedAnswer("a URI reference as 'type' (RFC 9457 section 3.1.1)", repr(kind))
    if not CODE.fullmatch(code):
        raise UnexpectedAnswer("a code for programs as 'code'", repr(code))
    status = body.get("status")
    if status != response.status or isinstance(status, bool):
        raise UnexpectedAnswer(f"'status' {response.status}, as the answer's own", repr(status))
    if not isinstance(body.get("detail", ""), str):
        raise UnexpectedAnswer("text as 'detail'", repr(body["detail"])[:80])
    return Problem(kind, title, response.status, code, tuple(_pointers(body.get("errors", []))))


def _text(body: dict[str, object], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value.strip():
        raise UnexpectedAnswer(f"text as {name!r}", repr(value)[:80])
    return value


def _pointers(errors: object) -> list[str]:
    if not isinstance(errors, list):
        raise UnexpectedAnswer("a list as 'errors'", repr(errors)[:80])
    found = []
    for error in errors:
        pointer = error.get("pointer") if isinstance(error, dict) else None
        if not isinstance(pointer, str):
            raise UnexpectedAnswer("a 'pointer' in each of 'errors'", repr(error)[:80])
        # A pointer as a URI fragment means the same (RFC 6901 section 6).
        found.append(pointer.removeprefix("#"))
    return found


def names_field(problem: Problem, pointer: str) -> bool:
    """Tell if the problem lists the field, something inside it, or the value that it is a part of."""
    return any(
        listed == pointer or listed.startswith(f"{pointer}/") or (listed and pointer.startswith(f"{listed}/"))
        for listed in problem.pointers
    )


def find_differences(right: object, wrong: object, pointer: str = "") -> list[str]:
    """JSON pointers (RFC 6901) of the values in which two bodies differ."""
    if isinstance(right, dict) and isinstance(wrong, dict):
        names = [*right, *(name for name in wrong if name not in right)]
        found = []
        for name in names:
            inner = f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"
            if (name in right) != (name in wrong):
                found.append(inner)
            elif name in right:
                found += find_differences(right[name], wrong[name], inner)
        return found
    if isinstance(right, list) and isinstance(wrong, list) and len(right) == len(wrong):
        return [
            difference
            for place, (one, other) in enumerate(zip(right, wrong, strict=True))
            for difference in find_differences(one, other, f"{pointer}/{place}")
        ]
    return [] if type(right) is type(wrong) and right == wrong else [pointer]
