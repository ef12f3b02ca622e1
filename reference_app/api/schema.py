"""Write the OpenAPI document from the declarations of the operations.

The refusals of every operation refer to shared responses, so that no status that the shop answers is undocumented and
none hides behind `default`.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.utils import OpenApiExample, OpenApiParameter

from reference_app.api import problems
from reference_app.api.operations import Access, Operation, find_operation
from reference_app.api.pagination import CursorQuery, NumberQuery
from reference_app.api.problems import Problem
from reference_app.api.serializers import StrictSerializer
from reference_app.api.versions import VERSIONS

PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "A problem document (RFC 9457).",
    "required": ["type", "title", "status", "detail", "code", "request_id"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string"},
        "code": {"type": "string", "description": "Stable, for programs."},
        "request_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "code", "detail"],
                "properties": {
                    "pointer": {
                        "type": "string",
                        "description": 'A JSON pointer into the body, or "?name" for a query parameter.',
                    },
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}

HEADERS_OF: dict[int, dict[str, Any]] = {
    401: {"WWW-Authenticate": {"schema": {"type": "string"}, "required": True}},
    429: {
        "Retry-After": {
            "schema": {"type": "integer", "minimum": 1},
            "required": True,
            "description": "Seconds after which the same request is admitted.",
        }
    },
}

BASES: tuple[type[Problem], ...] = (
    problems.BrokenRequest,
    problems.NotAuthenticated,
    problems.Forbidden,
    problems.NotFound,
    problems.Conflict,
    problems.BodyTooLarge,
    problems.UnsupportedMediaType,
    problems.Unprocessable,
    problems.TooManyRequests,
)


def component(*, name: str, type: str, schema: dict[str, Any], object: Any) -> ResolvedComponent:  # noqa: A002
    """Return a shared part of the document."""
    return ResolvedComponent(name=name, type=type, schema=schema, object=object)  # type: ignore[no-untyped-call]


def describe_path_parameter(name: str) -> str:
    """Describe a parameter of a path by its name: all of them are ids, as in `cart/lines/<id:line_id>`."""
    return f"The id of the {name.removesuffix('_id').replace('_', ' ')}."


class OperationSchema(AutoSchema):
    """Reads the `Operation` of a handler instead of guessing from views and models."""

    @property
    def declared(self) -> Operation:
        """The declaration of the operation that is being documented."""
        declared = find_operation(self.view, self.method)
        if declared is None:
            raise LookupError(f"{self.method} {self.path} is not declared with @operation")
        return declared

    @property
    def version(self) -> str:
        """The version whose document is being written."""
        return str(self.view.request.version)

    def get_operation_id(self) -> str:
        """Return the name of the operation, the same in every version."""
        return self.declared.name

    def get_summary(self) -> str:
        """Return the summary in one line."""
        return self.declared.summary

    def get_description(self) -> str:  # type: ignore[override] # as the base class of drf-spectacular has it
        """Return the paragraph below the summary."""
        return self.declared.description

    def get_tags(self) -> list[str]:
        """Return the section in which it stands."""
        return [self.declared.tag]

    def is_deprecated(self) -> bool:
        """Return whether the version as a whole is deprecated."""
        return VERSIONS[self.version] is not None

    def get_auth(self) -> list[dict[str, Any]]:
        """Return the security of the operation; a public one states that none is needed and a token does no harm."""
        self.registry.register_on_missing(
            component(
                name="bearer",
                type=ResolvedComponent.SECURITY_SCHEMA,
                object="bearer",
                schema={"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
            )
        )
        return [{}] if self.declared.access is Access.PUBLIC else [{"bearer": []}]

    def get_override_parameters(self) -> list[Any]:
        """Return the query parameters of the declared serializer, and the declared headers."""
        declared = self.declared.query_of(self.version)
        query = [declared] if declared else []
        headers = [
            OpenApiParameter(
                name=header.name,
                location=OpenApiParameter.HEADER,
                description=header.description,
                type=dict(header.schema),
                required=False,
            )
            for header in self.declared.headers
        ]
        return [*query, *headers]

    def _resolve_path_parameters(self, variables: Any) -> list[dict[str, Any]]:
        parameters = super()._resolve_path_parameters(variables)  # type: ignore[no-untyped-call]
        return [{**one, "description": describe_path_parameter(one["name"])} for one in parameters]

    def get_request_serializer(self) -> Any:
        """Return the serializer of the body."""
        return self.declared.body_of(self.version)

    def get_response_serializers(self) -> Any:
        """Return the shapes of success; refusals are added as references."""
        return self.declared.answers_of(self.version)

    def get_examples(self) -> list[OpenApiExample]:
        """Return the example body, which works when sent."""
        example = self.declared.example_of(self.version)
        return [] if example is None else [OpenApiExample("Example", value=example, request_only=True)]

    def _get_serializer_field_meta(self, field: Any, direction: Any) -> dict[str, Any]:
        meta = dict(super()._get_serializer_field_meta(field, direction))  # type: ignore[no-untyped-call]
        if hasattr(field, "schema"):
            meta.pop("minLength", None)  # added for every string that may not be blank, over what the field says
        return meta

    def _insert_field_validators(self, field: Any, schema: dict[str, Any]) -> None:
        if not hasattr(field, "schema"):  # a strict field has said all about itself
            super()._insert_field_validators(field, schema)  # type: ignore[no-untyped-call]

    def _postprocess_serializer_schema(self, schema: Any, serializer: Any, direction: Any) -> Any:
        schema = super()._postprocess_serializer_schema(schema, serializer, direction)  # type: ignore[no-untyped-call]
        if isinstance(serializer, StrictSerializer):
            schema["additionalProperties"] = False
        return schema

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies = dict(super()._get_response_bodies(direction))
        for status, body in bodies.items():
            body["description"] = body["description"] or HTTPStatus(int(status)).phrase
        for problem in self.refusals():
            bodies[str(problem.status)] = self.share_refusal(problem)
        return dict(sorted(bodies.items()))

    def refusals(self) -> list[type[Problem]]:
        """Return every kind of refusal that this operation can answer, by what it takes and by what it declares."""
        # A body that is too large, or compressed, is refused before its operation is looked for: GET may carry one too.
        statuses = {400, 401, 413, 415, 429, *(problem.status for problem in self.declared.problems)}
        if self.declared.access is Access.STAFF:
            statuses.add(403)
        if "{" in self.path:
            statuses.add(404)
        query = self.declared.query_of(self.version)
        if query is not None and issubclass(query, CursorQuery):
            statuses.add(422)
        if query is not None and issubclass(query, NumberQuery):
            statuses.add(404)
        return [base for base in BASES if base.status in statuses]

    def share_refusal(self, problem: type[Problem]) -> dict[str, Any]:
        """Return the reference to the shared response of one kind of refusal."""
        document = component(name="Problem", type=ResolvedComponent.SCHEMA, object="Problem", schema=PROBLEM_SCHEMA)
        self.registry.register_on_missing(document)
        response = component(
            name=problem.__name__,
            type=ResolvedComponent.RESPONSE,
            object=problem,
            schema={
                "description": f"{problem.title}.",
                **({"headers": HEADERS_OF[problem.status]} if problem.status in HEADERS_OF else {}),
                "content": {problems.MEDIA_TYPE: {"schema": document.ref}},
            },
        )
        self.registry.register_on_missing(response)
        return dict(response.ref)
