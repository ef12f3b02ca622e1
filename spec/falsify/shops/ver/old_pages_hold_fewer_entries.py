"""The deprecated version takes page sizes up to 50 only, where its recorded schema allows 100."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"VER-003": "INCOMPATIBLE"}


def break_shop() -> None:
    """Narrow the parameter in the document of version 1."""
    wrap("reference_app.api.documents:DocumentGenerator.get_schema", _narrowed)


def _narrowed(right: Any) -> Any:
    def get_schema(generator: Any, *arguments: Any, **named: Any) -> Any:
        document = right(generator, *arguments, **named)
        if generator.api_version == "v1":
            for parameter in document["paths"]["/orders"]["get"]["parameters"]:
                if parameter["name"] == "page_size":
                    parameter["schema"]["maximum"] = 50
        return document

    return get_schema
