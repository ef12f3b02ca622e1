"""A schema that was written by hand uses the name of a type in the programming language."""

from __future__ import annotations

from typing import Any

KILLS = {"DOC-001": "DOCUMENT_INVALID"}


def break_shop() -> None:
    """Say int where JSON Schema says integer."""
    from reference_app.api import schema

    properties: Any = schema.PROBLEM_SCHEMA["properties"]
    properties["status"] = {"type": "int"}
