"""Error tracking (roadmap 3.3): each unhandled failure once, found again by its request id, without personal data.

Any tracker that speaks Sentry's protocol will do. No integration of the library is used for requests: together with its
logging integration Django's would report a failure twice, and both add headers, bodies and local variables. What is
sent is the type of the failure, its frames, the request id, the route and the number of the account.
"""

from __future__ import annotations

from typing import Any

import sentry_sdk
from django.core.signals import got_request_exception
from django.http import HttpRequest
from sentry_sdk.consts import CompressionAlgo
from sentry_sdk.integrations.atexit import AtexitIntegration
from sentry_sdk.integrations.dedupe import DedupeIntegration
from sentry_sdk.integrations.excepthook import ExcepthookIntegration
from sentry_sdk.integrations.threading import ThreadingIntegration
from sentry_sdk.types import Event, Hint
from sentry_sdk.utils import BadDsn, Dsn

from reference_app.observability.request_names import caller_of, find_route

FLUSH_SECONDS = 2
# All that leaves the shop. What a later release of the library adds is not sent before it was reviewed.
KEPT = frozenset(
    {"event_id", "timestamp", "level", "platform", "logger", "exception", "tags", "user", "sdk", "server_name"}
)


def is_dsn(text: str) -> bool:
    """Return whether `text` is an address to report to; the library refuses anything else with a traceback."""
    try:
        Dsn(text)
    except BadDsn:
        return False
    return True


def start_error_tracking(dsn: str) -> None:
    """Report failures to `dsn` from now on, in the background: a tracker that is away costs no request any time."""
    sentry_sdk.init(
        dsn=dsn,
        default_integrations=False,
        auto_enabling_integrations=False,
        integrations=[
            AtexitIntegration(callback=end_quietly),
            DedupeIntegration(),
            ExcepthookIntegration(),  # management commands
            ThreadingIntegration(),  # what runs beside the requests
        ],
        max_request_body_size="never",
        include_local_variables=False,
        max_breadcrumbs=0,
        shutdown_timeout=FLUSH_SECONDS,
        before_send=keep_the_impersonal,
        # Every tracker reads gzip; brotli would be used wherever it happens to be installed.
        _experiments={"transport_compression_algo": CompressionAlgo.GZIP},
    )
    got_request_exception.connect(report_failure, dispatch_uid="error tracking")


def report_failure(sender: object, request: HttpRequest | None = None, **facts: Any) -> None:
    """Report the unhandled failure in progress, on Django's signal."""
    with sentry_sdk.new_scope() as scope:
        if request is not None:
            scope.set_tag("request_id", getattr(request, "request_id", ""))
            scope.set_tag("route", find_route(request))
            scope.set_tag("method", str(request.method))
            user_id = caller_of(request)
            if user_id is not None:
                scope.set_user({"id": str(user_id)})
        sentry_sdk.capture_exception(scope=scope)


def keep_the_impersonal(event: Event, hint: Hint) -> Event:
    """Leave out messages of exceptions, which may quote what a customer sent, and whatever is not listed in KEPT."""
    kept: dict[str, Any] = {name: value for name, value in event.items() if name in KEPT}
    for failure in kept.get("exception", {}).get("values", []):
        failure["value"] = ""
    return kept  # type: ignore[return-value] # the same typed dictionary, with fewer members


def end_quietly(pending: int, timeout: float) -> None:
    """Print nothing at the end, where the library would write to standard error."""
