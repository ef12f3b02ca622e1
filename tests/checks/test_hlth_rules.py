"""The rule of readiness: it says up or down, whatever has happened, and is never stored."""

from __future__ import annotations

from dataclasses import replace

import pytest

from spec.checks.hlth.rules import readiness_gives_nothing_away_and_is_never_stored
from spec.target.circumstances import Circumstances
from spec.target.control.services import Service
from spec.target.exchange import Request
from tests.checks.answers import answered, breaches, known

PROBE = Request("GET", "/readyz", operation="readiness")
DOWN = {"status": "not ready", "database": "down", "cache": "up"}
TROUBLED = Circumstances(troubled=frozenset({Service.DATABASE}))


def judge(body: object, headers: dict[str, str] | None = None, status: int = 503) -> list[str]:
    """Judge what readiness says with the database stopped."""
    fields = {"Cache-Control": "no-store"} if headers is None else headers
    return breaches(
        readiness_gives_nothing_away_and_is_never_stored,
        answered(known(), PROBE, status, body, fields, circumstances=TROUBLED),
    )[0]


@pytest.mark.parametrize(
    "body",
    [
        DOWN,
        {"status": "ready", "checks": [{"name": "database", "state": "up", "seconds": 0.012}]},
        {"status": "DOWN", "components": {"db": {"status": "DOWN"}, "redis": {"status": "UP"}}},
        {"type": "https://127.0.0.1:8443/problems/not-ready", "title": "Service Unavailable", "status": 503},
        {"error": "not_ready", "time": "2026-01-18T03:36:48.123Z", "detail": "The database does not answer."},
        {"error": "Service Unavailable", "reason": "database"},
        {
            "status": "not ready",
            "checks": {"database": {"state": "Not ready", "took": "12 ms", "at": "2026-01-18T03:36Z"}},
        },
        {
            "code": "service.unavailable",
            "checks": [{"name": "the database", "status": "Service Unavailable", "ms": 0.5}],
        },
        {"request_id": "01890a5d-ac96-774b-bcce-b302099a8057", "instance": "/readyz", "type": "about:blank"},
        {"type": "tag:shop.example,2026:problem:unavailable", "instance": "urn:uuid:01890a5d", "host": None},
        {"self": "https://shop.example/readyz", "href": "/readyz/db.primary", "type": "problems/not_ready"},
        {"checks": {"database:responseTime": [{"observedValue": 2.5, "observedUnit": "ms"}], "cache.redis": "up"}},
        {"status": "up", "hosts": 3, "nodes": {"database": "up"}},
        b"not ready",
        b"",
    ],
)
def test_up_and_down_give_nothing_away(body: object) -> None:
    assert judge(body) == []


@pytest.mark.parametrize(
    ("added", "kind"),
    [
        ({"version": "3"}, "version"),
        ({"app_version": "abc"}, "version"),
        ({"build": "9f3c2"}, "version"),
        ({"database": "PostgreSQL 16.2"}, "version"),
        ({"cache": "redis/7"}, "version"),
        ({"info": "shop 2.10.1-rc1"}, "version"),
        ({"database": "10.0.3.7"}, "address"),
        ({"database": "down: fe80::1ff:fe23:4567:890a"}, "address"),
        ({"database": "db.internal:5432"}, "address"),
        ({"database": "localhost:99"}, "address"),
        ({"database": "postgres://shop@db/shop"}, "address"),
        ({"database": "/var/run/postgresql/.s.PGSQL.5432"}, "address"),
        ({"instance": "redis://cache"}, "address"),
        ({"instance": "shop-7f9c5b6d8-x2kqz.shop.svc.cluster.local"}, "address"),
        ({"instance": "/var/run/postgresql/.s.PGSQL.5432"}, "address"),
        ({"self": "db-primary.internal/status"}, "address"),
        ({"host": "db-primary"}, "address"),
        ({"db_hostname": "primary"}, "address"),
        ({"pod": "shop-7f9c5b6d8-x2kqz"}, "address"),
        ({"checks": [{"name": "database", "host": "db1", "state": "up"}]}, "address"),
        ({"db:5432": "up"}, "address"),
        ({"10.0.3.7": True}, "address"),
        ({"checks": [{"name": "PostgreSQL 16.3", "state": "up"}]}, "version"),
        ({"PostgreSQL 16.3": "up"}, "version"),
        ({"nginx/1.27": {"state": "up"}}, "version"),
        ({"cache": "port 6379"}, "address"),
        ({"detail": "db.internal is away"}, "address"),
        ({"cache": "redis-0.cache.svc"}, "address"),
        ({"cache": "down (Timeout reading from socket)"}, "more than a word"),
        ({"cache": {"status": "socket timeout"}}, "more than a word"),
        ({"checks": [{"detail": "It went away again."}]}, "more than a word"),
        ({"database": "OperationalError"}, "error"),
        ({"database": 'FATAL: role "shop" does not exist'}, "error"),
        ({"cache": "Connection refused"}, "error"),
        ({"cache": "connect ECONNREFUSED"}, "error"),
        ({"cache": "Error 111 connecting to the cache"}, "error"),
        ({"error": "the pool has no more of them"}, "error"),
        ({"checks": [{"output": "timeout after waiting"}]}, "error"),
    ],
)
def test_what_says_more_is_seen(added: dict[str, object], kind: str) -> None:
    for status in (200, 503):
        found = judge({**DOWN, **added}, status=status)
        assert found
        assert any(kind in one for one in found)
        assert judge({**DOWN, "checks": [{"name": "x", "details": added}]}, status=status)


