"""Figures of made-up samples."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from io import BytesIO, StringIO

import pytest

from load.figure_computation import compute_figures, main
from load.load_figures import FigureReport, FiguresTask, MeasuringWindow
from load.load_plan import Limits
from load.samples import RequestOutcome, Sample, pack_all
from load.statistics.decision import LimitDecision

LIMITS = Limits(p95_milliseconds=200, error_rate=0.01, cache_hit_rate=0.8)
WINDOW = MeasuringWindow(start=10, seconds=60, alpha=0.05, seed=1)


def make_samples(count: int = 3000, *, milliseconds: float = 20) -> list[Sample]:
    """Make samples evenly over the window: two operations in turn, nine of ten reads from the cache."""
    return [
        Sample(
            intended=(start := 10 + 60 * number / count),
            sent=start,
            done=start + milliseconds / 1e3,
            shopper=number,
            step=0,
            operation=number % 2,
            status=200,
            outcome=RequestOutcome.OK,
            cacheable=True,
            hit=number % 10 != 0,
        )
        for number in range(count)
    ]


def decisions(report: FigureReport) -> dict[tuple[str, str | None], LimitDecision]:
    """Map each figure to its decision."""
    return {(figure.statistic, figure.operation): figure.decision for figure in report.figures}


def test_a_good_run_meets_everything() -> None:
    report = compute_figures(make_samples(), WINDOW, LIMITS, ("list", "open"))
    assert decisions(report) == {
        ("p95", None): LimitDecision.MET,
        ("p95", "list"): LimitDecision.MET,
        ("p95", "open"): LimitDecision.MET,
        ("error rate", None): LimitDecision.MET,
        ("cache hit rate", None): LimitDecision.MET,
    }
    assert report.final
    assert report.warnings == ()


def test_nothing_measured_is_never_met() -> None:
    report = compute_figures([], WINDOW, LIMITS, ("list",))
    assert set(decisions(report).values()) == {LimitDecision.NO_DATA}
    assert all(figure.value is None and figure.reason for figure in report.figures)


def test_what_was_due_before_or_after_the_window_does_not_count() -> None:
    outside = [replace(sample, intended=at) for sample, at in zip(make_samples(2), (9.999, 70.0), strict=True)]
    assert compute_figures(outside, WINDOW, LIMITS, ()).figures[0].n == 0


def test_one_slow_operation_is_seen_although_the_whole_is_fast() -> None:
    samples = [
        replace(sample, operation=1, done=sample.intended + 0.4) if number % 40 == 0 else replace(sample, operation=0)
        for number, sample in enumerate(make_samples(8000))
    ]
    seen = decisions(compute_figures(samples, WINDOW, LIMITS, ("list", "order")))
    assert seen["p95", None] is LimitDecision.MET
    assert seen["p95", "order"] is LimitDecision.MISSED


def test_too_few_samples_decide_nothing_although_all_are_fast() -> None:
    seen = decisions(compute_figures(make_samples(60), WINDOW, LIMITS, ()))
    assert seen["p95", None] is LimitDecision.UNDECIDED
    assert seen["error rate", None] is LimitDecision.UNDECIDED


def test_six_failures_in_a_hundred_make_the_percentile_infinite() -> None:
    samples = [
        replace(sample, outcome=RequestOutcome.STATUS, status=500) if number % 100 < 6 else sample
        for number, sample in enumerate(make_samples())
    ]
    figure = compute_figures(samples, WINDOW, LIMITS, ()).figures[0]
    assert (figure.value, figure.events) == (math.inf, 180)


def test_a_read_without_cache_status_is_no_hit_where_others_carry_it() -> None:
    samples = [replace(sample, hit=None if number % 2 else True) for number, sample in enumerate(make_samples(1000))]
    figure = compute_figures(samples, WINDOW, LIMITS, ()).figures[-1]
    assert (figure.value, figure.n, figure.decision) == (0.5, 1000, LimitDecision.MISSED)


def test_failed_reads_are_errors_and_not_misses() -> None:
    samples = [
        replace(sample, outcome=RequestOutcome.STATUS, status=503) if number % 2 else sample
        for number, sample in enumerate(make_samples(1000))
    ]
    assert compute_figures(samples, WINDOW, LIMITS, ()).figures[-1].n == 500


def _outage(seconds: float) -> FigureReport:
    """Compute figures of a good minute in which every request times out for so many seconds."""
    return compute_figures(
        [
            replace(sample, outcome=RequestOutcome.TIMEOUT, done=sample.intended + 1)
            if 20 <= sample.intended < 20 + seconds
            else sample
            for sample in make_samples()
        ],
        WINDOW,
        LIMITS,
        (),
    )


def test_a_single_outage_of_a_fifth_of_the_run_is_undecided_and_warned_about() -> None:
    report = _outage(12)
    assert report.figures[0].value == math.inf
    assert report.figures[0].decision is LimitDecision.UNDECIDED
    warning = "The longest stretch of slow answers lasted 13.0 s of 60 s, too long for an interval to say"
    assert [text.startswith(warning) for text in report.warnings] == [True]


def test_a_single_outage_of_most_of_the_run_is_missed() -> None:
    figures = _outage(40).figures
    assert [figure.decision for figure in figures[:2]] == [LimitDecision.MISSED, LimitDecision.MISSED]
    assert figures[0].reason in ("", "beyond the limit even if 9 such runs without a bad request were added")


@pytest.mark.parametrize(
    "samples", [make_samples(500), [], [replace(make_samples(1)[0], outcome=RequestOutcome.UNSENT)]]
)
def test_figures_survive_json_infinities_included(samples: list[Sample]) -> None:
    report = compute_figures(samples, WINDOW, LIMITS, ("list", None))
    assert FigureReport.model_validate_json(json.dumps(report.model_dump(mode="json"), allow_nan=False)) == report


def test_the_process_for_figures_gives_the_same() -> None:
    samples = make_samples(500)
    task = FiguresTask(window=WINDOW, limits=LIMITS, operations=("list",))
    answer = StringIO()
    main(BytesIO(task.model_dump_json().encode() + b"\n" + pack_all(samples)), answer)
    assert FigureReport.model_validate_json(answer.getvalue()) == compute_figures(samples, WINDOW, LIMITS, ("list",))
