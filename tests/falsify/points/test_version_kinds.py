"""Kinds of violation of the chapter on versions: what is served, what is unknown, and in which form."""

from __future__ import annotations

import pytest

from spec.falsify.points.kinds import VIOLATIONS
from spec.falsify.points.value_classes import read_json
from spec.falsify.points.violations import Scene
from spec.target.exchange import Response
from tests.falsify.points.scenes import answered, scene

PROBLEM = {"type": "about:blank", "title": "Not found", "status": 404, "code": "not_found", "detail": "Nothing."}
CURRENT = {
    "next": None, "previous": None,
    "results": [{"id": 1, "total": {"amount": "5.00", "currency": "EUR"},
                 "lines": [{"quantity": 1, "unit_price": {"amount": "5.00", "currency": "EUR"}}]}],
}  # fmt: skip
DEPRECATED = {
    "next": None, "previous": None, "count": 1,
    "results": [{"id": 1, "total": "5.00", "currency": "EUR",
                 "lines": [{"quantity": 1, "unit_price": "5.00", "currency": "EUR"}]}],
}  # fmt: skip


def apply(requirement: str, name: str, one: Scene) -> Response | None:
    return next(kind for kind in VIOLATIONS[requirement] if kind.name == name).apply(one)


def names(requirement: str, one: Scene) -> list[str]:
    """Return the kinds that change an answer."""
    return [kind.name for kind in VIOLATIONS[requirement] if kind.apply(one) is not None]


@pytest.mark.parametrize(("version", "told", "wrong"), [("v1", DEPRECATED, CURRENT), ("v2", CURRENT, DEPRECATED)])
def test_content_takes_the_form_of_the_other_version(version: str, told: object, wrong: object) -> None:
    name = "the content in the form of the other version"
    changed = apply("VER-004", name, scene(answered(200, told), path=f"/api/{version}/orders"))
    assert changed is not None
    assert read_json(changed.body) == wrong


def test_content_without_a_form_of_its_own_is_left_alone() -> None:
    assert names("VER-004", scene(answered(200, {"id": 1, "name": "Lamps"}), path="/api/v2/orders/1")) == []
    assert names("VER-004", scene(answered(200, {"next": None, "results": []}), path="/api/v2/orders")) == []
    assert names("VER-004", scene(answered(201, {"price": "5.00", "currency": "EUR"}), path="/api/v1/orders")) == []


def test_an_operation_of_a_version_is_gone_or_moved_to_the_other_one() -> None:
    served = scene(answered(200, {"lines": []}), path="/api/v1/orders")
    assert [name.split()[0] for name in names("VER-001", served)] == ["404", "410", "501", "a"]
    moved = apply("VER-001", "a redirection to the other version", served)
    assert moved is not None
    assert (moved.status, moved.headers.get("Location")) == (308, "/api/v2/orders")


@pytest.mark.parametrize(
    "other",
    [
        scene(answered(200, {}), path="/api/v2/products"),
        scene(answered(200, {}), "HEAD", "/api/v1/orders"),
        scene(answered(401, PROBLEM), path="/api/v1/orders"),
        scene(answered(422, PROBLEM), path="/api/v2/orders?page_size=0"),
        scene(answered(404, PROBLEM), path="/api/v2/nothing"),
    ],
)
def test_what_proves_the_shop_and_what_is_asked_wrongly_is_left_alone(other: Scene) -> None:
    assert names("VER-001", other) == []


def test_an_unknown_version_is_found_or_is_not_found_in_another_format() -> None:
    found = names("VER-001", scene(answered(404, PROBLEM), path="/api/v9/orders"))
    assert found[:7] == [f"{status} instead of 404" for status in (200, 301, 400, 403, 406, 410, 500)]
    assert "member code dropped" in found
    head = names("VER-001", scene(answered(404), "HEAD", "/api/v9/orders"))
    assert head == found[:7]
