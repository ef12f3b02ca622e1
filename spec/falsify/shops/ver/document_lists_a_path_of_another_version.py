"""The current document has its cart below the base of the deprecated version."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"VER-005": "VERSIONS_MIXED"}


def break_shop() -> None:
    """Write the whole paths, and one of them with the other version."""
    wrap("reference_app.api.documents:DocumentGenerator.get_schema", _mixed)


def _mixed(right: Any) -> Any:
    def get_schema(generator: Any, *arguments: Any, **named: Any) -> Any:
        document = right(generator, *arguments, **named)
        version = generator.api_version
        paths = {f"/{'v1' if path == '/cart' else version}{path}": item for path, item in document["paths"].items()}
        return {**document, "paths": paths, "servers": [{"url": "/api"}]}

    return get_schema
