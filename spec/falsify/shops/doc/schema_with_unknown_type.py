"""A schema in the OpenAPI document uses the type int, which JSON Schema does not know."""

from __future__ import annotations

from typing import Any

KILLS = {"DOC-001": "DOCUMENT_INVALID"}


def break_shop() -> None:
    """Say int instead of integer."""
    from reference_app.api import schema

    properties: Any = schema.PROBLEM_SCHEMA["properties"]
    properties["status"] = {"type": "int"}
