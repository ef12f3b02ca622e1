"""Unhandled failures are answered and logged, but never reported to the error tracker."""

from __future__ import annotations

KILLS = {"LOG-005": "REPORT_MISSING"}


def break_shop() -> None:
    """Disconnect the receiver of the signal."""
    from django.core.signals import got_request_exception

    got_request_exception.disconnect(dispatch_uid="error tracking")
