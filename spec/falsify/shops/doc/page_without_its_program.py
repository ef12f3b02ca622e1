"""The documentation page loads a script that does not exist, and stays empty."""

from __future__ import annotations

from spec.falsify.patching import wrap

KILLS = {"DOC-005": "PAGE_BROKEN"}


def break_shop() -> None:
    """Name another file."""
    wrap("reference_app.api.documentation_pages:PAGE", lambda right: right.replace("{bundle}", "/static/gone.js"))
