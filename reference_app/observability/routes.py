"""What a request is called in logs, metrics and error reports: its route and its caller, never a path or an address."""

from __future__ import annotations

from django.http import HttpRequest

PROBES = frozenset({"/livez", "/readyz"})


def find_route(request: HttpRequest) -> str:
    """The pattern of the route, such as "/api/v2/products/<id:product_id>"; never a path that a client made up."""
    match = request.resolver_match
    if match is not None:
        return f"/{match.route}"
    return request.path if request.path in PROBES else "unmatched"


def caller_of(request: HttpRequest) -> int | None:
    """The account that a verified token names, or that is signed in to the admin site; None for anybody else."""
    user_id: int | None = getattr(getattr(request, "bearer", None), "user_id", None)
    if user_id is not None:
        return user_id
    signed_in = getattr(request, "_cached_user", None)  # set once somebody has asked a session who it belongs to
    return getattr(signed_in, "pk", None)
