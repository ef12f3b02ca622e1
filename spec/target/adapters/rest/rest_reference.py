"""The reference of the built-in adapter: its paths, settings and fields, written from the models themselves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from spec.target.adapters.rest.field_tables import MAY_BE_UNTOLD, FieldTables
from spec.target.adapters.rest.rest_settings import RestSettings
from spec.target.adapters.rest.route_table import PATHS, ROUTES

PLACES: Final = (
    "A place is a JSON pointer (RFC 6901) from the thing that it belongs to. `[adapter.fields.product]` with\n"
    '`price = "/prices/0"` is how a profile names one; `"untold"` stands where the backend does not tell the fact.\n'
)


def rest_tables() -> str:
    """Describe every name that a profile can give to the built-in adapter."""
    return "\n".join([*_paths(), *_settings(), *_fields()])


def _paths() -> Iterator[str]:
    yield "### `[adapter.paths]` of the built-in adapter\n"
    yield "An empty path says that its verbs are not offered. Parameters in braces have to stay.\n"
    yield "| name | leads to | default | verbs |"
    yield "|---|---|---|---|"
    for name, entry in PATHS.items():
        default = f"that of `{entry.like}`" if entry.like else f"`{entry.path}`"
        verbs = ", ".join(f"`{verb}` ({route.method})" for verb, route in ROUTES.items() if route.path == name)
        yield f"| `{name}` | {entry.meaning} | {default} | {verbs or '–'} |"
    yield ""


def _settings() -> Iterator[str]:
    yield "### `[adapter.settings]` of the built-in adapter\n"
    yield "| key | meaning | values | default |"
    yield "|---|---|---|---|"
    for name, field in RestSettings.model_fields.items():
        yield f"| `{name}` | {_meaning(field)} | {_values(field)} | {_default(field)} |"
    yield ""


def _fields() -> Iterator[str]:
    yield "### `[adapter.fields]` of the built-in adapter\n"
    yield PLACES
    yield "| table | key | meaning | default | untold |"
    yield "|---|---|---|---|---|"
    for table, field in FieldTables.model_fields.items():
        model = field.annotation
        if not (isinstance(model, type) and issubclass(model, BaseModel)):
            raise TypeError(f"[adapter.fields] {table} is no table")
        yield f"| **`{table}`** | | **{(model.__doc__ or '').strip()}** | | |"
        for key, place in model.model_fields.items():
            untold = "may be" if MAY_BE_UNTOLD in place.metadata else ""
            yield f"| `{table}` | `{key}` | {_meaning(place)} | {_default(place)} | {untold} |"
    yield ""


def _meaning(field: FieldInfo) -> str:
    return " ".join((field.description or "").split())


def _values(field: FieldInfo) -> str:
    if get_origin(field.annotation) is Literal:
        return ", ".join(f"`{value}`" for value in get_args(field.annotation))
    return "a list" if get_origin(field.annotation) is frozenset else "a table"


def _default(field: FieldInfo) -> str:
    value = field.get_default(call_default_factory=True, validated_data={})
    if value is None:
        return "–"
    if isinstance(value, frozenset):
        return "`[]`"
    return f"`{json.dumps(value)}`"
