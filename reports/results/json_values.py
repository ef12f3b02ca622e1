"""Kinds of values in results: what they may be, and the form that JSON gives them."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, PlainSerializer, WithJsonSchema

_INFINITIES: Final = {"Infinity": math.inf, "-Infinity": -math.inf}


def escape_surrogates(text: object) -> object:
    r"""Return text with every lone surrogate written out, as in `\ud800`; JSON in UTF-8 cannot hold one itself.

    A target may send one, and that must cost neither the verdict nor the results.
    """
    return text.encode(errors="backslashreplace").decode() if isinstance(text, str) else text


def _read_number(value: object) -> object:
    return _INFINITIES.get(value, value) if isinstance(value, str) else value


def _refuse_nan(value: float) -> float:
    if math.isnan(value):
        raise ValueError("has to be a number or an infinity, it is NaN")
    return value


def _write_number(value: float) -> float | str:
    return next((name for name, infinity in _INFINITIES.items() if infinity == value), value)


def _in_utc(value: datetime) -> datetime:
    return value.astimezone(UTC)


Text = Annotated[str, BeforeValidator(escape_surrogates)]
"""Any text, also of a target."""

Name = Annotated[Text, Field(min_length=1)]
"""Text that is not empty."""

RealNumber = Annotated[
    float,
    BeforeValidator(_read_number),
    AfterValidator(_refuse_nan),
    PlainSerializer(_write_number, when_used="json"),
    WithJsonSchema(
        {
            "description": "A number of full precision; JSON has no infinity, so infinite ones are strings.",
            "anyOf": [{"type": "number"}, {"enum": list(_INFINITIES)}],
        }
    ),
]
"""A latency that never ended is infinite, which JSON cannot say; NaN is refused."""

Instant = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""A time in UTC, in JSON as RFC 3339."""

Count = Annotated[int, Field(ge=0)]

Digest = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
"""A SHA-256 in lower-case hex."""

RequirementId = Annotated[str, Field(pattern="^[A-Z]+-[0-9]{3}$")]

Level = Literal["MUST", "SHOULD", "MAY"]
"""RFC 2119. Only a MUST decides the gate."""

Operator = Literal["<", "<=", ">", ">=", "="]
"""Relation of a measured value to its limit."""

ReasonCode = Literal[
    "",
    "no check yet",
    "window shut",
    "not on this machine",
    "blocked",
    "effect not allowed",
    "not claimed",
    "interrupted",
    "nothing examined",
    "adapter broke",
]
"""The closed list of reasons for which a requirement was not examined; empty where it was."""
