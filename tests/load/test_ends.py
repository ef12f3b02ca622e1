"""Ends of a load, and the files that each leaves: only a complete load says something about the target."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from load.load_figures import LATENCY
from load.manifest import LoadEnd, NoUsableLoad, read_run
from load.statistics.decision import LimitDecision
from tests.load.plans import make_plan, parse_plan
from tests.load.processes import ROOT, recorded_load, run_load, running_shop, start_load

LONG: dict[str, object] = {"warm_up_seconds": 0, "looks": [50]}


def test_a_complete_load_exits_0_and_says_what_it_measured(tmp_path: Path) -> None:
    mix = {"browse": 1, "search": 1, "sign_in": 1, "order": 1}
    with running_shop(hit_every=1) as shop:
        run = recorded_load(
            tmp_path, base_url=shop.url, mix=mix, customers=8, source_addresses="127.77", think_seconds=0.05
        )
        peers = shop.finish()["peers"]
    manifest = run.manifest
    assert (manifest.ended, manifest.reason) == (LoadEnd.COMPLETE, "")
    assert len(peers) > manifest.generator.shoppers
    assert all(peer.startswith("127.77.") for peer in peers)
    assert set(manifest.operations) == set(manifest.planned_operations) == {
        "list products",
        "list categories",
        "open product",
        "search products",
        "sign in",
        "view cart",
        "add to cart",
        "place order",
    }  # fmt: skip
    assert all(sample.ok for sample in run.samples)
    assert {sample.operation for sample in run.measured} == set(range(8))
    assert manifest.generator.abandoned_journeys == 0
    assert manifest.generator.cache_hits_claimed >= sum(bool(sample.hit) for sample in run.samples)
    plan = make_plan(base_url=shop.url, mix=mix, customers=8, source_addresses="127.77", think_seconds=0.05)
    assert manifest.plan == parse_plan(plan)
    assert 0 < manifest.generator.cpu_share < 1
    assert manifest.generator.machine_share is not None
    assert 0 < manifest.generator.machine_share <= 1
    assert manifest.generator.machine_share_before is not None
    # Nothing at all may have run beforehand.
    assert 0 <= manifest.generator.machine_share_before <= 1


def test_a_late_generator_blames_itself(tmp_path: Path) -> None:
    with running_shop() as shop:
        code, err = run_load(
            tmp_path,
            base_url=shop.url,
            adapter={"module": "tests.load.slow_adapter"},
            drain_seconds=0.5,
            looks=[1],
        )
    manifest = read_run(tmp_path).manifest
    assert code == 70
    assert manifest.ended is LoadEnd.LATE
    assert manifest.looks == ()
    assert "The generator did not" in manifest.reason
    assert f"[load] late: {manifest.reason}" in err


def test_a_bug_of_the_adapter_is_named_with_its_place_and_is_no_error_of_the_target(tmp_path: Path) -> None:
    with running_shop() as shop:
        code, err = run_load(tmp_path, base_url=shop.url, adapter={"module": "tests.load.breaking_adapter"})
    manifest = read_run(tmp_path).manifest
    assert code == 2
    assert manifest.ended is LoadEnd.ADAPTER_BROKE
    assert re.fullmatch(
        r"the adapter raised ZeroDivisionError: 20 by nothing "
        r"\(verb 'search products', breaking_adapter\.py, line \d+\)",
        manifest.reason,
    )
    assert err == f"[load] adapter broke: {manifest.reason}\n"
    assert manifest.failures == ()


def test_a_bug_of_the_adapter_before_the_load_is_named_too(tmp_path: Path) -> None:
    settings = {"breaks": True}
    with running_shop() as shop:
        adapter = {"module": "tests.load.breaking_adapter", "settings": settings}
        code, err = run_load(tmp_path, base_url=shop.url, adapter=adapter, mix={"sign_in": 1}, customers=9)
    assert code == 2
    assert err.startswith("[load] adapter broke: the adapter raised KeyError: 'shoe size' (verb 'register', breaking_")
    assert err.count("\n") == 1


def test_a_verb_that_is_not_offered_ends_the_load_with_one_sentence(tmp_path: Path) -> None:
    with running_shop() as shop:
        adapter = {"module": "tests.load.roundabout_adapter", "settings": {"lacks": ["place_order"]}}
        code, err = run_load(tmp_path, base_url=shop.url, adapter=adapter, mix={"order": 1}, customers=9)
        report = shop.finish()
    assert code == 4
    assert err == "[load] unprepared: The load needs a verb, and the backend does not offer 'place_order'.\n"
    assert report["requests"] == 0


@dataclass(frozen=True)
class CutShort:
    """A load that was ended from outside, in the middle."""

    folder: Path
    exit_code: int


@pytest.fixture(scope="module")
def cut_short(tmp_path_factory: pytest.TempPathFactory) -> dict[str, CutShort]:
    """Loads in the middle of their time: two are told to end, one is killed, of one the parent is killed."""
    folders = {name: tmp_path_factory.mktemp(name) for name in ("SIGINT", "SIGTERM", "SIGKILL", "orphan")}
    with ExitStack() as shops:
        running = {name: shops.enter_context(running_shop(answer_seconds=1)) for name in folders}
        changes = {name: {"base_url": shop.url, "timeout_seconds": 3, **LONG} for name, shop in running.items()}
        loads = {
            name: _start_orphan(folder, **changes[name]) if name == "orphan" else start_load(folder, **changes[name])
            for name, folder in folders.items()
        }
        for name, process in loads.items():
            # Several connections at once, which only a load makes.
            running[name].wait_for_open_files(12)
            process.send_signal(signal.SIGKILL if name == "orphan" else signal.Signals[name])
            process.communicate(timeout=10)
        deadline = time.monotonic() + 10
        while not (folders["orphan"] / "manifest.json").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
    return {name: CutShort(folder, loads[name].returncode) for name, folder in folders.items()}


def _start_orphan(folder: Path, **changes: object) -> subprocess.Popen[str]:
    """Start a process that starts a load and then only waits."""
    (folder / "plan.json").write_text(json.dumps(make_plan(**changes)))
    command = [sys.executable, "-m", "load", "run", str(folder / "plan.json"), "--out", str(folder)]
    starter = f"import subprocess, time\nsubprocess.Popen({command!r}, stderr=subprocess.DEVNULL)\ntime.sleep(60)\n"
    return subprocess.Popen([sys.executable, "-c", starter], cwd=ROOT, text=True)


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_an_interrupted_load_exits_130_and_keeps_what_it_has(cut_short: dict[str, CutShort], name: str) -> None:
    run = read_run(cut_short[name].folder)
    assert cut_short[name].exit_code == 130
    assert (run.manifest.ended, run.manifest.reason) == (LoadEnd.INTERRUPTED, f"it received {name}")
    assert run.manifest.looks == ()
    assert 0 < run.manifest.measured.seconds < 25
    assert run.samples


def test_a_killed_load_leaves_no_manifest(cut_short: dict[str, CutShort]) -> None:
    with pytest.raises(NoUsableLoad, match=r"left no manifest\.json"):
        read_run(cut_short["SIGKILL"].folder)


def test_a_load_ends_when_the_process_that_started_it_dies(cut_short: dict[str, CutShort]) -> None:
    manifest = read_run(cut_short["orphan"].folder).manifest
    assert (manifest.ended, manifest.reason) == (LoadEnd.INTERRUPTED, "the process that started it is gone")


def test_a_target_that_cannot_be_reached_is_unprepared(tmp_path: Path) -> None:
    code, err = run_load(tmp_path, base_url="http://127.0.0.1:1")
    manifest = read_run(tmp_path).manifest
    assert code == 4
    assert manifest.ended is LoadEnd.UNPREPARED
    assert manifest.reason == 'Before the load, "list products" failed: connection refused.'
    assert manifest.reason in err
    assert manifest.measured.seconds == 0


def test_a_load_without_shoppers_has_no_data(tmp_path: Path) -> None:
    with running_shop() as shop:
        run = recorded_load(tmp_path, base_url=shop.url, arrivals_per_second=0.0001, warm_up_seconds=0, looks=[0.3])
    decisions = {each.decision for each in run.manifest.looks[-1].figures}
    assert decisions == {LimitDecision.NO_DATA}
    assert run.manifest.looks[-1].figures[0].statistic == LATENCY


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"base_url": "http://192.0.2.1"},
            "base_url leads to 192.0.2.1, which is neither this machine nor named in hosts",
        ),
        ({"adapter": {"module": "no.such.adapter", "paths": {}}}, "no.such.adapter"),
        (
            {"adapter": {"module": "tests.load.slow_adapter", "headers": {"X-Key": {"variable": "NO_SUCH_KEY"}}}},
            "[adapter.headers] X-Key names the environment variable 'NO_SUCH_KEY', which is not set",
        ),
        ({"base_url": "https://127.0.0.1:1", "ca_certificate": "/nowhere.pem"}, "/nowhere.pem cannot be used"),
    ],
)
def test_a_wrong_plan_exits_2_with_one_sentence(tmp_path: Path, changes: dict[str, object], sentence: str) -> None:
    code, err = run_load(tmp_path, **changes)
    assert code == 2
    assert sentence in err
    assert err.count("\n") == 1
    assert not (tmp_path / "manifest.json").exists()


def test_a_folder_that_holds_a_load_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("{}")
    code, err = run_load(tmp_path)
    assert code == 2
    assert "already holds a load" in err
    assert (tmp_path / "manifest.json").read_text() == "{}"
