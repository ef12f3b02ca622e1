"""Problem documents (RFC 9457): the one form in which this shop says no.

    Problem
    ├── BrokenRequest         400  the request breaks the documented schema
    ├── NotAuthenticated      401  no valid access token (WWW-Authenticate: RFC 6750)
    ├── Forbidden             403  signed in, but not allowed to do this
    ├── NotFound              404  unknown, or another account's
    ├── MethodNotAllowed      405  (Allow)
    ├── Conflict              409  valid, but the state of the shop forbids it
    ├── BodyTooLarge          413
    ├── UnsupportedMediaType  415
    ├── Unprocessable         422  valid by the schema, and still not acceptable
    │   └── DanglingReference      an id in the body names nothing
    ├── TooManyRequests       429  (Retry-After)
    ├── InternalError         500
    └── Unavailable           503

A service raises a problem; it never builds a response. `code` is stable and made for programs; `detail` is for people
and never quotes an unknown exception (OWASP ASVS 16.5.1).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

import orjson
from django.http import HttpRequest, HttpResponse

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "tag:shop.invalid,2026:problem:"  # RFC 4151: absolute and stable without promising a page behind it


@dataclass(frozen=True, slots=True)
class FieldError:
    """One wrong value: where (JSON pointer such as "/price/amount", or "?page_size" for a query parameter) and why."""

    pointer: str
    code: str
    detail: str


class Problem(Exception):
    """Base of every refusal. Subclasses set status, code and title; an instance may add a detail and field errors."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "bad_request"
    title: ClassVar[str] = "Bad request"

    def __init__(
        self, detail: str = "", *, errors: Sequence[FieldError] = (), headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or f"{self.title}."
        self.errors = tuple(errors)
        self.headers = dict(headers or {})


class BrokenRequest(Problem):
    """The request does not follow the documented schema."""

    status = 400
    code = "invalid_request"
    title = "The request breaks the schema"


class NotAuthenticated(Problem):
    """No access token, or one that is not (or no longer) valid."""

    status = 401
    code = "not_authenticated"
    title = "Authentication is required"

    def __init__(self, detail: str = "", *, challenge: str = 'Bearer realm="shop"') -> None:
        super().__init__(detail, headers={"WWW-Authenticate": challenge})


class Forbidden(Problem):
    """The caller is known, and may not do this."""

    status = 403
    code = "forbidden"
    title = "Not allowed"


class NotFound(Problem):
    """There is no such thing, or none that the caller may know of."""

    status = 404
    code = "not_found"
    title = "Not found"


class MethodNotAllowed(Problem):
    """The resource exists and does not support this method."""

    status = 405
    code = "method_not_allowed"
    title = "Method not allowed"


class Conflict(Problem):
    """The request is valid, and the present state of the shop forbids it."""

    status = 409
    code = "conflict"
    title = "Conflict with the present state"


class BodyTooLarge(Problem):
    """The body is larger than this shop reads."""

    status = 413
    code = "body_too_large"
    title = "The body is too large"


class UnsupportedMediaType(Problem):
    """The body is not JSON."""

    status = 415
    code = "unsupported_media_type"
    title = "Unsupported media type"


class Unprocessable(Problem):
    """The body follows the schema, and a value in it is not acceptable for a reason that a schema cannot say."""

    status = 422
    code = "unprocessable"
    title = "A value is not acceptable"


class DanglingReference(Unprocessable):
    """The body is valid, and an id in it names nothing that the caller may use. Say which one with `of`."""

    code = "dangling_reference"
    title = "A reference names nothing"

    @classmethod
    def of(cls, pointer: str, detail: str = "Nothing has this id.") -> DanglingReference:
        """Return the problem for one reference, e.g. `DanglingReference.of("/category_id")`."""
        return cls("A reference names nothing.", errors=(FieldError(pointer, "dangling_reference", detail),))


class TooManyRequests(Problem):
    """A budget is spent (RFC 6585 section 4)."""

    status = 429
    code = "too_many_requests"
    title = "Too many requests"


class InternalError(Problem):
    """Something failed here; the request id is what to ask about."""

    status = 500
    code = "internal_error"
    title = "Internal error"


class Unavailable(Problem):
    """A service that is needed is away for the moment."""

    status = 503
    code = "unavailable"
    title = "Temporarily unavailable"


def render_problem(problem: Problem, request: HttpRequest) -> HttpResponse:
    """Return the response for a problem, with the id of the request that met it."""
    document: dict[str, Any] = {
        "type": TYPE_PREFIX + problem.code,
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "code": problem.code,
        "request_id": getattr(request, "request_id", ""),
    }
    if problem.errors:
        document["errors"] = [asdict(error) for error in problem.errors]
    response = HttpResponse(
        orjson.dumps(document), status=problem.status, content_type=MEDIA_TYPE, headers=problem.headers
    )
    response.headers.setdefault("Cache-Control", "no-store")
    return response
