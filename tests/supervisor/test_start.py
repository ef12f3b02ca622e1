"""A start: its needs, its neighbours, and its last line when it fails."""

import os
import pwd
import re
import shutil
import socket
import stat
import subprocess
import sys
from importlib import invalidate_caches
from pathlib import Path

import psycopg
import pytest

from reference_app.supervisor.machine import PostgresPrograms, find_postgres, find_redis, reachable_by_everybody
from reference_app.supervisor.supervisor_errors import StartupError
from tests.supervisor.conftest import StartRun
from tests.supervisor.run import fetch, url_of


def test_two_supervisors_do_not_notice_each_other(start_run: StartRun) -> None:
    first, second = start_run(), start_run()
    one, other = first.ready(), second.ready()
    assert one["base_url"] != other["base_url"]
    assert url_of(one, "database") != url_of(other, "database")
    assert first.close() == 0
    assert fetch(other, "/") == "/"
    with psycopg.connect(url_of(other, "database")) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_port_in_use_is_one_sentence(start_run: StartRun, short_folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        run = start_run("--port", str(port))
        assert run.read() is None
        assert run.process.wait() == 1
    assert run.progress.read_text() == f"[supervisor] cannot listen on 127.0.0.1:{port}: Address already in use\n"
    assert [path.name for path in short_folder.iterdir()] == ["progress.txt"]


def test_an_application_that_does_not_start_is_one_sentence(start_run: StartRun, short_folder: Path) -> None:
    wrong = start_run("--bare", "--application", "tests.supervisor.tiny_application:missing", application=None)
    assert wrong.read() is None
    assert wrong.process.wait() == 1
    last = wrong.progress.read_text().splitlines()[-1]
    assert re.fullmatch(r"\[supervisor\] application ended with code \d while starting: .*missing.*", last)
    assert [path.name for path in short_folder.iterdir()] == ["progress.txt"]


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ("SECRET_KEY=", "shop.E001: SECRET_KEY is not set. "),
        ("ALLOWED_HOSTS=", "shop.E001: ALLOWED_HOSTS is not set. "),
        ("DATABASE_URL=", "shop.E001: DATABASE_URL is not set. "),
        ("DATABASE_URL=sqlite:///shop", "shop.E005: DATABASE_URL does not name a PostgreSQL database."),
        ("WEB_WORKERS=many", "WEB_WORKERS is not a number: 'many'"),
        ("LOG_LEVEL=LOUD", "shop.E017: LOG_LEVEL is none of CRITICAL, ERROR, WARNING, INFO, DEBUG."),
    ],
)
def test_a_missing_or_wrong_setting_is_named_by_the_last_line(start_run: StartRun, setting: str, sentence: str) -> None:
    wrong = start_run("--bare", "--set", setting, application=None)
    assert wrong.read() is None
    assert wrong.process.wait() == 1
    last = wrong.progress.read_text().splitlines()[-1]
    told = re.fullmatch(r"\[supervisor\] application ended with code \d while starting: (.*)", last)
    assert told is not None, last
    assert told[1].startswith(sentence)


def test_stores_that_the_environment_names_are_used_and_left_alone(start_run: StartRun) -> None:
    owner = start_run().ready()
    run = start_run(
        variables={
            "DATABASE_URL": url_of(owner, "database"),
            "REDIS_URL": url_of(owner, "cache"),
            "COUNTERS_URL": url_of(owner, "counters"),
        }
    )
    ready = run.ready()
    assert list(ready["windows"]["processes"]) == ["application"]
    assert ready["windows"]["database"] == {"url": url_of(owner, "database")}
    assert fetch(ready, "/variables/REDIS_URL") == url_of(owner, "cache")
    assert run.ask("stop", service="database") == {
        "id": "stop",
        "ok": False,
        "error": "database is not run by this supervisor: its URL was given",
    }
    assert run.close() == 0
    with psycopg.connect(url_of(owner, "database")) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def _nobody_can_run_this_interpreter() -> bool:
    folders = Path(sys.executable).resolve().parents
    return os.geteuid() == 0 and all(folder.stat().st_mode & stat.S_IXOTH for folder in folders)


@pytest.mark.skipif(not _nobody_can_run_this_interpreter(), reason="takes root, and an interpreter open to everybody")
def test_it_runs_without_root_too(start_run: StartRun, short_folder: Path) -> None:
    nobody = pwd.getpwnam("nobody").pw_uid
    os.chown(short_folder, nobody, -1)
    run = start_run(user=nobody)
    ready = run.ready()
    assert {Path(f"/proc/{pid}").stat().st_uid for pid in ready["windows"]["processes"].values()} == {nobody}
    assert fetch(ready, "/") == "/"
    assert run.close() == 0


def test_programs_that_the_databases_account_cannot_reach_are_copied(short_folder: Path) -> None:
    installation = find_postgres().postgres.parent.parent
    closed = short_folder / "closed"
    shutil.copytree(installation, closed / "package" / "installation", symlinks=True)
    closed.chmod(0o700)
    programs = PostgresPrograms(
        closed / "package/installation/bin/initdb", closed / "package/installation/bin/postgres"
    )
    copied = reachable_by_everybody(programs, short_folder / "spare")
    assert copied.postgres == short_folder / "spare" / "package" / "installation" / "bin" / "postgres"
    assert reachable_by_everybody(copied, short_folder / "unused") == copied
    version = subprocess.run([copied.postgres, "--version"], check=True, capture_output=True, text=True)
    assert version.stdout.startswith("postgres (PostgreSQL) 18.")


def test_a_platform_without_the_wheels_is_told_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [])
    invalidate_caches()
    with pytest.raises(StartupError, match=r"^no PostgreSQL: .* so set DATABASE_URL to "):
        find_postgres()
    with pytest.raises(StartupError, match=r"^no Redis: .* so set REDIS_URL to "):
        find_redis()
