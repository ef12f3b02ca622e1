"""Strict models of files that people and programs write: profile, plan, results, catalogue.

An unknown key is an error, and so is a value of another type. The error is one sentence that names the file, the place
in it, and what would be right.
"""

from __future__ import annotations

import difflib
import json
import types
import typing
from collections.abc import Iterator
from typing import Annotated, Any, Final, TypeVar, get_args, get_origin

from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError

M = TypeVar("M", bound=BaseModel)

_SHOWN: Final = 80
"""Characters of a wrong value that a sentence repeats."""


class StrictModel(BaseModel):
    """A model that refuses unknown keys and values of another type, and that nobody changes once it is read."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True)


class InvalidContent(ValueError):  # noqa: N818 - the content is wrong, not the program
    """Content that does not fit its model; the message is one sentence."""


def validate(model: type[M], content: object, file: str) -> M:
    """Read parsed TOML or JSON into a model.

    Values are taken as JSON has them: a list becomes a tuple, a text the member of an enumeration. Raises
    InvalidContent for the first thing that is wrong.
    """
    try:
        # By way of JSON, because only there may a strict model read a list as a tuple and a text as an enumeration.
        return model.model_validate_json(json.dumps(content))
    except ValidationError as error:
        raise InvalidContent(explain(error, model, file)) from error
    except TypeError as error:
        raise InvalidContent(
            f"{file}: it may hold no dates, times and other values that JSON lacks ({error})"
        ) from error


def explain(error: ValidationError, model: type[BaseModel], file: str) -> str:
    """Describe the first thing that a model refused, in one sentence."""
    first = error.errors(include_url=False)[0]
    place = list(first["loc"])
    kind, value = first["type"], first["input"]
    if kind == "extra_forbidden":
        known = sorted(_keys(_model_at(model, place[:-1])))
        close = difflib.get_close_matches(str(place[-1]), known, n=1)
        right = f"did you mean {close[0]!r}?" if close else f"known are {', '.join(known)}"
        return f"{file}: unknown key {_shown(place)}; {right}"
    if kind == "missing":
        return f"{file}: {_shown(place)} is missing"
    if kind in {"value_error", "assertion_error"}:
        # A validator's own words, which name what would be right.
        sentence = str(first["ctx"]["error"]) if "ctx" in first else first["msg"]
        return f"{file}: {_shown(place)} {sentence}" if place else f"{file}: {sentence}"
    wanted = first["msg"].removeprefix("Input should be ").removeprefix("a valid ")
    wanted = "text" if kind == "string_type" else wanted
    repeated = "" if _is_secret(model, place) else f", it is {_cut(value)}"
    return f"{file}: {_shown(place)} has to be {wanted}{repeated}"


def _shown(place: list[int | str]) -> str:
    """The place as one finds it in a file: tables in brackets, then the key."""
    *tables, key = place or ["the content"]
    if isinstance(key, int):
        # An entry of a list is named with its list.
        *tables, name = tables or [""]
        key = f"{name}[{key}]"
    return f"[{'.'.join(map(str, tables))}] {key}" if tables else str(key)


def _cut(value: object) -> str:
    shown = json.dumps(value, ensure_ascii=False, default=repr)
    return shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"


def _keys(model: type[BaseModel] | None) -> Iterator[str]:
    for name, field in (model.model_fields if model else {}).items():
        yield field.alias or name


def _model_at(model: type[BaseModel], place: list[int | str]) -> type[BaseModel] | None:
    """Find the model of a table inside another one; None where its keys are free."""
    return next((part for part in _parts(_annotation_at(model, place)) if _is_model(part)), None)


def _is_secret(model: type[BaseModel], place: list[int | str]) -> bool:
    return SecretStr in set(_parts(_annotation_at(model, place)))


def _annotation_at(model: type[BaseModel], place: list[int | str]) -> Any:
    found: Any = model
    for key in place:
        found = next(_inside(found, key), None)
    return found


def _inside(annotation: Any, key: int | str) -> Iterator[Any]:
    """Yield what stands at a key of a value so annotated: a field of its model, or an entry of its container."""
    for part in _parts(annotation):
        if _is_model(part):
            yield from (field.annotation for name, field in part.model_fields.items() if key in {name, field.alias})
        elif get_args(part):
            yield next(one for one in reversed(get_args(part)) if one is not Ellipsis)


def _parts(annotation: Any) -> Iterator[Any]:
    """Yield the alternatives of an annotation: of `Annotated[str, …] | None` str and None."""
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _parts(get_args(annotation)[0])
    elif origin in {typing.Union, types.UnionType}:
        for part in get_args(annotation):
            yield from _parts(part)
    elif origin is not typing.Literal:
        yield annotation


def _is_model(part: Any) -> bool:
    return isinstance(part, type) and issubclass(part, BaseModel)
