"""Violations of chapter VER that an answer alone shows."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, Final

from spec.falsify.points.kinds.error_kinds import IN_ANOTHER_FORMAT
from spec.falsify.points.value_classes import read_json
from spec.falsify.points.violations import (
    Scene,
    ViolationKind,
    all_of,
    answered,
    dropped,
    emptied,
    is_documented,
    misspelt,
    only,
    put,
    replaced,
    sent,
    status_is_told,
    with_body,
)
from spec.falsify.points.wire_facts import METHOD, ROUTE, UNKNOWN_METHOD, UNKNOWN_VERSION, VALUE, VERSION
from spec.target.exchange import Response

DEPRECATED: Final = "v1"
CURRENT: Final = "v2"
_LONG_AGO: Final = "Mon, 01 Jan 2001 00:00:00 GMT"


def _is_deprecated(scene: Scene) -> bool:
    return scene.is_in(VERSION, DEPRECATED)


def _is_current(scene: Scene) -> bool:
    return scene.is_in(VERSION, CURRENT)


def _no_successor(scene: Scene) -> Response | None:
    link = scene.response.headers.get("Link")
    if link is None or "successor-version" not in link:
        return None
    return put(scene.response, "Link", link.replace("successor-version", "latest"))


_PROOF: Final = ("/accounts", "/accounts/me", "/tokens", "/products", "/products/{}")
_EMPTY: Final = frozenset({"an empty object", "a body that is no JSON object"})
"""The values in bodies of requests that ask no more than if an operation is there."""
_MONEY: Final = frozenset({"price", "unit_price", "line_total", "total"})
_ANSWERED: Final = (200, 201, 204, 400, 409, 415, 422)


def _is_served(scene: Scene) -> bool:
    """Speak of operations that a version has: of what no odd value is asked, and no shop is proved by.

    A run begins with the proof that there is a shop, in the current version: without that it examines nothing.
    """
    plain = scene.facts[VALUE] <= _EMPTY and scene.is_in(METHOD, "GET", "POST", "PATCH", "DELETE")
    return plain and is_documented(scene) and not (_is_current(scene) and scene.is_in(ROUTE, *_PROOF))


def _is_unknown(scene: Scene) -> bool:
    """Speak of what is not found since nobody serves its version. A method of no name a server may refuse by itself."""
    return scene.is_in(VERSION, UNKNOWN_VERSION) and scene.status == 404 and not scene.is_in(METHOD, UNKNOWN_METHOD)


def _moved(scene: Scene) -> Response | None:
    """Send a reader of one version to the other one."""
    if scene.status != 200 or not scene.is_in(METHOD, "GET"):
        return None
    own, other = (DEPRECATED, CURRENT) if _is_deprecated(scene) else (CURRENT, DEPRECATED)
    place = scene.request.target.replace(f"/api/{own}", f"/api/{other}", 1)
    return put(with_body(Response(308, scene.response.headers), b""), "Location", place)


def _of_the_other_version(scene: Scene) -> Response | None:
    """Write what was read as the other version writes it: its money, and the count of its lists.

    A count alone makes no answer of the current version another one's: its document does not exclude one.
    """
    content = read_json(scene.response.body)
    if not isinstance(content, dict):
        return None
    told = _as_deprecated(content) if _is_current(scene) else _as_current(content)
    if told == content:
        return None
    counted = {"count": len(told["results"])} if _is_current(scene) and "results" in told else {}
    return with_body(scene.response, json.dumps({**told, **counted}).encode())


def _as_current(node: Any) -> Any:
    if isinstance(node, list):
        return [_as_current(one) for one in node]
    if not isinstance(node, dict):
        return node
    currency = node.get("currency")
    plain = {name: _as_current(value) for name, value in node.items() if name not in {"currency", "count"}}
    money = {name: {"amount": value, "currency": currency} for name, value in plain.items() if name in _MONEY}
    return {**plain, **money}


def _as_deprecated(node: Any) -> Any:
    if isinstance(node, list):
        return [_as_deprecated(one) for one in node]
    if not isinstance(node, dict):
        return node
    plain: dict[str, Any] = {}
    for name, value in node.items():
        if name in _MONEY:
            plain |= {name: value["amount"], "currency": value["currency"]}
        else:
            plain[name] = _as_deprecated(value)
    return plain


VIOLATIONS: Final[dict[str, tuple[ViolationKind, ...]]] = {
    "VER-001": (
        *only(
            _is_served,
            *(
                replace(status_is_told(one, *_ANSWERED), name=f"{one} in place of the answer")
                for one in (404, 410, 501)
            ),
            ViolationKind("a redirection to the other version", _moved),
        ),
        *only(
            _is_unknown,
            *(status_is_told(status, 404) for status in (200, 301, 400, 403, 406, 410, 500)),
            *only(lambda scene: bool(scene.response.body), *IN_ANOTHER_FORMAT),
        ),
    ),
    "VER-002": (
        *only(
            _is_deprecated,
            dropped("Deprecation"),
            emptied("Deprecation"),
            misspelt("Deprecation"),
            replaced("Deprecation", "true"),
            replaced("Deprecation", "Thu, 01 Jan 2026 00:00:00 GMT"),
            dropped("Sunset"),
            emptied("Sunset"),
            misspelt("Sunset"),
            replaced("Sunset", _LONG_AGO, "Sunset before Deprecation"),
            replaced("Sunset", "@1893456000"),
            replaced("Sunset", "next year"),
            dropped("Link"),
            emptied("Link"),
            ViolationKind("Link to no successor", _no_successor),
        ),
        *only(
            _is_current,
            sent("Deprecation", "@1735689600"),
            sent("Sunset", "Fri, 01 Jan 2038 00:00:00 GMT"),
            sent("Link", '</api/v3/openapi.json>; rel="successor-version"'),
        ),
    ),
    "VER-004": (
        ViolationKind(
            "the content in the form of the other version",
            _of_the_other_version,
            all_of(is_documented, answered(200), lambda scene: scene.is_in(METHOD, "GET")),
        ),
    ),
}
