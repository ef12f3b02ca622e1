"""Strict models of files that people and programs write: profile, plan, results, catalogue.

An unknown key is an error, and so is a value of another type. The error is one sentence that names the file, the place
in it, and what would be right.
"""

from __future__ import annotations

import difflib
import json
import re
import types
import typing
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, Final, Self, TypeVar, get_args, get_origin

from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError

M = TypeVar("M", bound=BaseModel)

_SHOWN: Final = 80
"""Characters of a wrong value that a sentence repeats."""

_KEY: Final = "[key]"
"""The mark with which pydantic says that a key of a table is wrong, and not its value."""


class StrictModel(BaseModel):
    """A model that refuses unknown keys and values of another type, and never changes once it is read."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True)

    def changed(self, **changes: object) -> Self:
        """Return a copy with other values, which are validated too; pydantic's `model_copy` believes anything."""
        return self.model_validate({**dict(self), **changes}, by_name=True, by_alias=False)


class InvalidContent(ValueError):
    """Content that does not fit its model; the message is one sentence."""


def validate(model: type[M], content: object, file: str) -> M:
    """Read parsed TOML or JSON into a model.

    Values are taken as JSON has them: a list becomes a tuple, a text the member of an enumeration. Raises
    InvalidContent for the first thing that is wrong.
    """
    try:
        # By way of JSON, because only there may a strict model read a list as a tuple and a text as an enumeration.
        encoded = json.dumps(content).encode()
    except TypeError as error:
        raise InvalidContent(
            f"{file}: it may hold no dates, times and other values that JSON lacks ({error})"
        ) from error
    try:
        return model.model_validate_json(encoded)
    except ValidationError as error:
        raise InvalidContent(explain(error, model, file, content)) from error


def validate_json(model: type[M], content: bytes, file: str) -> M:
    """Read the bytes of a JSON file into a model. Raises InvalidContent for the first thing that is wrong."""
    try:
        return model.model_validate_json(content)
    except ValidationError as error:
        raise InvalidContent(explain(error, model, file)) from error


def explain(error: ValidationError, model: type[BaseModel], file: str, content: object = None) -> str:
    """Describe the first thing that a model refused, in one sentence.

    An unknown key comes before everything else: a misspelt key is missing under its right name too, and the misspelling
    is what the reader can find. An entry of a list in the content is named by its `id`, where it has one.
    """
    errors = error.errors(include_url=False)
    first = next((one for one in errors if one["type"] == "extra_forbidden"), errors[0])
    place = list(first["loc"])
    kind, value, context = first["type"], first["input"], first.get("ctx", {})
    if kind == "extra_forbidden":
        known = sorted(_keys(_model_at(model, place[:-1])))
        return f"{file}: unknown key {_shown(_named(place, content))}; {suggest(str(place[-1]), known)}"
    if kind == "json_invalid":
        return f"{file}: it is not JSON ({context['error']})"
    if kind == "missing":
        return f"{file}: {_shown(_named(place, content))} is missing"
    if kind == "enum" and place[-1] == _KEY:
        place = place[:-1]
        return f"{file}: unknown key {_shown(_named(place, content))}; {suggest(str(value), _choices(context))}"
    shown = _shown(_named(place, content))
    if kind in {"value_error", "assertion_error"}:
        # A validator's own words, which name what would be right.
        sentence = str(context["error"]) if context else first["msg"]
        return f"{file}: {shown} {sentence}" if place else f"{file}: {sentence}"
    wanted = _wanted(kind, first["msg"], context)
    if wanted is None:
        return f"{file}: {shown}: {first['msg']}"
    repeated = "" if _is_secret(model, place) else f", it is {_cut(value)}"
    meant = difflib.get_close_matches(str(value), _choices(context), n=1) if kind in {"enum", "literal_error"} else []
    guess = f"; did you mean {meant[0]!r}?" if meant and repeated else ""
    return f"{file}: {shown} has to {wanted}{repeated}{guess}"


def suggest(name: str, known: Iterable[str]) -> str:
    """Name the known name that a misspelt one comes closest to, or all that are known."""
    names = list(known)
    close = difflib.get_close_matches(name, names, n=1)
    return f"did you mean {close[0]!r}?" if close else f"known are {', '.join(names)}"


def _choices(context: Mapping[str, object]) -> list[str]:
    """Return the members of an enumeration, as pydantic lists them in an error."""
    return re.findall(r"'([^']*)'", str(context["expected"]))


def _wanted(kind: str, message: str, context: Mapping[str, object]) -> str | None:
    """Say what would be right, to follow "has to"; None where pydantic's own words cannot follow it."""
    match kind:
        case "string_type":
            return "be text"
        case "string_pattern_mismatch":
            return f"be text of the form {context['pattern']}"
        case "string_too_short":
            return f"be text of {context['min_length']} or more characters"
        case "too_short":
            return f"be a list of {context['min_length']} or more entries"
    # "Input should be a valid integer", "List should have at most 1 item after validation, not 2".
    _, should, wanted = message.replace("should be a valid ", "should be ", 1).partition(" should ")
    return wanted if should else None


def _named(place: list[int | str], content: object) -> list[int | str]:
    """Put the id of an entry of a list in place of its number, where the entry has one."""
    names: list[int | str] = []
    inside: Any = content
    for key in place:
        try:
            inside = inside[key]
        except (LookupError, TypeError):
            inside = None
        has_id = isinstance(key, int) and isinstance(inside, Mapping) and isinstance(inside.get("id"), str)
        names.append(inside["id"] if has_id else key)
    return names


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
