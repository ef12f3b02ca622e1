"""Violations of chapter ERR, and of what else is said of refusals: tokens in them, failures in their place."""

from __future__ import annotations

import json
from typing import Any, Final
from uuid import uuid4

from spec.falsify.points.value_classes import read_json
from spec.falsify.points.violations import (
    Scene,
    ViolationKind,
    all_of,
    answered,
    asked_as,
    body_is,
    dropped,
    emptied,
    is_api,
    is_documented,
    is_error,
    is_versioned,
    misspelt,
    only,
    put,
    replaced,
    rewritten,
    sent,
    status_is_told,
    with_body,
)
from spec.falsify.points.wire_facts import METHOD, ROUTE, UNKNOWN, VALUE
from spec.target.exchange import Response

PROBLEM: Final = "application/problem+json"
LONGEST_ID: Final = 128
_SAFE: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-+/=:@")


def _without(member: str) -> ViolationKind:
    def change(content: dict[str, Any]) -> None:
        content.pop(member, None)

    return rewritten(f"member {member} dropped", change)


def _with(member: str, value: object, name: str = "") -> ViolationKind:
    def change(content: dict[str, Any]) -> None:
        content[member] = value

    return rewritten(name or f"{member} is {json.dumps(value)}", change, lambda scene: member in _content(scene))


def _make_code(content: dict[str, Any]) -> None:
    content["code"] = f"{content['code']}-{uuid4().hex}"


def _content(scene: Scene) -> dict[str, Any]:
    content = read_json(scene.response.body)
    return content if isinstance(content, dict) else {}


def _fields_listed(scene: Scene) -> bool:
    listed = is_error(scene) and scene.status in {400, 422} and bool(_content(scene).get("errors"))
    # Of a body that is no object no field can be wrong.
    return listed and not scene.is_in(VALUE, "a body that is no JSON object", "a list as the body")


def _schema_broken(scene: Scene) -> bool:
    """Speak of refusals for what the body is by itself.

    By a 422 the shop speaks of what it holds. Whether that is an error of fields, its list alone says, and a field
    that was right may well be listed. Nor does a query have fields.
    """
    return _fields_listed(scene) and scene.status == 400 and bool(scene.request.encoded_body())


def _each_error(name: str, change: Any) -> ViolationKind:
    """Change each entry of the list of wrong fields; the function returns the entries that stand for one."""

    def changed(content: dict[str, Any]) -> None:
        content["errors"] = [one for error in content["errors"] for one in change(dict(error))]

    return rewritten(name, changed, _fields_listed)


def _lacks(member: str) -> ViolationKind:
    return _each_error(
        f"errors without {member}", lambda error: [{key: value for key, value in error.items() if key != member}]
    )


def _other_error(error: dict[str, Any]) -> list[dict[str, Any]]:
    return [error, {**error, "code": "invalid"}]


def _right_field_listed(scene: Scene) -> Response | None:
    """List a field too that was sent and that the answer has nothing against, for the reason of a wrong one.

    With a reason of its own it might be wrong by what the shop holds, which stands on no wire.
    """
    content, sent_body = _content(scene), read_json(scene.request.encoded_body())
    errors = content.get("errors") or []
    reason = next((error for error in errors if error.get("pointer")), None)
    if not isinstance(sent_body, dict) or reason is None:
        return None
    named = {str(error.get("pointer", "")).split("/")[1:2][0] for error in errors if error.get("pointer")}
    right = next((name for name in sent_body if name not in named), None)
    if right is None:
        return None
    listed = [*errors, {**reason, "pointer": f"/{right}"}]
    return with_body(scene.response, json.dumps({**content, "errors": listed}).encode())


def _odd_id(scene: Scene) -> bool:
    """Speak of answers to a request id that nothing may echo: too long, or of characters that a log must not hold."""
    given = scene.sent("X-Request-ID")
    return given is not None and (len(given) > LONGEST_ID or not set(given) <= _SAFE)


def _echo(scene: Scene) -> str | None:
    given = scene.sent("X-Request-ID")
    # An HTTP client drops the spaces around a value.
    return given.strip() if given is not None else None


def _echo_cut(scene: Scene) -> str | None:
    given = _echo(scene)
    return given[:1000] if given is not None else None


def _echo_in_document(scene: Scene) -> Response | None:
    content, given = _content(scene), _echo(scene)
    if "request_id" not in content or given is None:
        return None
    response = with_body(scene.response, json.dumps({**content, "request_id": given}).encode())
    return put(response, "X-Request-ID", given)


def _is_nobodys(scene: Scene) -> bool:
    return scene.status == 401 and is_versioned(scene)


def _token_of(scene: Scene) -> str | None:
    scheme, _, token = (scene.sent("Authorization") or "").partition(" ")
    return token if scheme.lower() == "bearer" and len(token) > 40 else None


def _token_in_detail(scene: Scene) -> Response | None:
    content, token = _content(scene), _token_of(scene)
    if token is None or "detail" not in content:
        return None
    return with_body(scene.response, json.dumps({**content, "detail": f"The token {token} may not do this."}).encode())


def _secrets_sent(scene: Scene) -> list[tuple[str, str]]:
    body = read_json(scene.request.encoded_body())
    if not isinstance(body, dict):
        return []
    sent_values = [(name, body.get(name)) for name in ("password", "current_password", "new_password", "refresh")]
    return [(name, value) for name, value in sent_values if isinstance(value, str) and len(value) >= 8]


