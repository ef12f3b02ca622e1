"""Products of the deprecated version no longer have the member is_featured, which its recorded schema promises."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"VER-003": "INCOMPATIBLE"}


def break_shop() -> None:
    """Leave it out of the schema of a listed product."""
    wrap("reference_app.api.documents:DocumentGenerator.get_schema", _without_member)


def _without_member(right: Any) -> Any:
    def get_schema(generator: Any, *arguments: Any, **named: Any) -> Any:
        document = right(generator, *arguments, **named)
        if generator.api_version == "v1":
            for name, schema in document["components"]["schemas"].items():
                if name.startswith("ProductSummary"):
                    del schema["properties"]["is_featured"]
                    schema["required"].remove("is_featured")
        return document

    return get_schema
