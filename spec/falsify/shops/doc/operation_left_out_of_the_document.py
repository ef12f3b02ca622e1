"""The OpenAPI document leaves out the cart, which is served."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"DOC-002": "NOT_DOCUMENTED"}


def break_shop() -> None:
    """Remove the path of the cart from the schema."""
    wrap("reference_app.api.documents:DocumentGenerator.get_schema", _without_cart)


def _without_cart(right: Any) -> Any:
    def get_schema(self: object, *args: object, **options: object) -> dict[str, Any]:
        schema: dict[str, Any] = right(self, *args, **options)
        schema["paths"] = {path: item for path, item in schema["paths"].items() if not path.endswith("/cart")}
        return schema

    return get_schema
