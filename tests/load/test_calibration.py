"""Servers whose truth is known: the engine must find it, and must never be green where it is red."""

from __future__ import annotations

import math
from contextlib import ExitStack
from itertools import takewhile
from pathlib import Path

import pytest

from load.load_figures import CACHE_HIT_RATE, ERROR_RATE, LATENCY, Figure
from load.manifest import LoadRun, read_run
from load.samples import RequestOutcome
from load.schedule import draw_arrivals
from load.statistics.decision import LimitDecision
from load.statistics.percentile import nearest_rank
from tests.load.processes import recorded_load, running_shop, start_load

FAULTY: dict[str, tuple[dict[str, object], dict[str, object]]] = {
    "two per cent of errors": (
        {"error_every": 50},
        {"arrivals_per_second": 70, "looks": [8], "alpha": 0.2, "timeout_seconds": 6},
    ),
    "hangs for ever": ({"hangs": True, "after": 30}, {"looks": [4]}),
    "drips": ({"drips": True, "after": 2}, {"arrivals_per_second": 10}),
    "drops every tenth connection": ({"close_every": 10, "after": 2}, {"looks": [4]}),
    "wrong content": ({"wrong_content": True, "after": 2}, {}),
    "no Cache-Status": ({"cache_status": False}, {}),
    "every second read a hit": ({"hit_every": 2}, {"looks": [4]}),
}
"""The faults of each shop, and the changes that its plan needs."""


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, LoadRun]:
    """One load on each faulty shop, all at the same time."""
    folders = {name: tmp_path_factory.mktemp("load") for name in FAULTY}
    with ExitStack() as shops:
        loads = {}
        for name, (faults, changes) in FAULTY.items():
            url = shops.enter_context(running_shop(**faults)).url
            loads[name] = start_load(folders[name], base_url=url, max_lag_milliseconds=1000, **changes)
        messages = {name: process.communicate(timeout=60)[1] for name, process in loads.items()}
        assert {name: process.returncode for name, process in loads.items()} == dict.fromkeys(FAULTY, 0), messages
    return {name: read_run(folder) for name, folder in folders.items()}


def figure(run: LoadRun, statistic: str, operation: str | None = None) -> Figure:
    """Find a figure of the last look."""
    figures = run.manifest.looks[-1].figures
    return next(each for each in figures if (each.statistic, each.operation) == (statistic, operation))


def test_a_stalling_server_is_measured_within_five_per_cent_of_the_truth(tmp_path: Path) -> None:
    """The server stands still for 1.2 s in every 4 s; a shopper who comes then waits for its end.

    A generator that waits for answers, or counts from the moment it sends, reports a 95th percentile of about 6 ms.
    """
    with running_shop(answer_seconds=0.005, stall_every=4, stall_seconds=1.2) as shop:
        run = recorded_load(
            tmp_path, base_url=shop.url, arrivals_per_second=12, warm_up_seconds=1, looks=[9], timeout_seconds=5
        )
        stalls = shop.finish()["stalls"]
    began = run.manifest.schedule_began.timestamp()
    arrivals = takewhile(lambda arrival: arrival.at < 10, draw_arrivals(rate=12, mix={"search": 1}, seed=1))
    moments = [began + arrival.at for arrival in arrivals if arrival.at >= 1]
    truth = [5 + 1e3 * max((end - at for begin, end in stalls if begin <= at < end), default=0) for at in moments]
    assert len(run.measured) == len(truth)
    measured = [sample.latency for sample in run.measured]
    assert nearest_rank(truth, 95) > 600
    assert nearest_rank(measured, 95) == pytest.approx(nearest_rank(truth, 95), rel=0.05)
    assert nearest_rank(measured, 99) == pytest.approx(nearest_rank(truth, 99), rel=0.1)
    assert all(seen > true - 5 for seen, true in zip(measured, truth, strict=True)), "a stall was hidden"
    look = run.manifest.looks[-1]
    assert figure(run, LATENCY).decision is not LimitDecision.MET
    assert "stalls were up to" in look.warnings[0]
    assert look.stalls.count == pytest.approx(2, abs=1)
    assert look.stalls.longest_seconds == pytest.approx(1.2, abs=0.2)


def test_two_per_cent_of_errors_are_two_per_cent_and_too_many(runs: dict[str, LoadRun]) -> None:
    errors = figure(runs["two per cent of errors"], ERROR_RATE)
    assert {sample.status for sample in runs["two per cent of errors"].measured if not sample.ok} == {500}
    assert errors.value == pytest.approx(0.02, abs=0.001)
    assert errors.decision is LimitDecision.MISSED


def test_a_server_that_hangs_for_ever_is_never_green(runs: dict[str, LoadRun]) -> None:
    run = runs["hangs for ever"]
    assert figure(run, LATENCY).value == math.inf
    assert figure(run, LATENCY).decision is LimitDecision.MISSED
    assert figure(run, ERROR_RATE).decision is LimitDecision.MISSED
    assert {sample.outcome for sample in run.measured if not sample.ok} == {RequestOutcome.TIMEOUT}


def test_an_answer_that_drips_beyond_the_time_out_is_none(runs: dict[str, LoadRun]) -> None:
    assert {sample.outcome for sample in runs["drips"].measured} == {RequestOutcome.TIMEOUT}


def test_a_dropped_connection_is_an_error_and_not_sent_again(runs: dict[str, LoadRun]) -> None:
    run = runs["drops every tenth connection"]
    assert figure(run, ERROR_RATE).value == pytest.approx(0.1, abs=0.015)
    assert {sample.outcome for sample in run.measured if not sample.ok} == {RequestOutcome.CLOSED}


def test_a_fast_answer_with_the_wrong_content_is_an_error_and_infinitely_slow(runs: dict[str, LoadRun]) -> None:
    run = runs["wrong content"]
    wrong = [sample for sample in run.measured if not sample.ok]
    assert {(sample.outcome, sample.status) for sample in wrong} == {(RequestOutcome.CONTENT, 200)}
    assert figure(run, ERROR_RATE).decision is LimitDecision.MISSED
    assert figure(run, LATENCY).value == math.inf


def test_reads_that_say_nothing_of_the_cache_are_no_data(runs: dict[str, LoadRun]) -> None:
    hits = figure(runs["no Cache-Status"], CACHE_HIT_RATE)
    assert (hits.n, hits.value, hits.decision) == (0, None, LimitDecision.NO_DATA)


def test_half_the_reads_from_the_cache_are_too_few(runs: dict[str, LoadRun]) -> None:
    hits = figure(runs["every second read a hit"], CACHE_HIT_RATE)
    assert hits.value == pytest.approx(0.5, abs=0.02)
    assert hits.decision is LimitDecision.MISSED
