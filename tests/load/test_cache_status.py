import pytest

from load.cache_status import read_hit


@pytest.mark.parametrize(
    "value",
    [
        "shop; hit",
        "shop;hit;ttl=376",
        "origin; fwd=miss, edge; hit",
        '"a, b; c"; hit',
        "shop; hit=?1",
        "shop; ttl=3; hit",
    ],
)
def test_a_hit_of_any_cache_is_a_hit(value: str) -> None:
    assert read_hit(value) is True


@pytest.mark.parametrize(
    "value",
    [
        "shop; fwd=uri-miss",
        "hit",
        "shop; hit=?0",
        'shop; detail="x; hit"',
        'shop; fwd=stale; detail="hit, hit"',
        "shop; white; hits",
        "",
        '"broken',
    ],
)
def test_what_does_not_say_hit_is_none(value: str) -> None:
    assert read_hit(value) is False


def test_no_header_says_nothing() -> None:
    assert read_hit(None) is None
