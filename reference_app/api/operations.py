"""The declaration of an operation: its callers, input, answers and documentation.

    class ProductList(ShopView):
        @operation(
            name="list_products", summary="List products", description="Newest first.", tag="Products",
            access=Access.PUBLIC, query=ProductQuery, answers={200: ByVersion(v1=ProductPageV1, v2=ProductPageV2)},
        )
        def get(self, request: Request) -> HttpResponse: ...

The decorator is the single source: permissions, input validation, the transaction and the OpenAPI document read it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import Any, TypeVar

from django.db import transaction
from django.http import HttpResponseBase
from rest_framework.serializers import BaseSerializer

from reference_app.api.problems import Problem
from reference_app.api.queries import Query
from reference_app.api.serializers import StrictSerializer

Handler = TypeVar("Handler", bound=Callable[..., HttpResponseBase])
Shape = type[BaseSerializer[Any]] | BaseSerializer[Any]


class Access(StrEnum):
    """The callers that an operation admits."""

    PUBLIC = "public"
    CUSTOMER = "customer"  # any signed-in account, staff included
    STAFF = "staff"


@dataclass(frozen=True)
class ByVersion:
    """A shape (or a query, a body, an example) that differs between the versions of the API."""

    v1: Any
    v2: Any

    def of(self, version: str) -> Any:
        """Return what holds in `version`, "v1" or "v2"."""
        return self.v1 if version == "v1" else self.v2


Answer = Shape | ByVersion | None


@dataclass(frozen=True)
class HeaderParameter:
    """A request header that the operation reads; `schema` is its JSON schema."""

    name: str
    description: str
    schema: Mapping[str, Any]


@dataclass(frozen=True)
class Operation:
    """One operation, as declared beside its handler."""

    name: str
    summary: str
    description: str
    tag: str
    access: Access
    answers: Mapping[int, Answer]
    body: type[StrictSerializer] | ByVersion | None = None
    query: type[Query] | ByVersion | None = None
    headers: tuple[HeaderParameter, ...] = ()
    problems: tuple[type[Problem], ...] = ()
    example: Any = None
    atomic: bool | None = None
    remembers_caller: bool = False

    def body_of(self, version: str) -> Any:
        """Return the serializer class of the body in `version`, or None."""
        return self.body.of(version) if isinstance(self.body, ByVersion) else self.body

    def query_of(self, version: str) -> type[Query] | None:
        """Return the declared query parameters in `version`, or None."""
        return self.query.of(version) if isinstance(self.query, ByVersion) else self.query

    def example_of(self, version: str) -> Any:
        """Return the example body in `version`, or None."""
        return self.example.of(version) if isinstance(self.example, ByVersion) else self.example

    def answers_of(self, version: str) -> dict[int, Shape | None]:
        """Return the shape of each success status in `version`; None means no body."""
        return {
            status: answer.of(version) if isinstance(answer, ByVersion) else answer
            for status, answer in self.answers.items()
        }


def operation(
    *,
    name: str,
    summary: str,
    description: str,
    tag: str,
    access: Access,
    answers: Mapping[int, Answer],
    body: type[StrictSerializer] | ByVersion | None = None,
    query: type[Query] | ByVersion | None = None,
    headers: tuple[HeaderParameter, ...] = (),
    problems: tuple[type[Problem], ...] = (),
    example: Any = None,
    atomic: bool | None = None,
    remembers_caller: bool = False,
) -> Callable[[Handler], Handler]:
    """Declare a handler (`get`, `post`, …) of a `ShopView` as an operation.

    A handler of anything but GET runs in one transaction, which a raised problem rolls back; `atomic=False` leaves the
    transaction to the service (where something has to stay although the answer is an error). With `remembers_caller`
    the account behind a token may come from the cache, so that a cached personal answer needs no statement at all; only
    `user.pk` and `user.is_staff` can be relied on then.
    """
    declared = Operation(
        name=name,
        summary=summary,
        description=description,
        tag=tag,
        access=access,
        answers=answers,
        body=body,
        query=query,
        headers=headers,
        problems=problems,
        example=example,
        atomic=atomic,
        remembers_caller=remembers_caller,
    )

    def declare(handler: Handler) -> Handler:
        runs_atomic = handler.__name__ != "get" if declared.atomic is None else declared.atomic

        @wraps(handler)
        def run(*args: Any, **kwargs: Any) -> HttpResponseBase:
            if not runs_atomic:
                return handler(*args, **kwargs)
            with transaction.atomic():
                return handler(*args, **kwargs)

        run.operation = declared  # type: ignore[attr-defined] # a function carries its declaration, as DRF's actions do
        return run  # type: ignore[return-value] # wraps() keeps the signature

    return declare


def find_operation(view: Any, method: str) -> Operation | None:
    """Return the declaration of the handler that serves `method` ("GET", HEAD included) on `view`, or None."""
    name = "get" if method.upper() == "HEAD" else method.lower()
    declared = getattr(getattr(view, name, None), "operation", None)
    return declared if isinstance(declared, Operation) else None
