"""The disguise as a process: it speaks the control protocol, and leaves nothing behind."""

from __future__ import annotations

import json
import ssl
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.supervisor.run import Run, pid_of
from tests.targets.disguise.__main__ import dress_line

KEY = "a-tenant-s-key"
MODULE = "tests.targets.disguise"
StartDisguise = Callable[..., Run]


@pytest.fixture
def folder() -> Iterator[Path]:
    """A path that is short enough for the sockets in it."""
    with tempfile.TemporaryDirectory(prefix="dg-", ignore_cleanup_errors=True) as path:
        yield Path(path)


@pytest.fixture
def start(folder: Path) -> Iterator[StartDisguise]:
    """Start the disguise of a shop of a few lines."""
    runs: list[Run] = []

    def begin(*options: str, key: str = KEY) -> Run:
        runs.append(Run(folder, *options, module=MODULE, variables={"DISGUISE_TENANT_KEY": key}))
        return runs[-1]

    yield begin
    for run in runs:
        run.abandon()


def fetch(ready: dict[str, Any], path: str, key: str | None = KEY) -> tuple[int, str]:
    """GET over TLS; status and body."""
    context = ssl.create_default_context(cafile=ready["ca_certificate"])
    fields = {"X-Tenant-Key": key} if key else {}
    request = urllib.request.Request(f"{ready['base_url']}{path}", headers=fields)  # noqa: S310 - always https
    try:
        with urllib.request.urlopen(request, timeout=10, context=context) as response:  # noqa: S310
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_the_shop_answers_behind_its_disguise_before_and_after_a_restart(start: StartDisguise) -> None:
    run = start()
    ready = run.ready()
    assert ready["base_url"].endswith("/shop")
    assert pid_of(ready, "application") != ready["pid"] == run.process.pid
    assert fetch(ready, "/a/page") == (200, "/a/page")
    assert fetch(ready, "/a/page", key=None)[0] == 401
    assert run.ask("restart", service="application")["ok"] is True
    assert fetch(ready, "/a/page") == (200, "/a/page")
    assert run.ask("stop", service="mail")["ok"] is False
    family = run.family()
    assert run.ask("quit") == {"id": "quit", "ok": True}
    assert (run.await_end(family), run.process.returncode) == ([], 0)


def test_a_restored_shop_is_where_it_was_behind_its_disguise() -> None:
    own = {"base_url": "https://front/shop", "pid": 1}
    restored = {"id": 3, "ok": True, "ready": {"base_url": "https://shop", "pid": 2, "windows": {}}}
    assert json.loads(dress_line(json.dumps(restored), own)) == {**restored, "ready": {**own, "windows": {}}}
    for line in ('{"id": 4, "ok": true}\n', '{"event": "exited", "service": "cache"}\n'):
        assert dress_line(line, own) == line


@pytest.mark.parametrize(
    ("end", "code"),
    [(lambda run: run.process.stdin.close(), 0), (lambda run: run.process.terminate(), 0)],
    ids=["end of input", "SIGTERM"],
)
def test_an_orderly_end_leaves_no_process_and_no_file(
    start: StartDisguise, folder: Path, end: Callable[[Run], None], code: int
) -> None:
    run = start()
    run.ready()
    family = run.family()
    end(run)
    assert (run.await_end(family), run.process.returncode) == ([], code)
    assert [path.name for path in folder.iterdir()] == ["progress.txt"]


def test_a_killed_disguise_takes_the_shop_along(start: StartDisguise, folder: Path) -> None:
    run = start()
    run.ready()
    family = run.family()
    run.process.kill()
    assert run.await_end(family) == []
    assert [path.name for path in folder.iterdir()] == ["progress.txt"]


def test_without_a_tenant_s_key_nothing_starts(start: StartDisguise) -> None:
    run = start(key="")
    assert run.read() is None
    assert run.process.wait(10) == 1
    assert run.progress.read_text() == "DISGUISE_TENANT_KEY has to hold the key that the tenant's clients send\n"


def test_what_the_supervisor_refuses_ends_the_disguise_with_its_words_and_code(start: StartDisguise) -> None:
    run = start("--products", "none")
    assert run.read() is None
    assert run.process.wait(30) == 2
    assert "--products: 'none' is no number above 0" in run.progress.read_text()
