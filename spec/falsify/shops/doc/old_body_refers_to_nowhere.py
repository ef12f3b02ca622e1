"""The body of one operation of the deprecated version refers to a schema that its document does not hold."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"DOC-001": "DOCUMENT_INVALID"}


def break_shop() -> None:
    """Refer to a schema of another name."""
    wrap("reference_app.api.documents:DocumentGenerator.get_schema", _broken)


def _broken(right: Any) -> Any:
    def get_schema(generator: Any, *arguments: Any, **named: Any) -> Any:
        document = right(generator, *arguments, **named)
        if generator.api_version == "v1":
            body = document["paths"]["/products/{product_id}/reviews"]["post"]["requestBody"]
            body["content"]["application/json"]["schema"] = {"$ref": "#/components/schemas/ReviewRequest"}
        return document

    return get_schema
