"""The base of every request body: closed, so that a field that the schema does not name is refused, not ignored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers


class StrictSerializer(serializers.Serializer[Any]):
    """Validates a JSON object without converting anything. Use the fields of `reference_app.api.fields` in it."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the validated values; unknown fields are errors of their own, beside those of the known ones."""
        if not isinstance(data, Mapping):
            return super().to_internal_value(data)
        unknown = {
            name: [serializers.ErrorDetail("There is no such field.", code="unknown_field")]
            for name in data
            if name not in self.fields or self.fields[name].read_only
        }
        if not unknown:
            return super().to_internal_value(data)
        try:
            super().to_internal_value(data)
        except serializers.ValidationError as failure:
            if isinstance(failure.detail, dict):
                raise serializers.ValidationError({**failure.detail, **unknown}) from None
            raise
        raise serializers.ValidationError(unknown)


class NothingSerializer(StrictSerializer):
    """The body `{}`, of an operation that takes a body without values."""
