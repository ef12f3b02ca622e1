"""Violations of VAL-012 and VAL-015: methods and media types, and what the document says of each answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

from spec.falsify.points.value_classes import read_json
from spec.falsify.points.violations import (
    Scene,
    ViolationKind,
    all_of,
    answered,
    dropped,
    is_api,
    is_versioned,
    misspelt,
    only,
    put,
    replaced,
    status_is,
    with_body,
)
from spec.falsify.points.wire_facts import METHOD, ROUTE, SENT, UNKNOWN, UNKNOWN_METHOD
from spec.target.exchange import Response


def _known_method(scene: Scene) -> bool:
    return not scene.is_in(METHOD, UNKNOWN_METHOD)


def _routed(scene: Scene) -> bool:
    return is_versioned(scene) and not scene.is_in(ROUTE, UNKNOWN)


def _names_itself(scene: Scene) -> Response:
    allowed = scene.response.headers.get("Allow") or "GET"
    return put(scene.response, "Allow", f"{allowed}, {scene.request.method}")


def _in_documents(scene: Scene) -> bool:
    """Speak of answers of operations that a document describes: the document itself is none of them."""
    documented = _routed(scene) and not scene.is_in(ROUTE, "/openapi.json")
    described = not scene.is_in(METHOD, "HEAD", "OPTIONS", "PUT", UNKNOWN_METHOD)
    return documented and described and scene.status not in {404, 405}


def _in_body(name: str, change: Callable[[dict[str, Any]], object]) -> ViolationKind:
    """Change a copy of the object in a success's body: its first entry, where it is a list of things."""

    def changed(scene: Scene) -> Response | None:
        content = read_json(scene.response.body)
        if not isinstance(content, dict) or scene.status >= 300:
            return None
        things = content.get("results")
        thing = things[-1] if isinstance(things, list) and things else content
        return with_body(scene.response, json.dumps(content).encode()) if change(thing) is not None else None

    return ViolationKind(name, changed)


def _drop(member: str) -> Callable[[dict[str, Any]], object]:
    return lambda thing: thing.pop(member, None)


def _put(member: str, value: object) -> Callable[[dict[str, Any]], object]:
    def change(thing: dict[str, Any]) -> object:
        if member not in thing or thing[member] == value:
            return None
        thing[member] = value
        return True

    return change


VIOLATIONS: Final[dict[str, tuple[ViolationKind, ...]]] = {
    "VAL-012": only(
        _routed,
        *only(
            all_of(answered(405), _known_method),
            dropped("Allow"),
            misspelt("Allow"),
            ViolationKind("Allow names the method that was refused", _names_itself),
            # OPTIONS a server may answer by itself, for any resource, and as it likes (RFC 9110 §9.3.7).
            *only(
                lambda scene: not scene.is_in(METHOD, "OPTIONS"),
                status_is(404, 405),
                status_is(400, 405),
                status_is(501, 405),
            ),
        ),
        status_is(200, 405, where=lambda scene: not scene.is_in(METHOD, "OPTIONS", "HEAD")),
        *only(
            lambda scene: scene.is_in(METHOD, UNKNOWN_METHOD),
            status_is(400, 405, 501),
            status_is(204, 405, 501),
            status_is(500, 405, 501),
        ),
        status_is(400, 415),
        status_is(200, 415),
        status_is(422, 415),
        status_is(500, 406, where=lambda scene: scene.is_in(SENT, "Accept")),
        status_is(400, 406, where=lambda scene: scene.is_in(SENT, "Accept")),
    ),
    "VAL-015": only(
        all_of(_in_documents, is_api),
        status_is(203, 200),
        status_is(202, 201),
        status_is(418, 400, 401, 403, 409, 415, 422),
        replaced("Content-Type", "text/plain").only(answered(200, 201)),
        dropped("Content-Type").only(lambda scene: bool(scene.response.body)),
        _in_body("id dropped", _drop("id")),
        _in_body("created_at dropped", _drop("created_at")),
        _in_body("name dropped", _drop("name")),
        _in_body("total dropped", _drop("total")),
        _in_body("access dropped", _drop("access")),
        _in_body("id is a text", _put("id", "seven")),
        _in_body("name is null", _put("name", None)),
        _in_body("price is a number", _put("price", 9.5)),
        _in_body("total is null", _put("total", None)),
        _in_body("lines is an object", _put("lines", {})),
        _in_body("results is null", _put("results", None)),
        _in_body("created_at is no moment", _put("created_at", 7)),
        ViolationKind("no body", lambda scene: with_body(scene.response, b"") if scene.response.body else None),
        ViolationKind(
            "a body that ends in the middle",
            lambda scene: with_body(scene.response, scene.response.body[:-1]) if scene.response.body else None,
        ),
    ),
}
