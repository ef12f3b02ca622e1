"""The documentation page holds an inline script that its own content security policy forbids."""

from __future__ import annotations

from spec.falsify.patching import wrap

KILLS = {"DOC-005": "PAGE_BROKEN"}


def break_shop() -> None:
    """Add the script."""
    wrap(
        "reference_app.api.documentation_pages:PAGE",
        lambda right: right.replace("</body>", "<script>var shown = 1;</script></body>"),
    )
