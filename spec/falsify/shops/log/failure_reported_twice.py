"""Each unhandled failure is reported twice, the second time by another integration."""

from __future__ import annotations

from typing import Any

KILLS = {"LOG-005": "REPORT_WRONG"}


def break_shop() -> None:
    """Connect another receiver to the signal."""
    from django.core.signals import got_request_exception

    got_request_exception.connect(_report_once_more, dispatch_uid="once more")


def _report_once_more(sender: object, request: Any = None, **facts: object) -> None:
    import sentry_sdk

    with sentry_sdk.new_scope() as scope:
        scope.set_tag("request_id", getattr(request, "request_id", ""))
        sentry_sdk.capture_message("a request failed", scope=scope)