def _secret_in_body(scene: Scene) -> Response | None:
    content, told = _content(scene), _secrets_sent(scene)
    if not told or "detail" not in content:
        return None
    name, value = told[0]
    return with_body(scene.response, json.dumps({**content, "detail": f"{name} {value} is not right."}).encode())


def _token_in_location(scene: Scene) -> Response | None:
    token = _token_of(scene)
    place = scene.response.headers.get("Location") or scene.request.path
    return put(scene.response, "Location", f"{place}?access_token={token}") if token else None


def _token_in_next(scene: Scene) -> Response | None:
    content, token = _content(scene), _token_of(scene)
    if token is None or not isinstance(content.get("next"), str):
        return None
    return with_body(scene.response, json.dumps({**content, "next": f"{content['next']}&token={token}"}).encode())


def _problem(status: int, code: str) -> bytes:
    kind = f"tag:shop.invalid,2026:problem:{code}"
    told = {"type": kind, "title": "A refusal", "status": status, "detail": "A refusal.", "code": code}
    return json.dumps(told).encode()


def _failed_with(status: int) -> ViolationKind:
    def change(scene: Scene) -> Response:
        response = with_body(Response(status, scene.response.headers), _problem(status, "failed"))
        return put(response, "Content-Type", PROBLEM)

    where = all_of(is_api, is_documented, lambda scene: scene.status < 500)
    return ViolationKind(f"{status} in place of the answer", change, where)


def _asked_of_a_known_path(scene: Scene) -> bool:
    return is_versioned(scene) and not scene.is_in(ROUTE, UNKNOWN)


_HTML: Final = b"<!doctype html><title>Error</title><h1>Something went wrong</h1>"
_PLAIN: Final = b'{"error": "Something went wrong"}'

IN_ANOTHER_FORMAT: Final = (
    replaced("Content-Type", "application/json"),
    replaced("Content-Type", "text/html; charset=utf-8"),
    replaced("Content-Type", "application/problem"),
    dropped("Content-Type"),
    emptied("Content-Type"),
    body_is("an HTML page", _HTML, "text/html; charset=utf-8"),
    body_is("JSON of another form", _PLAIN, "application/json"),
    body_is("JSON of another form under the right type", _PLAIN, PROBLEM),
    body_is("plain text under the right type", b"Something went wrong", PROBLEM),
    body_is("a body that ends in the middle", b'{"type": "about:blank", "code": ', PROBLEM),
    ViolationKind("no body", lambda scene: with_body(scene.response, b"") if scene.response.body else None),
    _without("code"),
    _with("code", ""),
    _with("code", None),
    _with("code", 7),
    _with("status", 200),
    rewritten("the document in an envelope", lambda content: {"error": content}),
    rewritten("the document in a list", lambda content: [content]),
)
"""The ways in which an error is not in the format of errors."""
VIOLATIONS: Final[dict[str, tuple[ViolationKind, ...]]] = {
    "ERR-001": only(
        all_of(is_error, lambda scene: not scene.is_in(METHOD, "HEAD")),
        *IN_ANOTHER_FORMAT,
        rewritten("a code made for each answer", _make_code, lambda scene: "code" in _content(scene)),
    ),
    "ERR-002": only(
        _fields_listed,
        _lacks("pointer"),
        _lacks("code"),
        _lacks("detail"),
        _each_error("every field listed twice", _other_error),
        _each_error("no field listed", lambda _: []).only(_schema_broken),
        # What is wrong in a query is named by its parameter: an empty pointer beside that forbids nothing. And what
        # the shop holds may speak against a body as a whole.
        _each_error("pointers emptied", lambda error: [{**error, "pointer": ""} if "pointer" in error else error]).only(
            answered(400)
        ),
        _each_error("details emptied", lambda error: [{**error, "detail": ""}]),
        _each_error("pointers to what was not sent", lambda error: [{**error, "pointer": "/no_such_field"}]),
        ViolationKind("a right field listed too", _right_field_listed, _schema_broken),
        _without("errors").only(_schema_broken),
    ),
    "ERR-004": only(
        all_of(_odd_id, is_api),
        sent("X-Request-ID", _echo, "the odd request id is echoed"),
        sent("X-Request-ID", _echo_cut, "the odd request id is echoed, cut at 1,000 characters"),
        ViolationKind("the odd request id is echoed in the problem document", _echo_in_document),
    ),
    "ERR-005": only(
        _asked_of_a_known_path,
        *only(
            _is_nobodys,
            dropped("WWW-Authenticate"),
            emptied("WWW-Authenticate"),
            misspelt("WWW-Authenticate"),
        ),
        status_is_told(403, 401, where=all_of(_is_nobodys, asked_as("nobody"))),
        status_is_told(401, 403, where=asked_as("a customer")),
        status_is_told(409, 403, where=asked_as("a customer")),
        status_is_told(200, 404),
        status_is_told(200, 409),
        status_is_told(200, 415),
        status_is_told(200, 400, 422),
        status_is_told(200, 429),
    ),
    "VAL-014": (_failed_with(500), _failed_with(502), _failed_with(503)),
    "TOK-016": (
        ViolationKind("the access token in an error body", _token_in_detail, is_error),
        ViolationKind("a secret that was sent in an error body", _secret_in_body, is_error),
        ViolationKind("the access token in Location", _token_in_location, answered(201, 301, 302, 303, 307, 308)),
        ViolationKind("the access token in the address of the next page", _token_in_next),
    ),
}
