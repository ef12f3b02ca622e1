"""The base of every API view: JSON in, JSON out, input as declared by the operation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import orjson
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from rest_framework.request import Request
from rest_framework.views import APIView

from reference_app.accounts.models import User
from reference_app.accounts.tokens import InvalidToken
from reference_app.api.json_bodies import read_json
from reference_app.api.operations import Operation, find_operation
from reference_app.api.permissions import IsAllowed
from reference_app.api.queries import read_query
from reference_app.caching.http import Audience, respond
from reference_app.caching.keys import AnswerKey
from reference_app.caching.known import recall_meaning, remember_meaning


class NotShared(Exception):
    """The answer of an operation is not one that all readers share."""

    def __init__(self, response: HttpResponseBase) -> None:
        self.response = response


class KnownAddresses:
    """Answers a read from the cache where its address is known to stand for a shared answer.

    The innermost middleware: everything that may refuse a request comes before it. Routes, views and DRF come in only
    when the cache has nothing: on a hit they would cost more than all the rest.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Return the answer of the cache or of the operation."""
        meaning = recall_meaning(request) if is_plain_read(request) else None
        if meaning is None:
            return self.get_response(request)

        def produce() -> bytes:
            request.is_producing = True  # type: ignore[attr-defined] # for a reader who waits in the cache
            response = self.get_response(request)
            if not isinstance(response, HttpResponse) or response.status_code != 200:
                raise NotShared(response)
            return response.content

        request.resolver_match = meaning.route
        try:
            return respond(request, meaning.key, produce, audience=Audience.EVERYBODY)
        except NotShared as other:
            return other.response


class ShopView(APIView):
    """Base of the API's views: subclass it, and declare `get`, `post`, `patch`, `put` or `delete` with `@operation`."""

    http_method_names = ["get", "post", "put", "patch", "delete", "head"]
    permission_classes = [IsAllowed]

    def share(self, key: AnswerKey, produce: Callable[[], bytes]) -> HttpResponse:
        """Return the answer of `key`, the same for all readers; `produce` renders it when the cache has none."""
        if getattr(self.request, "is_producing", False):
            return HttpResponse(produce(), content_type="application/json")
        remember_meaning(self.request, key)
        return respond(self.request, key, produce, audience=Audience.EVERYBODY)

    @property
    def operation(self) -> Operation:
        """The declaration of the operation that is running."""
        declared = find_operation(self, str(self.request.method))
        if declared is None:
            raise LookupError(f"{type(self).__name__}.{self.request.method} is not declared with @operation")
        return declared

    @property
    def version(self) -> str:
        """The version of the API, "v1" or "v2"."""
        return str(self.request.version)

    @property
    def user(self) -> User:
        """The signed-in account. Only for operations that are not public."""
        return cast("User", self.request.user)

    def body(self) -> dict[str, Any]:
        """Return the validated body. Raises BrokenRequest or UnsupportedMediaType."""
        serializer = self.operation.body_of(self.version)(data=read_json(self.request))
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def query(self) -> dict[str, Any]:
        """Return the validated query parameters; those that are absent and have no default are missing."""
        return self._query

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse undeclared parameters, after authentication and permission."""
        super().initial(request, *args, **kwargs)
        declared = find_operation(self, str(request.method))
        if declared is not None:
            self._query = read_query(declared.query_of(self.version), request.query_params)

    @property
    def default_response_headers(self) -> dict[str, str]:
        """No headers: Allow belongs on 405, and Vary is set where the answer is known."""
        return {}


def is_plain_read(request: HttpRequest) -> bool:
    """Return whether the caller makes no difference to a public answer; an invalid token is refused everywhere."""
    return request.method == "GET" and not isinstance(getattr(request, "bearer", None), InvalidToken)


def answer(content: Any, *, status: int = 200, headers: dict[str, str] | None = None) -> HttpResponse:
    """Return a JSON response from plain values (dict, list, str, int, bool, None, datetime in UTC), without a renderer.

    A serializer pass costs more than everything else in a read, so answers are built as plain dictionaries; the shapes
    named in `answers` document them, and the tests hold the two together.
    """
    return HttpResponse(
        orjson.dumps(content, option=orjson.OPT_UTC_Z), status=status, content_type="application/json", headers=headers
    )


def no_content() -> HttpResponse:
    """Return 204, without a body."""
    return HttpResponse(status=204)
