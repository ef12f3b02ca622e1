"""The windows on database and cache, looked through on a real PostgreSQL and a real Redis."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest
import redis

from spec.target.windows import WindowUnusable
from spec.target.windows.cache_window import CacheWindow
from spec.target.windows.database_window import DatabaseWindow
from tests.supervisor.run import Run


@pytest.fixture(scope="module")
def ready() -> Iterator[dict[str, str]]:
    """Where a supervisor that serves a tiny application keeps its database, its cache and the database's log."""
    with TemporaryDirectory(prefix="win-") as folder:
        Path(folder).chmod(0o755)
        run = Run(Path(folder))
        try:
            line = run.ready()
            yield {
                "database": line["database_url"], "log": line["logs"]["database"], "cache": line["cache_url"],
            }  # fmt: skip
        finally:
            run.abandon()


@pytest.fixture
def other(ready: dict[str, str]) -> Iterator[psycopg.Connection]:
    """A connection that is not the window's."""
    with psycopg.connect(ready["database"], autocommit=True) as connection:
        yield connection
        connection.execute("ALTER SYSTEM RESET log_statement")
        connection.execute("SELECT pg_reload_conf()")


def setting(connection: psycopg.Connection) -> tuple[str, ...]:
    """What ALTER SYSTEM has set of statement logging."""
    query = "SELECT setting FROM pg_file_settings WHERE name = 'log_statement'"
    return tuple(row[0] for row in connection.execute(query))


def test_the_statements_of_others_are_collected_without_transaction_control(
    ready: dict[str, str], other: psycopg.Connection
) -> None:
    window = DatabaseWindow(ready["database"], Path(ready["log"]))
    for _ in range(2):
        with window.watch() as watched:
            other.execute("SELECT 40 + 2")
            with other.transaction():
                other.execute("SELECT %s::int", [7])
        assert watched.statements == ("SELECT 40 + 2", "SELECT $1::int")
    with window.watch() as nothing:
        pass
    assert len(nothing) == 0
    window.close()


@pytest.mark.parametrize("before", [None, "ddl"])
def test_what_was_logged_before_is_logged_again_afterwards(
    ready: dict[str, str], other: psycopg.Connection, before: str | None
) -> None:
    if before:
        other.execute(f"ALTER SYSTEM SET log_statement = '{before}'".encode())
    window = DatabaseWindow(ready["database"], Path(ready["log"]))
    with window.watch():
        assert setting(other) == ("all",)
    assert setting(other) == ((before,) if before else ())
    with pytest.raises(ZeroDivisionError), window.watch():
        _ = 1 // 0
    assert setting(other) == ((before,) if before else ())
    window.close()


def test_a_role_that_may_not_switch_logging_on_is_told_what_it_takes(
    ready: dict[str, str], other: psycopg.Connection
) -> None:
    other.execute("CREATE ROLE clerk LOGIN")
    url = psycopg.conninfo.make_conninfo(ready["database"], user="clerk")
    window = DatabaseWindow(url, Path(ready["log"]))
    with pytest.raises(WindowUnusable, match=r"^counting statements takes a superuser of the database, .*: perm"):  # noqa: SIM117
        with window.watch():
            pytest.fail("the window must not open")
    window.close()
    other.execute("DROP ROLE clerk")


def test_a_log_that_is_not_the_servers_own_shows_nothing(
    ready: dict[str, str], other: psycopg.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("spec.target.windows.database_window.SETTLE_SECONDS", 0.6)
    window = DatabaseWindow(ready["database"], tmp_path / "none.json")
    with pytest.raises(WindowUnusable, match=r"^the database's log shows no statement"), window.watch():
        pytest.fail("the window must not open")
    assert setting(other) == ()
    window.close()


def test_a_log_that_is_begun_anew_meanwhile_shows_nothing(ready: dict[str, str], tmp_path: Path) -> None:
    log = Path(ready["log"])
    window = DatabaseWindow(ready["database"], log)
    with pytest.raises(WindowUnusable, match="begun anew while statements were counted"):  # noqa: SIM117
        with window.watch():
            os.truncate(log, 0)
    window.close()


def test_a_database_that_does_not_answer_and_one_without_its_log_are_windows_that_are_shut(tmp_path: Path) -> None:
    with pytest.raises(WindowUnusable, match=r"^the database's window failed: connection"):  # noqa: SIM117
        with DatabaseWindow("postgresql://x@127.0.0.1:1/x", tmp_path / "log").watch():
            pytest.fail("the window must not open")
    with pytest.raises(WindowUnusable, match="not the server's log"), DatabaseWindow("postgresql://x", None).watch():
        pytest.fail("the window must not open")


def test_the_caches_own_counters_tell_hits_misses_and_keys(ready: dict[str, str]) -> None:
    client = redis.Redis.from_url(ready["cache"])
    client.flushdb()
    window = CacheWindow(ready["cache"])
    before = window.counts()
    client.set("there", "1")
    client.mget("there", "there", "nowhere")
    after = window.counts()
    assert (after.hits - before.hits, after.misses - before.misses, after.keys) == (2, 1, 1)
    assert after.changes - before.changes == 1


def test_a_cache_that_keeps_a_counter_to_itself_is_a_window_that_is_shut(
    ready: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis.Redis, "info", lambda self: {"keyspace_hits": 1, "keyspace_misses": 1})
    with pytest.raises(WindowUnusable, match=r"^the cache's server does not tell 'rdb_changes_since_last_save'$"):
        CacheWindow(ready["cache"]).counts()


def test_a_cache_that_does_not_answer_is_a_window_that_is_shut() -> None:
    with pytest.raises(WindowUnusable, match=r"^the cache's window failed: "):
        CacheWindow("redis://127.0.0.1:1").counts()
