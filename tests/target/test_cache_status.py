"""Cache-Status is read as RFC 9211 writes it."""

from __future__ import annotations

import pytest

from spec.target.cache_status import claims_hit
from spec.target.exchange import Headers, Response


def answer(*values: str) -> Response:
    """An answer with these values of the field."""
    return Response(200, Headers([("Cache-Status", value) for value in values]))


@pytest.mark.parametrize(
    "value",
    [
        "shop; hit",
        "shop;hit;ttl=376",
        "origin; fwd=miss, edge; hit; ttl=30",
        '"a, b; c"; hit',
        "shop; hit=?1",
        "shop; ttl=3; hit",
    ],
)
def test_a_hit_of_any_cache_is_a_hit(value: str) -> None:
    assert claims_hit(answer(value)) is True


@pytest.mark.parametrize(
    "value",
    [
        "shop; fwd=uri-miss",
        "hit",
        "shop; hit=?0",
        '"hit; hit"; fwd=miss',
        'shop; detail="x; hit"',
        'shop; fwd=stale; detail="hit, hit"',
        "shop; white; hits",
        "shop; hit=1",
        "shop; hit, ",
        "a cache; hit",
        "",
        '"broken',
    ],
)
def test_what_does_not_say_hit_is_none(value: str) -> None:
    assert claims_hit(answer(value)) is False


def test_repeated_fields_are_one_list() -> None:
    assert claims_hit(answer("origin; fwd=miss", "edge; hit")) is True


def test_no_header_says_nothing() -> None:
    assert claims_hit(answer()) is None


def test_no_answer_says_nothing() -> None:
    assert claims_hit(None) is None
