"""The reference shop itself, from an empty folder to an answer."""

import json
import shutil
import ssl
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psycopg

import reference_app
from tests.supervisor.conftest import StartRun
from tests.supervisor.run import Run, await_workers, fetch, url_of

START_SECONDS = 300.0
"""For a start that makes the content, also on a busy machine."""
PRODUCTS = "/api/v2/products?page_size=100&ordering=name"


def _ready(run: Run) -> dict[str, Any]:
    line = run.read(START_SECONDS)
    assert line is not None, run.progress.read_text()
    return dict(line)


def _sign_in(ready: Mapping[str, Any]) -> dict[str, Any]:
    request = urllib.request.Request(  # noqa: S310 - always https
        f"{ready['base_url']}/api/v2/tokens",
        data=json.dumps(ready["windows"]["staff"]).encode(),
        headers={"Content-Type": "application/json"},
    )
    context = ssl.create_default_context(cafile=ready["ca_certificate"])
    with urllib.request.urlopen(request, timeout=10, context=context) as response:  # noqa: S310 - always https
        return dict(json.load(response))


def test_a_start_a_reset_and_a_start_from_the_copy_show_the_same_shop(start_run: StartRun, short_folder: Path) -> None:
    # A copy of the code: an edit of the shop while this runs does not change what the second start finds.
    code = short_folder / "code"
    shutil.copytree(Path(reference_app.__file__).parent, code / "reference_app")
    first = start_run("--products", "20", "--set", "THROTTLE_ANON=50/hour", application=None, code=code)
    ready = _ready(first)
    products = json.loads(fetch(ready, PRODUCTS))
    assert len(products["results"]) == 20
    assert json.loads(fetch(ready, "/readyz")) == {"status": "ready", "database": "up", "cache": "up"}
    assert _sign_in(ready)["token_type"] == "Bearer"
    assert "tables and products made" in first.progress.read_text()

    with psycopg.connect(url_of(ready, "database"), autocommit=True) as connection:
        connection.execute("UPDATE catalogue_product SET name = 'spoilt'")
    first.write('{"id": 1, "command": "reset"}')
    assert first.read()["ok"] is True
    assert json.loads(fetch(ready, PRODUCTS)) == products
    assert _sign_in(ready)["token_type"] == "Bearer"
    assert first.close() == 0

    second = start_run("--products", "20", "--set", "THROTTLE_ANON=60/hour", application=None, code=code)
    again = _ready(second)
    assert "tables and products made" not in second.progress.read_text()
    assert json.loads(fetch(again, PRODUCTS)) == products
    assert again["windows"]["staff"]["password"] != ready["windows"]["staff"]["password"]
    assert _sign_in(again)["token_type"] == "Bearer"
    assert again["identity"]["settings_sha256"] != ready["identity"]["settings_sha256"]


def test_a_restored_shop_has_the_content_of_the_start_new_workers_and_empty_counters(start_run: StartRun) -> None:
    options = ("--restorable", "--preload", "spec.falsify.shop_setup", "--set", "THROTTLE_ANON=5/hour")
    run = start_run("--products", "20", *options, application=None)
    ready = _ready(run)
    before = json.loads(fetch(ready, PRODUCTS))
    application = ready["windows"]["processes"]["application"]
    workers = await_workers(application, count=2)
    with psycopg.connect(url_of(ready, "database"), autocommit=True) as connection:
        connection.execute("UPDATE catalogue_product SET name = 'spoilt'")
        connection.execute("ALTER TABLE reviews_review DROP CONSTRAINT review_once_a_product_and_user")
    for _ in range(4):
        fetch(ready, PRODUCTS)
    run.ask("kill", service="cache", which="all")
    assert run.read()["event"] == "exited"

    answer = run.ask("restore")
    assert answer["ready"]["windows"]["processes"]["application"] == application
    assert answer["ready"]["base_url"] == ready["base_url"]
    assert await_workers(application, count=2).isdisjoint(workers)
    # Five requests are allowed in an hour, and five were made.
    assert json.loads(fetch(ready, PRODUCTS)) == before
    assert _sign_in(ready)["token_type"] == "Bearer"

    run.ask("kill", service="application", which="all")
    assert run.read()["event"] == "exited"
    assert run.ask("restore")["ok"] is True
    assert json.loads(fetch(ready, PRODUCTS)) == before
    assert run.close() == 0


def test_nothing_is_restored_without_a_copy(run: Run) -> None:
    _ready(run)
    assert run.ask("restore") == {
        "id": "restore",
        "ok": False,
        "error": "there is no copy of the content: --restorable keeps one",
    }