def test_a_body_that_is_no_json_is_read_as_text() -> None:
    assert judge(b"could not connect to server")
    assert judge(b"<h1>OperationalError at /readyz</h1>")


def test_a_text_names_no_host_with_a_port_or_without() -> None:
    assert judge(b"db.internal is away") == ["an address in the body 'db.internal is away'"]


def test_a_readiness_that_may_be_stored_says_no_cache_control() -> None:
    assert judge(DOWN, {}) == ["no Cache-Control"]


def test_readiness_is_also_what_a_request_of_no_verb_reads_by_its_path() -> None:
    facts, anyone = known(), Request("GET", "/readyz")
    speaks_of = readiness_gives_nothing_away_and_is_never_stored.speaks_of
    assert not speaks_of(answered(facts, anyone))
    facts.note_verb(PROBE)
    asked = [anyone, replace(anyone, method="HEAD"), replace(anyone, method="POST"), Request("GET", "/healthz")]
    assert [speaks_of(answered(facts, one)) for one in asked] == [True, True, False, False]
    assert [speaks_of(answered(facts, anyone, status)) for status in (200, 503, 301, 400, 429)] == [
        True,
        True,
        False,
        False,
        False,
    ]


def test_a_header_that_tells_an_address_is_seen() -> None:
    assert judge(DOWN, {"Cache-Control": "no-store", "X-Database": "10.0.0.9"})
    assert judge(DOWN, {"Cache-Control": "no-store", "X-Reason": "connection refused"})
    assert judge(DOWN, {"Cache-Control": "no-store", "Server": "gunicorn/23.0"})


@pytest.mark.parametrize("value", ["db-primary.internal:5432", "db-primary.internal", "postgres://db/shop", "db:5432"])
def test_a_header_that_names_a_host_is_seen_unless_its_standard_has_one(value: str) -> None:
    for status in (200, 503):
        assert len(judge(DOWN, {"Cache-Control": "no-store", "X-Backend": value}, status)) == 1
        assert judge(DOWN, {"Cache-Control": "no-store", "X-Docs": "https://shop.example/docs"}, status) == []
        assert judge(DOWN, {"Cache-Control": "no-store", "X-Request-ID": "a.bc:12345", "Age": "0"}, status) == []
        assert (
            judge(DOWN, {"Cache-Control": "no-store", "Content-Security-Policy": "img-src shop.example"}, status) == []
        )
        assert judge(DOWN, {"Cache-Control": "no-store", "Via": "1.1 edge.shop.example"}, status) == []


@pytest.mark.parametrize("value", [None, "no-cache", "private", "max-age=0", "public, max-age=5"])
def test_readiness_that_may_be_stored_is_seen(value: str | None) -> None:
    for status in (200, 503):
        assert len(judge(DOWN, {} if value is None else {"Cache-Control": value}, status)) == 1


def test_the_rule_speaks_of_readiness_in_any_trouble_of_the_services_alone() -> None:
    asked = [PROBE, replace(PROBE, method="HEAD"), replace(PROBE, operation="liveness"), replace(PROBE, malformed=True)]
    assert [readiness_gives_nothing_away_and_is_never_stored.speaks_of(answered(known(), one)) for one in asked] == [
        True,
        True,
        False,
        False,
    ]
    states = [TROUBLED, Circumstances(), Circumstances(failing=True), Circumstances(settings=frozenset({"secret_key"}))]
    spoken = [
        readiness_gives_nothing_away_and_is_never_stored.speaks_of(answered(known(), PROBE, circumstances=one))
        for one in states
    ]
    assert spoken == [True, True, False, False]
