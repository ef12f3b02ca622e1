"""OpenAPI extensions for the strict fields and the bearer tokens."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerFieldExtension


class StrictField(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call] # registers itself, untyped
    """A field that knows its own JSON schema: what is documented is what is checked."""

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> Any:
        """Return the schema of the field."""
        return self.target.schema()


def describe_field(path: str) -> type[StrictField]:
    """Return the extension for one field class and its subclasses."""
    return type(f"Describe{path.rsplit('.', 1)[1]}", (StrictField,), {"target_class": path, "match_subclasses": True})


DESCRIBED = [describe_field(f"reference_app.api.fields.{name}") for name in ("Text", "Whole", "Flag", "Choice")]


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call] # registers itself, untyped
    """The security scheme of the API."""

    target_class = "reference_app.api.authentication.BearerAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """Return HTTP bearer authentication (RFC 6750)."""
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
