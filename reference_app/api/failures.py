"""The exception handler of the API views: it turns exceptions into problems."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, InterfaceError, OperationalError
from django.db.models import ProtectedError, RestrictedError
from django.http import Http404, HttpResponse
from rest_framework import exceptions
from rest_framework.settings import api_settings

from reference_app.api.problems import (
    BrokenRequest,
    Conflict,
    FieldError,
    Forbidden,
    MethodNotAllowed,
    NotAuthenticated,
    NotFound,
    Problem,
    Unavailable,
    render_problem,
)


def handle_failure(failure: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """Return the problem document for `failure`; None for an unknown one, which the last handler answers with 500."""
    problem = describe(failure, context.get("view"))
    if problem is None:
        return None
    return render_problem(problem, context["request"])


def describe(failure: Exception, view: Any = None) -> Problem | None:
    """Return the problem that `failure` stands for. Its own text is never shown unless it is a problem."""
    match failure:
        case Problem():
            return failure
        case exceptions.ValidationError():
            return BrokenRequest(errors=tuple(list_errors(failure.get_full_details())))
        case exceptions.AuthenticationFailed() | exceptions.NotAuthenticated():
            return NotAuthenticated()
        case exceptions.PermissionDenied() | PermissionDenied():
            return Forbidden()
        case exceptions.MethodNotAllowed():
            return MethodNotAllowed(headers={"Allow": ", ".join(view.allowed_methods) if view else ""})
        case exceptions.ParseError():
            return BrokenRequest()
        case Http404():
            return NotFound()
        case ProtectedError() | RestrictedError() | IntegrityError():
            return Conflict("Something else in the shop depends on this, or already is so.")
        case OperationalError() | InterfaceError():
            return Unavailable("The database does not answer now.", headers={"Retry-After": "2"})
        case _:
            return None


def list_errors(details: Any, pointer: str = "") -> Iterator[FieldError]:
    """Flatten the nested details of a validation error, each with the JSON pointer (RFC 6901) of its value."""
    if isinstance(details, dict) and set(details) == {"message", "code"}:
        yield FieldError(pointer, str(details["code"]), str(details["message"]))
    elif isinstance(details, dict):
        for key, inner in details.items():
            whole = key == api_settings.NON_FIELD_ERRORS_KEY
            yield from list_errors(inner, pointer if whole else f"{pointer}/{escape_token(str(key))}")
    elif details and all(isinstance(entry, dict) and set(entry) == {"message", "code"} for entry in details):
        # One wrong value is listed once, whatever the number of rules that it breaks.
        yield from list_errors(details[0], pointer)
    else:
        for position, inner in enumerate(details):
            if inner:
                yield from list_errors(inner, f"{pointer}/{position}")


def escape_token(token: str) -> str:
    """Return one reference token of a JSON pointer."""
    return token.replace("~", "~0").replace("/", "~1")
