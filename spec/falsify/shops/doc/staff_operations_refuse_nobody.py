"""The documents do not say that operations of staff refuse a customer."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"DOC-003": "NOT_DOCUMENTED"}


def break_shop() -> None:
    """Leave the refusal out of operations that delete."""
    wrap("reference_app.api.schema:OperationSchema.refusals", _without_forbidden)


def _without_forbidden(right: Any) -> Any:
    def refusals(schema: Any) -> Any:
        return [one for one in right(schema) if not (one.status == 403 and schema.method == "DELETE")]

    return refusals
