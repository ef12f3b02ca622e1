"""Servers whose truth is known: the engine must find it, and must never be green where it is red.

The truth is taken from the run itself: the server counts its requests and notes when it answered, the generator notes
how late it was. A busy machine makes both late, and changes no verdict here.
"""

from __future__ import annotations

import math
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

import pytest

from load.load_figures import CACHE_HIT_RATE, ERROR_RATE, LATENCY, Figure
from load.manifest import LoadRun, read_run
from load.samples import RequestOutcome
from load.schedule import draw_arrivals
from load.statistics.decision import LimitDecision
from load.statistics.percentile import nearest_rank
from load.statistics.stalls import TimedRequest, find_stalls
from tests.load.processes import recorded_load, running_shop, start_load

PATIENT: dict[str, object] = {
    "warm_up_seconds": 0,
    "timeout_seconds": 10,
    "drain_seconds": 20,
    "max_lag_milliseconds": 60_000,
}
"""No request fails, is left out or makes the run invalid because the machine is busy."""

FAULTY: dict[str, tuple[dict[str, object], dict[str, object]]] = {
    "two per cent of errors": ({"error_every": 50}, {"arrivals_per_second": 70, "looks": [8], "alpha": 0.2}),
    "hangs for ever": ({"hangs": True, "after": 30}, {"looks": [4], "timeout_seconds": 1}),
    "drips": ({"drips": True, "after": 1}, {"arrivals_per_second": 10, "timeout_seconds": 1}),
    "drops every tenth connection": ({"close_every": 10}, {"looks": [4]}),
    "wrong content": ({"wrong_content": True, "after": 1}, {}),
    "no Cache-Status": ({"cache_status": False}, {}),
    "every second read a hit": ({"hit_every": 2}, {"looks": [4]}),
}
"""The faults of each shop, and the changes that its plan needs."""

BEAT_SECONDS = 0.02
"""The generator notes only lateness that lasts from one beat to the next."""


@dataclass(frozen=True)
class FaultyLoad:
    """A load on a faulty shop, and the requests that the shop counted."""

    run: LoadRun
    requests: int

    def count_faulty(self, every: int) -> int:
        """Count the recorded requests that got the fault, where it hits every so many of all since the shop began."""
        before = self.requests - len(self.run.samples)
        return self.requests // every - before // every


@pytest.fixture(scope="module")
def loads(tmp_path_factory: pytest.TempPathFactory) -> dict[str, FaultyLoad]:
    """One load on each faulty shop, all at the same time."""
    folders = {name: tmp_path_factory.mktemp("load") for name in FAULTY}
    with ExitStack() as stack:
        shops = {name: stack.enter_context(running_shop(**faults)) for name, (faults, _) in FAULTY.items()}
        processes = {
            name: start_load(folders[name], **PATIENT | changes, base_url=shops[name].url)
            for name, (_, changes) in FAULTY.items()
        }
        messages = {name: process.communicate(timeout=300)[1] for name, process in processes.items()}
        assert {name: process.returncode for name, process in processes.items()} == dict.fromkeys(FAULTY, 0), messages
        return {name: FaultyLoad(read_run(folders[name]), shops[name].finish()["requests"]) for name in FAULTY}


def figure(run: LoadRun, statistic: str, operation: str | None = None) -> Figure:
    """Find a figure of the last look."""
    figures = run.manifest.looks[-1].figures
    return next(each for each in figures if (each.statistic, each.operation) == (statistic, operation))


