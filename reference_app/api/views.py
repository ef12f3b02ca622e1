"""The base of every API view: JSON in, JSON out, input as declared by the operation."""

from __future__ import annotations

from typing import Any, cast

import orjson
from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.views import APIView

from reference_app.accounts.models import User
from reference_app.api.bodies import read_json
from reference_app.api.operations import Operation, find_operation
from reference_app.api.permissions import IsAllowed
from reference_app.api.queries import read_query


class ShopView(APIView):
    """Subclass it, and declare `get`, `post`, `patch`, `put` or `delete` with `@operation`."""

    http_method_names = ["get", "post", "put", "patch", "delete", "head"]
    permission_classes = [IsAllowed]

    @property
    def operation(self) -> Operation:
        """The declaration of the operation that is running."""
        declared = find_operation(self, str(self.request.method))
        if declared is None:
            raise LookupError(f"{type(self).__name__}.{self.request.method} is not declared with @operation")
        return declared

    @property
    def version(self) -> str:
        """ "v1" or "v2"."""
        return str(self.request.version)

    @property
    def user(self) -> User:
        """The signed-in account. Only for operations that are not public."""
        return cast("User", self.request.user)

    def body(self) -> dict[str, Any]:
        """The validated body. Raises BrokenRequest or UnsupportedMediaType."""
        serializer = self.operation.body_of(self.version)(data=read_json(self.request))
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def query(self) -> dict[str, Any]:
        """The validated query parameters; those that are absent and have no default are missing."""
        return self._query

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """After authentication and permission: parameters that the operation does not declare are refused."""
        super().initial(request, *args, **kwargs)
        declared = find_operation(self, str(request.method))
        if declared is not None:
            self._query = read_query(declared.query_of(self.version), request.query_params)

    @property
    def default_response_headers(self) -> dict[str, str]:
        """None: Allow belongs on 405, and Vary is set where the answer is known."""
        return {}


def answer(content: Any, *, status: int = 200, headers: dict[str, str] | None = None) -> HttpResponse:
    """A JSON response from plain values (dict, list, str, int, bool, None, datetime in UTC), without a renderer.

    A serializer pass costs more than everything else in a read, so answers are built as plain dictionaries; the shapes
    named in `answers` document them, and the tests hold the two together.
    """
    return HttpResponse(
        orjson.dumps(content, option=orjson.OPT_UTC_Z), status=status, content_type="application/json", headers=headers
    )


def no_content() -> HttpResponse:
    """204, without a body and without a type for one."""
    response = HttpResponse(status=204)
    del response.headers["Content-Type"]
    return response
