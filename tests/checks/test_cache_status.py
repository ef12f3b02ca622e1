"""Cache-Status is read as RFC 9211 writes it."""

from datetime import UTC, datetime

import pytest

from spec.checks.behaviour.cache_status import claims_hit
from spec.target.exchange import Exchange, Headers, Request, Response


@pytest.mark.parametrize(
    ("value", "hit"),
    [
        (None, None),
        ("shop; hit", True),
        ("shop; fwd=miss", False),
        ("shop; fwd=miss, edge; hit; ttl=30", True),
        ("shop; hit=?0", False),
        ("shop; hit=?1", True),
        ('"hit; hit"; fwd=miss', False),
        ("hit", False),
        ("", False),
    ],
)
def test_a_hit_is_a_parameter_of_any_cache(value: str | None, hit: bool | None) -> None:
    fields = [] if value is None else [("Cache-Status", value)]
    exchange = Exchange(Request("GET", "/"), Response(200, Headers(fields)), None, datetime.now(UTC), 0.0)
    assert claims_hit(exchange) is hit