def test_a_stalling_server_is_measured_as_slow_as_it_was(tmp_path: Path) -> None:
    """The server stands still for 1.2 s in every 4 s; a shopper who comes then waits for its end.

    A generator that waits for answers, or counts from the moment it sends, reports a 95th percentile of about 6 ms.
    """
    with running_shop(answer_seconds=0.005, stall_every=4, stall_seconds=1.2) as shop:
        run = recorded_load(tmp_path, **PATIENT, base_url=shop.url, arrivals_per_second=12, looks=[9])
        report = shop.finish()
    began = run.manifest.schedule_began.timestamp()
    arrivals = takewhile(lambda arrival: arrival.at < 9, draw_arrivals(rate=12, mix={"search": 1}, seed=1))
    moments = [arrival.at for arrival in arrivals]
    stalls = [(begin - began, end - began) for begin, end in report["stalls"]]
    least = [5 + 1e3 * max((end - at for begin, end in stalls if begin <= at < end), default=0) for at in moments]
    measured = [sample.latency for sample in run.measured]
    assert nearest_rank(least, 95) > 600
    assert [sample.intended for sample in run.measured] == moments
    assert all(seen > true - 5 for seen, true in zip(measured, least, strict=True)), "a stall was hidden"

    # Requests are recorded as over once their answers have come, in the same order, and no later than the event loop,
    # which wakes up once for the head and once for the body, can have been held up.
    late = 2 * (run.manifest.generator.loop_lag.longest / 1e3 + BEAT_SECONDS)
    answers = [(before - began, after - began) for before, after in report["answers"] if before > began]
    ends = sorted(sample.done for sample in run.samples if sample.done is not None)
    assert all(sample.ok for sample in run.samples)
    for done, before, after in zip(ends, *map(sorted, zip(*answers, strict=True)), strict=True):
        assert before - 0.005 < done
        assert done < after + late or done > 9, "the generator added to an answer's time"

    look = run.manifest.looks[-1]
    limit = run.manifest.plan.limits.p95_milliseconds
    latency = figure(run, LATENCY)
    assert latency.value == nearest_rank(measured, 95)
    assert latency.decision is not LimitDecision.MET
    seen = [TimedRequest(sample.intended, sample.latency, sample.done or math.nan) for sample in run.measured]
    true = [TimedRequest(at, wait, at + wait / 1e3) for at, wait in zip(moments, least, strict=True)]
    assert look.stalls == find_stalls(seen, limit)
    assert look.stalls.longest_seconds > find_stalls(true, limit).longest_seconds - 0.005
    # Two stalls are more than 1 s apart, and would need ten times as long a run.
    assert any("stalls were up to" in warning for warning in look.warnings) is (look.stalls.count > 1)


def test_two_per_cent_of_errors_are_two_per_cent_and_too_many(loads: dict[str, FaultyLoad]) -> None:
    load = loads["two per cent of errors"]
    errors = figure(load.run, ERROR_RATE)
    assert {sample.status for sample in load.run.measured if not sample.ok} == {500}
    assert (errors.n, errors.events) == (len(load.run.samples), load.count_faulty(50))
    assert errors.value == pytest.approx(0.02, abs=0.001)
    assert errors.decision is LimitDecision.MISSED


def test_a_server_that_hangs_for_ever_is_never_green(loads: dict[str, FaultyLoad]) -> None:
    run = loads["hangs for ever"].run
    assert figure(run, LATENCY).value == math.inf
    assert figure(run, LATENCY).decision is LimitDecision.MISSED
    assert figure(run, ERROR_RATE).decision is LimitDecision.MISSED
    assert {sample.outcome for sample in run.measured if not sample.ok} == {RequestOutcome.TIMEOUT}


def test_an_answer_that_drips_beyond_the_time_out_is_none(loads: dict[str, FaultyLoad]) -> None:
    assert {sample.outcome for sample in loads["drips"].run.measured} == {RequestOutcome.TIMEOUT}


def test_a_dropped_connection_is_an_error_and_not_sent_again(loads: dict[str, FaultyLoad]) -> None:
    load = loads["drops every tenth connection"]
    errors = figure(load.run, ERROR_RATE)
    assert (errors.n, errors.events) == (len(load.run.samples), load.count_faulty(10))
    assert errors.value == pytest.approx(0.1, abs=0.015)
    assert {sample.outcome for sample in load.run.measured if not sample.ok} == {RequestOutcome.CLOSED}


def test_a_fast_answer_with_the_wrong_content_is_an_error_and_infinitely_slow(loads: dict[str, FaultyLoad]) -> None:
    run = loads["wrong content"].run
    wrong = [sample for sample in run.measured if not sample.ok]
    assert {(sample.outcome, sample.status) for sample in wrong} == {(RequestOutcome.CONTENT, 200)}
    assert figure(run, ERROR_RATE).decision is LimitDecision.MISSED
    assert figure(run, LATENCY).value == math.inf


def test_reads_that_say_nothing_of_the_cache_are_no_data(loads: dict[str, FaultyLoad]) -> None:
    hits = figure(loads["no Cache-Status"].run, CACHE_HIT_RATE)
    assert (hits.n, hits.value, hits.decision) == (0, None, LimitDecision.NO_DATA)


def test_half_the_reads_from_the_cache_are_too_few(loads: dict[str, FaultyLoad]) -> None:
    load = loads["every second read a hit"]
    hits = figure(load.run, CACHE_HIT_RATE)
    assert (hits.n, hits.events) == (len(load.run.samples), load.count_faulty(2))
    assert hits.value == pytest.approx(0.5, abs=0.02)
    assert hits.decision is LimitDecision.MISSED
