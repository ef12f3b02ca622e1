"""Problem documents (RFC 9457): reading them, and finding the fields that they name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from jsonpointer import escape

from spec.target.exchange import Response, UnexpectedAnswer

MEDIA_TYPE: Final = "application/problem+json"
CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:/-]*")
URI_REFERENCE: Final = re.compile(r"[^\s<>\"{}|\\^`]+")
BLANK: Final = "about:blank"
"""The type of a problem that says no more than its status does (RFC 9457 §4.2.1)."""


@dataclass(frozen=True, slots=True)
class Problem:
    """The members that this specification asks for. `errors` is whatever stands there, None where nothing does."""

    type: str
    title: str
    status: int
    code: str
    errors: object = None

    @property
    def pointers(self) -> tuple[str, ...]:
        """The pointers of the listed errors, as far as they have one."""
        listed = self.errors if isinstance(self.errors, list) else []
        found = [one.get("pointer") for one in listed if isinstance(one, dict)]
        # A pointer as a URI fragment means the same (RFC 6901 §6).
        return tuple(one.removeprefix("#") for one in found if isinstance(one, str))


def read_problem(response: Response) -> Problem:
    """Read the answer as a problem document. Raises UnexpectedAnswer, which says what is missing."""
    expect_media_type(response)
    body = response.json()
    if not isinstance(body, dict):
        raise UnexpectedAnswer("a problem document (a JSON object)", repr(body)[:80])
    # RFC 9457 §3.1 lets all of them be left out, and a problem without a type is of the blank one.
    kind, title = _text(body, "type", BLANK), _text(body, "title", "")
    code = _text(body, "code", None)
    if not URI_REFERENCE.fullmatch(kind):
        raise UnexpectedAnswer("a URI reference in the member type (RFC 9457 section 3.1.1)", repr(kind))
    if not CODE.fullmatch(code):
        raise UnexpectedAnswer("a code for programs, without spaces, in the member code", repr(code))
    status = body.get("status", response.status)
    if status != response.status or isinstance(status, bool):
        raise UnexpectedAnswer(f"{response.status} in the member status, as the answer's own", repr(status))
    if not (title or _text(body, "detail", "")):
        raise UnexpectedAnswer("words for people in the member title or detail", "neither")
    if not isinstance(body.get("detail", ""), str):
        raise UnexpectedAnswer("a text in the member detail", repr(body["detail"])[:80])
    return Problem(kind, title, response.status, code, body.get("errors"))


def expect_media_type(response: Response) -> None:
    """Raise UnexpectedAnswer unless the answer says, once, that it is a problem document."""
    stated = response.headers.get_all("Content-Type")
    media_types = [one.partition(";")[0].strip().lower() for one in stated]
    if media_types != [MEDIA_TYPE]:
        said = ", ".join(media_types) or "no media type"
        raise UnexpectedAnswer(MEDIA_TYPE, f"{response.status} with {said}")


def _text(body: Mapping[str, object], name: str, otherwise: str | None) -> str:
    """Return a member that has to be text; `otherwise` where it is left out and may be."""
    if name not in body and otherwise is not None:
        return otherwise
    value = body.get(name)
    if not isinstance(value, str) or not value.strip():
        observed = repr(value)[:80] if name in body else "no such member"
        raise UnexpectedAnswer(f"a text in the member {name}", observed)
    return value


def names_field(problem: Problem, pointer: str) -> bool:
    """Tell if the problem lists the field, something inside it, or the value that it is a part of."""
    return names_pointer(problem.pointers, pointer)


def names_pointer(listed: Iterable[str], pointer: str) -> bool:
    """Tell if a list of pointers has this one, one inside it, or one of what it is a part of."""
    return any(
        one == pointer or one.startswith(f"{pointer}/") or (one and pointer.startswith(f"{one}/")) for one in listed
    )


def find_differences(right: object, wrong: object, pointer: str = "") -> list[str]:
    """List JSON pointers (RFC 6901) of the values in which two bodies differ."""
    if isinstance(right, dict) and isinstance(wrong, dict):
        names = [*right, *(name for name in wrong if name not in right)]
        found = []
        for name in names:
            inner = f"{pointer}/{escape(name)}"
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
