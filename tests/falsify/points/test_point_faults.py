"""Points are drawn by seed from exchanges on which they take effect, and alter exactly what their conditions name."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from spec.falsify.points.kinds import VIOLATIONS
from spec.falsify.points.point_faults import DIMENSIONS, LIES_IN, PointDraw, PointFault
from spec.falsify.points.violations import Scene, dropped
from spec.falsify.points.wire_facts import METHOD, SENT, STATUS, VERSION
from tests.falsify.points.scenes import answered, scene

NOSNIFF = "X-Content-Type-Options"
KINDS = VIOLATIONS["HDR-001"]


def seen(method: str, path: str, status: int, **more: object) -> Scene:
    """Return a scene whose answer carries the header."""
    return scene(answered(status, X_Content_Type_Options="nosniff"), method, path, **more)  # type: ignore[arg-type]


SCENES = [
    seen(method, f"/api/{version}/{name}", status)
    for method in ("GET", "HEAD", "OPTIONS", "PUT")
    for version in ("v1", "v2")
    for name in ("orders", "products")
    for status in (200, 401, 404)
]


def test_a_point_alters_what_all_its_conditions_hold_on() -> None:
    point = PointFault("HDR-001", "methods", ((METHOD, "HEAD"), (VERSION, "v1")), dropped(NOSNIFF))
    assert point.alter(seen("HEAD", "/api/v1/orders", 200)) is not None
    assert point.alter(seen("HEAD", "/api/v2/orders", 200)) is None
    assert point.alter(seen("GET", "/api/v1/orders", 200)) is None
    assert point.alter(scene(answered(200), "HEAD", "/api/v1/orders")) is None


def test_the_name_says_requirement_span_place_and_kind() -> None:
    conditions = ((METHOD, "HEAD"), ("route", "/orders"), (VERSION, "v1"), ("identity", "staff"))
    point = PointFault("HDR-001", "methods", conditions, dropped(NOSNIFF))
    assert point.name == "HDR-001 · methods · HEAD /api/v1/orders as staff: X-Content-Type-Options dropped"
    other = PointFault("HDR-001", "headers", ((SENT, "Accept"), (STATUS, "404")), dropped(NOSNIFF))
    assert other.name == (
        "HDR-001 · headers · any method answered 404 with Accept sent: X-Content-Type-Options dropped"
    )
    assert point.id != other.id


@given(st.integers(0, 2**32 - 1), st.sampled_from(["methods", "versions", "identities", "variants", "operations"]))
def test_each_point_takes_effect_on_an_exchange_and_lies_in_its_span(seed: int, span: str) -> None:
    points = PointDraw("HDR-001", span, KINDS, SCENES).draw(10, seed)
    assert len(points) == len({one.id for one in points}) == 10
    for point in points:
        assert point.conditions[0][0] == DIMENSIONS[span]
        assert any(point.alter(one) is not None for one in SCENES)


@given(st.integers(0, 2**32 - 1), st.sets(st.sampled_from(["versions", "identities", "variants", "operations"])))
def test_a_point_is_narrowed_by_the_spans_of_its_requirement_alone(seed: int, others: set[str]) -> None:
    points = PointDraw("HDR-001", "methods", KINDS, SCENES, {"methods", *others}).draw(10, seed)
    named = {dimension for point in points for dimension, _ in point.conditions}
    assert {LIES_IN[one] for one in named} <= {"methods", *others}
    assert points


def test_one_seed_draws_one_set_of_points_and_another_seed_another() -> None:
    draw = PointDraw("HDR-001", "methods", KINDS, SCENES)
    first, again, other = ([one.id for one in draw.draw(10, seed)] for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_points_are_spread_over_the_values_of_a_span() -> None:
    points = PointDraw("HDR-001", "methods", KINDS, SCENES).draw(12, 3)
    counts = Counter(one.conditions[0][1] for one in points)
    assert set(counts) == {"GET", "HEAD", "OPTIONS", "PUT"}
    assert max(counts.values()) - min(counts.values()) <= 1


def test_all_points_are_drawn_where_there_are_fewer_than_wanted() -> None:
    one_kind = PointDraw("HDR-001", "methods", [dropped(NOSNIFF)], SCENES[:1])
    points = one_kind.draw(1000, 1)
    assert 1 < len(points) < 20
    assert {one.violation.name for one in points} == {f"{NOSNIFF} dropped"}


def test_nothing_is_drawn_where_no_exchange_shows_an_effect() -> None:
    bare = [scene(answered(200))]
    assert PointDraw("HDR-001", "methods", [dropped(NOSNIFF)], bare).draw(10, 1) == []
    assert PointDraw("HDR-001", "pages", KINDS, SCENES).draw(10, 1) == []
