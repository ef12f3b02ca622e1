"""DOC-003: what the description of an operation lacks, each by itself."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from spec.checks.support.operation_descriptions import DescriptionLint
from spec.surface.openapi import Document
from spec.target.answer_kinds import settle_by_status

PROBLEM = {"description": "Refused", "content": {"application/problem+json": {"schema": {"type": "object"}}}}
RIGHT: dict[str, Any] = {
    "paths": {
        "/things/{thing_id}": {
            "parameters": [{"name": "thing_id", "in": "path", "description": "Its id", "schema": {"type": "integer"}}],
            "put": {
                "summary": "Change a thing",
                "description": "Changes it.",
                "security": [{"bearer": []}],
                "parameters": [{"$ref": "#/components/parameters/Mode"}],
                "requestBody": {"content": {"application/json": {"schema": {"type": "object"}}}},
                "responses": {
                    "200": {"description": "Changed"},
                    **{one: {"$ref": "#/components/responses/Refused"} for one in ("400", "401", "403", "404", "429")},
                },
            },
        }
    },
    "components": {
        "parameters": {"Mode": {"name": "mode", "in": "query", "description": "How", "schema": {"enum": ["a"]}}},
        "responses": {"Refused": PROBLEM},
        "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
    },
}
LABEL = "PUT /things/{thing_id}"


def missing_after(change: Callable[[Any], object]) -> list[str]:
    """Say what is missing when the operation is changed so."""
    content = copy.deepcopy(RIGHT)
    change(content["paths"]["/things/{thing_id}"]["put"])
    document = Document(content)
    lint = DescriptionLint(document, settle_by_status, budgeted=True, forbidding={LABEL})
    return lint.missing_in(document.operations[0])


def test_an_operation_with_everything_lacks_nothing() -> None:
    assert missing_after(lambda _: None) == []


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        (lambda one: one.pop("summary"), "a summary"),
        (lambda one: one.update(description=" "), "a description"),
        (lambda one: one.pop("security"), "its security (an empty list where none is needed)"),
        (lambda one: one.update(security=[{"basic": []}]), "the security scheme 'basic'"),
        (lambda one: one.update(parameters=[{"name": "q", "in": "query", "schema": {"type": "string"}}]),
         "a description of the query parameter 'q'"),
        (lambda one: one.update(parameters=[{"name": "q", "in": "query", "description": "Words"}]),
         "a schema of the query parameter 'q'"),
        (lambda one: one.update(parameters=[{"$ref": "#/components/parameters/No"}]),
         "a reference to a place in the document (#/components/parameters/No)"),
        (lambda one: one.update(requestBody={"content": {}}), "a schema of its body"),
        (lambda one: one["responses"].pop("401"), "an answer of the kind 'unauthenticated', as it takes credentials"),
        (lambda one: one["responses"].pop("403"), "an answer of the kind 'forbidden', as it refuses a customer"),
        (lambda one: one["responses"].pop("404"), "an answer of the kind 'not found', as its path names a thing"),
        (lambda one: one["responses"].pop("400"), "an answer of the kind 'invalid', as it takes a body"),
        (lambda one: one["responses"].pop("429"), "an answer of the kind 'budget spent', as the target has limits"),
        (lambda one: one["responses"].update({"409": {"content": PROBLEM["content"]}}),
         "a description of the answer 409"),
        (lambda one: one["responses"].update({"409": {"description": "Conflict"}}),
         "a schema of application/problem+json for the answer 409"),
    ],
)  # fmt: skip
def test_what_is_missing_is_named(change: Callable[[Any], object], missing: str) -> None:
    assert missing_after(change) == [missing]


def test_a_status_by_which_it_refused_is_owed_beside_another_one_of_its_kind() -> None:
    document = Document(RIGHT)
    lint = DescriptionLint(document, settle_by_status, budgeted=True, refused={LABEL: {400, 415, 422}})
    assert lint.missing_in(document.operations[0]) == [
        "the answer 415, which it gave",
        "the answer 422, which it gave",
    ]


def test_a_parameter_that_it_took_is_missing_unless_it_is_declared() -> None:
    document = Document(RIGHT)
    lint = DescriptionLint(document, settle_by_status, budgeted=True, taken={LABEL: {"mode", "page"}})
    assert lint.missing_in(document.operations[0]) == ["the query parameter 'page', which it took"]


def test_a_default_answer_tells_of_no_error() -> None:
    def hide(one: Any) -> None:
        one["responses"] = {"200": one["responses"]["200"], "default": PROBLEM, "4XX": PROBLEM}

    assert len(missing_after(hide)) == 5


def test_a_public_read_owes_no_refusal_of_strangers() -> None:
    content = {
        "paths": {"/things": {"get": {"summary": "List", "description": "All.", "security": [{}], "responses": {}}}},
    }
    document = Document(content)
    assert DescriptionLint(document, settle_by_status, budgeted=False).missing_in(document.operations[0]) == []


def test_a_path_parameter_that_is_not_declared_is_missing() -> None:
    content = copy.deepcopy(RIGHT)
    del content["paths"]["/things/{thing_id}"]["parameters"]
    document = Document(content)
    lint = DescriptionLint(document, settle_by_status, budgeted=True)
    assert lint.missing_in(document.operations[0]) == ["the path parameter 'thing_id'"]
