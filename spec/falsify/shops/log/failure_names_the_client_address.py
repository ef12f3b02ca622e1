"""The report of a failure names the client's address as its user."""

from __future__ import annotations

from spec.falsify.patching import wrap

KILLS = {"LOG-005": "PERSONAL_DATA_SENT"}


def break_shop() -> None:
    """Use the address in place of the account."""
    wrap(
        "reference_app.observability.error_tracking:caller_of",
        lambda right: lambda request: request.META["REMOTE_ADDR"],
    )
