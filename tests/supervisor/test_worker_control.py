"""Single workers and all processes of a service end at once; a reload replaces every worker."""

from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.supervisor.conftest import StartRun
from tests.supervisor.run import Run, await_workers, fetch, pid_of, workers_of

SERVICES = ("database", "cache", "counters", "application")


def test_a_killed_worker_is_gone_and_another_one_takes_its_place(shared_run: Run, ready: dict[str, Any]) -> None:
    pid = shared_run.ask("start", service="application")["pid"]
    before = await_workers(pid, count=2)
    (killed,) = shared_run.ask("kill", service="application", which="worker")["pids"]
    assert killed in before
    assert killed not in workers_of(pid)
    after = await_workers(pid, count=2)
    assert after > before - {killed}
    assert fetch(ready, "/") == "/"
    assert shared_run.ask("start", service="application")["pid"] == pid


@pytest.mark.parametrize("name", SERVICES)
def test_a_killed_service_leaves_no_process_is_reported_and_can_be_started(
    shared_run: Run, ready: dict[str, Any], name: str
) -> None:
    pid = shared_run.ask("start", service=name)["pid"]
    lasting = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    answer = shared_run.ask("kill", service=name, which="all")
    assert answer == {"id": "kill", "ok": True, "pids": answer["pids"]}
    assert answer["pids"][0] == pid
    assert [process for process in lasting if process.is_running()] == []
    assert [one for one in answer["pids"] if psutil.pid_exists(one)] == []
    assert shared_run.read() == {"event": "exited", "service": name, "code": -9}
    assert shared_run.ask("start", service=name)["pid"] != pid
    assert fetch(ready, "/") == "/"


def test_only_the_application_has_workers(shared_run: Run) -> None:
    assert shared_run.ask("kill", service="database", which="worker") == {
        "id": "kill",
        "ok": False,
        "error": "only the application has workers: of database kill 'all'",
    }


def test_a_reload_replaces_every_worker_and_keeps_the_port(shared_run: Run, ready: dict[str, Any]) -> None:
    pid = shared_run.ask("start", service="application")["pid"]
    before = await_workers(pid, count=2)
    answer = shared_run.ask("reload", service="application")
    assert set(answer["pids"]) == workers_of(pid)
    assert set(answer["pids"]) & before == set()
    assert len(answer["pids"]) == 2
    assert shared_run.ask("start", service="application")["pid"] == pid
    assert fetch(ready, "/") == "/"


def test_a_suspended_application_is_not_reloaded(shared_run: Run) -> None:
    shared_run.ask("suspend", service="application")
    assert shared_run.ask("reload", service="application") == {
        "id": "reload",
        "ok": False,
        "error": "application is suspended: resume it first",
    }
    shared_run.ask("resume", service="application")


def test_a_reload_of_code_that_does_not_load_is_refused_with_its_reason(
    start_run: StartRun, short_folder: Path
) -> None:
    module = short_folder / "breakable.py"
    module.write_text("from tests.supervisor.tiny_application import application\n")
    path = f"{short_folder}:{Path.cwd()}"
    run = start_run(
        "--bare", "--application", "breakable:application", application=None, variables={"PYTHONPATH": path}
    )
    ready = run.ready()
    module.write_text("import nothing_of_this_name\n")
    refused = run.ask("reload", service="application")
    assert refused["ok"] is False
    assert refused["error"].endswith("ModuleNotFoundError: No module named 'nothing_of_this_name'")
    module.write_text("from tests.supervisor.tiny_application import application\n")
    assert run.ask("start", service="application")["pid"] != pid_of(ready, "application")
    assert fetch(ready, "/") == "/"
