"""The windows on database and cache, looked through on a real PostgreSQL and a real Redis."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest
import redis

from spec.target.observations import ObservationKind, QueryAnswer
from spec.target.recording import Recorder
from spec.target.windows import WindowUnusable
from spec.target.windows.cache_window import CacheWindow
from spec.target.windows.database_window import DatabaseWindow
from tests.supervisor.run import Run


@pytest.fixture(scope="module")
def ready() -> Iterator[dict[str, str]]:
    """The places in which a supervisor of a tiny application keeps database, cache and the database's log."""
    with TemporaryDirectory(prefix="win-") as folder:
        Path(folder).chmod(0o755)
        run = Run(Path(folder))
        try:
            windows = run.ready()["windows"]
            database, cache = windows["database"], windows["cache"]
            yield {
                "database": database["url"], "log": database["log"], "cache": cache["url"],
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
    """Read what ALTER SYSTEM has set of statement logging."""
    query = "SELECT setting FROM pg_file_settings WHERE name = 'log_statement'"
    return tuple(row[0] for row in connection.execute(query))


def test_the_statements_of_others_are_collected_without_transaction_control(
    ready: dict[str, str], other: psycopg.Connection
) -> None:
    window = DatabaseWindow(ready["database"], Path(ready["log"]), Recorder())
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
    window = DatabaseWindow(ready["database"], Path(ready["log"]), Recorder())
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
    window = DatabaseWindow(url, Path(ready["log"]), Recorder())
    with pytest.raises(WindowUnusable, match=r"^counting statements takes a superuser of the database, .*: perm"):  # noqa: SIM117
        with window.watch():
            pytest.fail("the window must not open")
    window.close()
    other.execute("DROP ROLE clerk")


def test_a_log_that_is_not_the_servers_own_shows_nothing(
    ready: dict[str, str], other: psycopg.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("spec.target.windows.database_window.SETTLE_SECONDS", 0.6)
    window = DatabaseWindow(ready["database"], tmp_path / "none.json", Recorder())
    with pytest.raises(WindowUnusable, match=r"^the database's log shows no statement"), window.watch():
        pytest.fail("the window must not open")
    assert setting(other) == ()
    window.close()


def test_a_log_that_is_cut_short_meanwhile_shows_nothing(ready: dict[str, str], tmp_path: Path) -> None:
    log = Path(ready["log"])
    window = DatabaseWindow(ready["database"], log, Recorder())
    with pytest.raises(WindowUnusable, match="cut short while statements were counted"):  # noqa: SIM117
        with window.watch():
            os.truncate(log, 0)
    window.close()


def test_a_database_that_does_not_answer_and_one_without_its_log_are_windows_that_are_shut(tmp_path: Path) -> None:
    with pytest.raises(WindowUnusable, match=r"^the database's window failed: connection"):  # noqa: SIM117
        with DatabaseWindow("postgresql://x@127.0.0.1:1/x", tmp_path / "log", Recorder()).watch():
            pytest.fail("the window must not open")
    with (
        pytest.raises(WindowUnusable, match="not the server's log"),
        DatabaseWindow("postgresql://x", None, Recorder()).watch(),
    ):
        pytest.fail("the window must not open")


def test_a_query_is_answered_from_committed_content_and_changes_nothing(
    ready: dict[str, str], other: psycopg.Connection
) -> None:
    other.execute("CREATE TABLE shelf (name text, stock int)")
    other.execute("INSERT INTO shelf VALUES ('chair', 3), ('table', 0)")
    recorder = Recorder()
    window = DatabaseWindow(ready["database"], None, recorder)
    statement = "SELECT name, stock FROM shelf WHERE stock >= %s ORDER BY name"
    assert window.query(statement, [1]) == QueryAnswer(statement.replace("%s", "1"), (("chair", 3),))
    assert window.query("SELECT count(*) FROM shelf").rows == ((2,),)
    with pytest.raises(WindowUnusable, match="cannot execute DELETE in a read-only transaction"):
        window.query("DELETE FROM shelf")
    with pytest.raises(WindowUnusable, match='column "colour" does not exist'):
        window.query("SELECT colour FROM shelf")
    # What was refused leaves the window whole.
    assert window.query("SELECT count(*) FROM shelf").rows == ((2,),)
    assert recorder.kinds == {ObservationKind.QUERY}
    window.close()
    other.execute("DROP TABLE shelf")


def test_a_role_that_may_not_read_is_told_so(ready: dict[str, str], other: psycopg.Connection) -> None:
    other.execute("CREATE TABLE secret (x int)")
    other.execute("CREATE ROLE reader LOGIN")
    url = psycopg.conninfo.make_conninfo(ready["database"], user="reader")
    window = DatabaseWindow(url, None, Recorder())
    with pytest.raises(
        WindowUnusable, match=r"^the role of the database's window may not read this: permission denied"
    ):
        window.query("SELECT x FROM secret")
    window.close()
    other.execute("DROP ROLE reader")
    other.execute("DROP TABLE secret")


def test_the_stored_password_is_asked_for_as_the_profile_says(ready: dict[str, str], other: psycopg.Connection) -> None:
    other.execute("CREATE TABLE account (email text, stored text, raw bytea)")
    other.execute(
        "INSERT INTO account VALUES ('ann@x', 'argon2$1', '\\x00ff'), ('o''b@x', 'argon2$22', '\\x00e9414243')"
    )
    recorder = Recorder()
    window = DatabaseWindow(
        ready["database"], None, recorder, "SELECT stored, raw FROM account WHERE email = %s AND email LIKE '%%@x'"
    )
    seen = window.ask_password("o'b@x")
    shown = "SELECT stored, raw FROM account WHERE email = 'o''b@x' AND email LIKE '%@x'"
    assert seen == QueryAnswer(shown, (("argon2$22", "\x00éABC"),))
    assert other.execute(shown.encode()).fetchall() == [("argon2$22", b"\x00\xe9ABC")]
    assert recorder.secrets == {"argon2$22", "\x00éABC"}
    evidence = seen.evidence(recorder.secrets).content.decode()
    assert evidence == f'{shown}\n---\n["[redacted]", "[redacted]"]\n'
    window.close()
    other.execute("DROP TABLE account")
    with pytest.raises(WindowUnusable, match=r"^the profile's \[windows\.database\] names no password_query$"):
        DatabaseWindow(ready["database"], None, Recorder()).ask_password("bob@x")


def test_a_query_that_takes_too_long_is_told_in_a_sentence(
    ready: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("spec.target.windows.database_window.STATEMENT_SECONDS", 0.2)
    window = DatabaseWindow(ready["database"], None, Recorder())
    with pytest.raises(WindowUnusable, match=r"^the database did not answer a statement within 0\.2 s$"):
        window.query("SELECT pg_sleep(20)")
    assert window.query("SELECT 1").rows == ((1,),)
    window.close()


def test_no_more_rows_are_read_than_there_is_room_for(ready: dict[str, str]) -> None:
    window = DatabaseWindow(ready["database"], None, Recorder())
    rows = window.query("SELECT generate_series(1, 1000000000)").rows
    assert (len(rows), rows[-1]) == (10_000, (10_000,))
    assert window.query("SELECT 1").rows == ((1,),)
    window.close()


def test_statements_are_observed_and_nulled_where_that_is_asked_for(
    ready: dict[str, str], other: psycopg.Connection
) -> None:
    recorder = Recorder(ObservationKind.QUERY)
    window = DatabaseWindow(ready["database"], Path(ready["log"]), recorder)
    with window.watch() as watched:
        other.execute("SELECT 1")
    assert watched.statements == ()
    assert window.query("SELECT 1").rows == ()
    assert recorder.kinds == {ObservationKind.QUERY}
    window.close()


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
