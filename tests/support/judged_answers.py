"""Answers made by hand, and what a rule says of them one after another."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from spec.checking.rules import Answer, Rule, RuleJudge
from spec.surface.known import Known
from spec.surface.openapi import Document
from spec.target.adapter_context import AdapterContext
from spec.target.adapters import load_adapter
from spec.target.circumstances import Circumstances, Identity
from spec.target.exchange import Exchange, Request
from spec.target.profile.adapter_table import DEFAULT_ADAPTER
from spec.target.profile.profile_model import Profile
from tests.support.samples import answered

PRODUCT: Final[Mapping[str, Any]] = {
    "type": "object",
    "required": ["name", "price"],
    "additionalProperties": False,
    "properties": {
        "name": {"type": "string", "maxLength": 5},
        "price": {"$ref": "#/components/schemas/Money"},
        "tags": {"type": "array", "items": {"type": "string"}},
    },
}
MONEY: Final[Mapping[str, Any]] = {
    "type": "object",
    "required": ["amount"],
    "properties": {"amount": {"type": "number", "minimum": 0}},
}
JSON_ANSWER: Final[Mapping[str, Any]] = {"200": {"content": {"application/json": {}}}}
PATHS: Final[Mapping[str, Any]] = {
    "/products": {
        "get": {"responses": JSON_ANSWER},
        "post": {
            "security": [{"bearer": []}],
            "requestBody": {"content": {"application/json": {"schema": PRODUCT}}},
            "responses": {"409": {}},
        },
    },
    "/products/{id}": {"get": {"responses": JSON_ANSWER}, "delete": {"security": [{"bearer": []}]}},
    "/cart": {"get": {"security": [{"bearer": []}], "responses": JSON_ANSWER}},
}
SHOWN: Final[tuple[str, ...]] = ("/admin*", "/readyz", "/api/v2/openapi.json")


def document_of(version: str) -> Document:
    """Make the document of one version."""
    content = {"openapi": "3.1.0", "servers": [{"url": f"/api/{version}"}], "paths": PATHS}
    return Document({**content, "components": {"schemas": {"Money": MONEY}}})


def known_target(**policies: object) -> Known:
    """Make a target of two versions, with pages for staff beside them."""
    declared = {"intended_exposure": list(SHOWN), "unknown_fields": "refused", **policies}
    verbs = load_adapter(DEFAULT_ADAPTER, AdapterContext())
    profile = Profile.model_construct(policies=declared)
    return Known(profile, verbs, "", (document_of("v2"), document_of("v1")))


def asked(
    method: str = "GET", path: str = "/api/v2/products", body: object = None, *, provokes: str = "", **fields: str
) -> Request:
    """Make a request; the name of a field has underscores for its dashes."""
    headers = tuple((name.replace("_", "-"), value) for name, value in fields.items())
    request = Request(method, path, headers=headers, from_origin=True, provokes=provokes)
    return request if body is None else replace(request, json=body)


def given(
    request: Request | None = None, status: int = 200, content: object = b"", media_type: str = "", **fields: str
) -> Exchange:
    """Make an exchange: a request, and its answer with this content, in JSON unless it is bytes."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    named = media_type or ("" if isinstance(content, bytes) else "application/json")
    headers = [(name.replace("_", "-"), value) for name, value in fields.items()]
    headers += [("Content-Type", named)] if named else []
    return answered(request or asked(), status=status, headers=tuple(headers), body=body)


def problem(request: Request | None = None, status: int = 404, code: str = "not_found", **members: object) -> Exchange:
    """Make an exchange that ends with a problem document."""
    fields = {"WWW_Authenticate": "Bearer"} if status == 401 else {}
    content = {"type": f"tag:shop:{code}", "title": "No", "status": status, "code": code, **members}
    return given(request, status, content, "application/problem+json", **fields)


def by(exchange: Exchange, identity: Identity, **circumstances: object) -> Exchange:
    """Return the same exchange as somebody's, in a state of the target."""
    return replace(exchange, circumstances=Circumstances(identity=identity, **circumstances))  # type: ignore[arg-type]


def judge(rule: Rule, *exchanges: Exchange, known: Known | None = None) -> list[str]:
    """Return what a rule says of exchanges in their order: what was expected, and what was seen instead."""
    judge_of_run, target = RuleJudge(rule), known or known_target()
    found = [judge_of_run.judge(Answer(one, target)) or [] for one in exchanges]
    return [f"{one.breach.expected} | {one.breach.observed}" for breaches in found for one in breaches]


def speaks(rule: Rule, exchange: Exchange) -> bool:
    """Tell if a rule speaks of an exchange."""
    return rule.speaks_of(Answer(exchange, known_target()))
