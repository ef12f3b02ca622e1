"""Errors that never reach an API view: unknown paths, refused hosts, unhandled failures (Django's handler4xx, 500)."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from reference_app.api.problems import (
    BodyTooLarge,
    BrokenRequest,
    Conflict,
    Forbidden,
    InternalError,
    MethodNotAllowed,
    NotAuthenticated,
    NotFound,
    Problem,
    TooManyRequests,
    Unavailable,
    Unprocessable,
    UnsupportedMediaType,
    render_problem,
)

BY_STATUS: dict[int, type[Problem]] = {
    problem.status: problem
    for problem in (
        BrokenRequest,
        NotAuthenticated,
        Forbidden,
        NotFound,
        MethodNotAllowed,
        Conflict,
        BodyTooLarge,
        UnsupportedMediaType,
        Unprocessable,
        TooManyRequests,
        InternalError,
        Unavailable,
    )
}


def problem_for_status(status: int) -> Problem:
    """Return the problem that stands for a status alone."""
    if status in BY_STATUS:
        return BY_STATUS[status]()
    return InternalError() if status >= HTTPStatus.INTERNAL_SERVER_ERROR else BrokenRequest()


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what Django calls a suspicious operation."""
    return render_problem(BrokenRequest(), request)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer PermissionDenied outside an API view."""
    return render_problem(Forbidden(), request)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a path that no route matches."""
    return render_problem(NotFound("Nothing is served at this path."), request)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer an unhandled failure. What failed stands in the log, under the request id, and nowhere else."""
    return render_problem(InternalError("Something failed here. The request id helps to find out what."), request)
