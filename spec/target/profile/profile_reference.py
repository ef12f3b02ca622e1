"""The reference of profiles: tables for docs/profiles.md and a JSON Schema, both written from the models themselves."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from spec.catalogue import Catalogue, Policy, PolicyKind
from spec.target.adapters.rest.rest_reference import rest_tables
from spec.target.control.powers import POWERS
from spec.target.profile.adapter_table import FromVariable
from spec.target.profile.grants import AUTOMATIC
from spec.target.profile.profile_model import CHAPTERS_ALL, Profile
from spec.target.windows.option_types import is_secret, secret_url
from spec.target.windows.registry import REGISTRY
from spec.target.windows.window import Window

BEGIN: Final = "<!-- reference: begin (written by `python -m spec profile --write`) -->"
END: Final = "<!-- reference: end -->"
SCHEMA_ID: Final = "https://json-schema.org/draft/2020-12/schema"


def with_reference(page: str, reference: str) -> str:
    """Return a page with a reference between its two marks. Raises ValueError where the marks are missing."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        message = f"the page has no {BEGIN} with {END} after it"
        raise ValueError(message)
    return f"{before}{BEGIN}\n\n{reference}\n{END}{after}"


def reference_tables() -> str:
    """Describe every section and key, and what each capability takes."""
    sections = [_section("At the top", Profile, [*_plain_fields(Profile)])]
    for name, field in Profile.model_fields.items():
        key, model = field.alias or name, _model_of(field)
        if model is None:
            continue
        if key == "windows":
            sections += [_window_section(window) for window in REGISTRY]
        else:
            sections += _sections_of(key, field, model)
    return "\n".join([*sections, rest_tables(), _capabilities()])


def _sections_of(key: str, field: FieldInfo, model: type[BaseModel]) -> Iterator[str]:
    """Describe a table, and the tables inside it that have keys of their own."""
    title = f"`[[{key}]]`" if get_origin(field.annotation) is tuple else f"`[{key}]`"
    yield _section(title, model, [*_plain_fields(model)])
    for name, inner in model.model_fields.items():
        if (inside := _model_of(inner)) is not None:
            yield from _sections_of(f"{key}.{name}", inner, inside)


def profile_schema(catalogue: Catalogue) -> str:
    """Write the JSON Schema of profiles, with the chapters, settings and policies of the catalogue."""
    schema: dict[str, Any] = Profile.model_json_schema(by_alias=True)
    definitions = schema["$defs"]
    chapters = [*(chapter.id for chapter in catalogue.chapters), CHAPTERS_ALL]
    definitions["ClaimsTable"]["properties"]["chapters"]["items"] = {"type": "string", "enum": chapters}
    definitions["StartTable"]["properties"]["settings"]["propertyNames"] = {"enum": list(catalogue.settings)}
    schema["properties"]["policies"] |= {
        "properties": {name: _policy_schema(policy) for name, policy in catalogue.policies.items()},
        "additionalProperties": False,
    }
    return json.dumps({"$schema": SCHEMA_ID, **schema}, indent=1, ensure_ascii=False) + "\n"


def _policy_schema(policy: Policy) -> dict[str, Any]:
    described: dict[str, Any] = {"description": policy.meaning}
    match policy.kind:
        case PolicyKind.CHOICE:
            return {**described, "enum": list(policy.values)}
        case PolicyKind.TEXTS:
            return {**described, "type": "array", "items": {"type": "string"}}
        case PolicyKind.FILE:
            return {**described, "type": "string"}
        case PolicyKind.ARRIVALS:
            return {**described, "type": ["number", "object"]}
    return {**described, "type": "integer" if policy.kind is PolicyKind.COUNT else "number", "minimum": policy.least}


def _section(title: str, model: type[BaseModel], fields: list[tuple[str, FieldInfo]], note: str = "") -> str:
    rows = [
        f"| `{key}` | {field.description or ''} | {_default(field)} | {_secrecy(field)} |" for key, field in fields
    ]  # fmt: skip
    table = ["| key | meaning | default | secret |", "|---|---|---|---|", *rows, ""] if rows else []
    return "\n".join(
        [f"### {title}", "", (model.__doc__ or "").strip().split("\n\n")[0], *([note] if note else []), "", *table]
    )


def _window_section(window: Window[Any, Any]) -> str:
    needed = f"Capability `{window.need}`." if window.need else "No capability is needed."
    fields = [*_plain_fields(window.options)]
    return _section(f"`[windows.{window.name}]`", window.options, fields, f"{needed} Shows {window.shows}.")


def _capabilities() -> str:
    lines = ["### Capabilities", "", "| capability | where the target runs already | opens |", "|---|---|---|"]
    for window in REGISTRY:
        if window.absent is not None:
            claim, table = f"`{window.need}` or `{AUTOMATIC}{window.need}`", f"nothing; `[windows.{window.name}]` may"
        else:
            claim, table = f"`{window.need}`" if window.need else "none", f"`[windows.{window.name}]`"
        lines.append(f"| {claim} | {table} | {window.shows} |")
    for power in POWERS:
        needed = ", ".join(f"`{one}`" for one in power.required)
        table = f"`[{power.name}]`" + (f" with {needed}" if needed else "")
        lines.append(f"| `{power.need}` | {table} | {power.gives} |")
    lines += [
        "| `https` | nothing | what holds of encrypted connections alone |",
        "| `start` | only with `[start]` | other settings, limits out of the way |",
        "",
    ]
    return "\n".join(lines)


def _plain_fields(model: type[BaseModel]) -> Iterator[tuple[str, FieldInfo]]:
    """List the keys of a table that are no tables with keys of their own."""
    for name, field in model.model_fields.items():
        if _model_of(field) is None:
            yield field.alias or name, field


def _model_of(field: FieldInfo) -> type[BaseModel] | None:
    """Return the model of a table, or of each table in a list; None where a field may be anything else."""
    parts = [one for one in get_args(field.annotation) or (field.annotation,) if one not in {type(None), ...}]
    only = parts[0] if len(parts) == 1 else None
    return only if isinstance(only, type) and issubclass(only, BaseModel) else None


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "*required*"
    value = field.get_default(call_default_factory=True, validated_data={})
    if value is None:
        return "–"
    if isinstance(value, frozenset | tuple):
        return "`[]`"
    if isinstance(value, Mapping):
        return "`{}`"
    return f"`{json.dumps(value, ensure_ascii=False)}`"


def _secrecy(field: FieldInfo) -> str:
    if FromVariable in get_args(field.annotation):
        return 'yes: `{ variable = "NAME" }` or the text itself'
    if not is_secret(field):
        return "no"
    return 'may hold one; may be `{ variable = "NAME" }`' if secret_url(field) else 'yes: `{ variable = "NAME" }`'
