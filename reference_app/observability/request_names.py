"""Names of a request in logs, metrics and error reports: its id, route and caller, never a path or an address."""

from __future__ import annotations

import re
import uuid

from django.http import HttpRequest

from reference_app.http.bearer import read_bearer

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
PROBES = frozenset({"/livez", "/readyz"})


def choose_request_id(offered: str | None) -> str:
    """Return the client's id where it is short and harmless, else a new one: ids are written into logs and headers."""
    if offered and REQUEST_ID.fullmatch(offered):
        return offered
    return uuid.uuid4().hex


def find_route(request: HttpRequest) -> str:
    """Return the pattern of the route ("/api/v2/products/<id:product_id>"), never a path that a client made up."""
    match = request.resolver_match
    if match is not None:
        return f"/{match.route}"
    return request.path if request.path in PROBES else "unmatched"


def caller_of(request: HttpRequest) -> int | None:
    """Return the account of the verified token, or the one signed in to the admin site; None for other callers."""
    if not hasattr(request, "bearer"):
        # Refused before the token was looked at: for its body or query.
        request.bearer = read_bearer(request.META.get("HTTP_AUTHORIZATION"))  # type: ignore[attr-defined]
    user_id: int | None = getattr(request.bearer, "user_id", None)  # type: ignore[attr-defined]
    if user_id is not None:
        return user_id
    signed_in = getattr(request, "_cached_user", None)  # set once the user of the session was asked for
    return getattr(signed_in, "pk", None)
