"""The generator of the documents has to guess a type of the deprecated version, and says so."""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"DOC-001": "COMMAND_FAILED"}


def break_shop() -> None:
    """Warn as the generator does."""
    wrap("reference_app.api.documents:DocumentGenerator.get_schema", _guessing)


def _guessing(right: Any) -> Any:
    def get_schema(generator: Any, *arguments: Any, **named: Any) -> Any:
        from drf_spectacular.drainage import warn

        document = right(generator, *arguments, **named)
        if generator.api_version == "v1":
            warn("unable to resolve the type of a field, it is now a string")
        return document

    return get_schema
