"""Figures are rounded for reading and never across their limit."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports import metric_figures as figures
from reports.html.bars import WIDTH, draw_interval, draw_verdicts
from reports.results import Metric
from reports.verdicts import Verdict
from tests.reports.showcase import ERRORS, P95

SPACE = "\N{NARROW NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("value", "apart_from", "text"),
    [
        (187.3218, [200], "187.3"),
        (200.0, [200], "200"),
        (200.0004, [200], "200.0004"),
        (199.99999999999997, [200], "199.99999999999997"),
        (0.00001234, [], "0.00001234"),
        (12345.678, [], f"12{SPACE}346"),
        (1234567, [], f"1{SPACE}234{SPACE}567"),
        (-3.5, [], "\N{MINUS SIGN}3.5"),
        (0.0, [], "0"),
        (-0.0, [], "0"),
        (math.inf, [200], "∞"),
        (-math.inf, [200], "\N{MINUS SIGN}∞"),
        (5.0, [math.inf], "5"),
    ],
)
def test_a_number_keeps_the_digits_that_matter(value: float, apart_from: list[float], text: str) -> None:
    assert figures.format_number(value, *apart_from) == text


@settings(max_examples=300, deadline=None)
@given(st.floats(allow_nan=False), st.floats(allow_nan=False))
def test_a_number_never_looks_like_its_limit_unless_it_is(value: float, limit: float) -> None:
    same = figures.format_number(value, limit) == figures.format_number(limit, value)
    assert same is (value == limit)


@pytest.mark.parametrize(
    ("unit", "limit", "value", "shown"),
    [
        ("ms", 200, 187.3218, "187.3\u00a0ms"),
        ("s", 0.2, 0.1873218, "187.3\u00a0ms"),
        ("s", 5, 0.25, "0.25\u00a0s"),
        ("ratio", 0.999, 0.99999999, "99.999999\u00a0%"),
        ("ratio", 0.01, 0.0000001, "0.00001\u00a0%"),
        ("ratio", 0.999, 1.0, "100\u00a0%"),
        ("%", 99.9, 99.999999, "99.999999\u00a0%"),
        ("%", 80, 100.0, "100\u00a0%"),
        ("1", 5, 3, "3"),
        ("queries", 10, 3, "3\u00a0queries"),
    ],
)
def test_a_figure_has_its_unit(unit: str, limit: float, value: float, shown: str) -> None:
    assert figures.scale_of(unit, limit).show(value, limit) == shown


def test_a_limit_is_never_rounded() -> None:
    shown = figures.show_metric(ERRORS.changed(limit=0.99995, limit_operator=">=", value=0.999951, interval=None))
    assert (shown.limit, shown.value) == ("≥\u00a099.995\u00a0%", "99.9951\u00a0%")


@pytest.mark.parametrize(
    ("metric", "margin", "shown"),
    [
        (P95.changed(interval=(171.0, 190.0)), 10.0, "+10\u00a0ms (5\u00a0%)"),
        (P95.changed(interval=(171.0, 210.0)), -10.0, "\N{MINUS SIGN}10\u00a0ms (5\u00a0%)"),
        (P95.changed(interval=None, value=150.0), 50.0, "+50\u00a0ms (25\u00a0%)"),
        (P95.changed(interval=(171.0, math.inf)), -math.inf, "\N{MINUS SIGN}∞\u00a0ms"),
        (P95.changed(interval=None, value=None), None, "—"),
        (P95.changed(limit_operator=">", interval=(210.0, 220.0)), 10.0, "+10\u00a0ms (5\u00a0%)"),
        (P95.changed(limit_operator="=", interval=None, value=200.0), 0.0, "0\u00a0ms"),
        (P95.changed(limit_operator="=", interval=(190.0, 205.0)), -10.0, "\N{MINUS SIGN}10\u00a0ms (5\u00a0%)"),
        (ERRORS.changed(limit=0.5, interval=(0.0, 0.25)), 0.25, "+25\u00a0points"),
        (P95.changed(limit=math.inf, interval=(1.0, math.inf)), None, "—"),
    ],
)
def test_the_margin_runs_from_the_deciding_end_to_the_limit(metric: Metric, margin: float | None, shown: str) -> None:
    assert figures.margin_of(metric) == margin
    assert figures.show_metric(metric).margin == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0.0421, "42\u00a0ms"),
        (3.14, "3.1\u00a0s"),
        (312, "5\u00a0min\u00a012\u00a0s"),
        (7380, "2\u00a0h\u00a03\u00a0min"),
    ],
)
def test_durations_are_read_at_a_glance(seconds: float, shown: str) -> None:
    assert figures.format_seconds(seconds) == shown


@pytest.mark.parametrize(
    ("count", "shown"), [(0, "0\u00a0B"), (512, "512\u00a0B"), (1536, "1.5\u00a0KiB"), (8 * 1024**3, "8.0\u00a0GiB")]
)
def test_sizes_are_binary(count: int, shown: str) -> None:
    assert figures.format_bytes(count) == shown


def test_times_are_in_utc() -> None:
    assert figures.format_time(datetime(2026, 11, 23, 21, 30, tzinfo=UTC)) == "2026-11-23 21:30:00\u00a0UTC"


def test_a_bar_places_marks_in_order_and_shades_the_side_that_is_met() -> None:
    bar = draw_interval(P95)
    assert bar is not None
    assert 0 < bar.low < bar.value < bar.limit < bar.high < WIDTH
    assert (bar.met_from, bar.met_to) == (0.0, bar.limit)
    above = draw_interval(P95.changed(limit_operator=">"))
    assert above is not None
    assert (above.met_from, above.met_to) == (above.limit, WIDTH)


def test_an_infinite_end_reaches_the_edge() -> None:
    bar = draw_interval(P95.changed(interval=(-math.inf, math.inf)))
    assert bar is not None
    assert (bar.low, bar.high) == (6.0, WIDTH - 6)


@pytest.mark.parametrize("metric", [P95.changed(value=None), P95.changed(limit=math.inf)])
def test_without_a_measurement_or_a_finite_limit_there_is_no_bar(metric: Metric) -> None:
    assert draw_interval(metric) is None


def test_the_bar_of_verdicts_is_as_wide_as_its_parts() -> None:
    counts = {verdict: number for number, verdict in enumerate(Verdict)}
    segments = draw_verdicts(counts)
    assert [segment.verdict for segment in segments] == [
        Verdict.PASS,
        Verdict.WAIVED,
        Verdict.NOT_APPLICABLE,
        Verdict.NOT_TESTED,
        Verdict.INCONCLUSIVE,
        Verdict.FAIL,
    ]
    assert sum(segment.width for segment in segments) == pytest.approx(WIDTH, abs=0.05)
    assert draw_verdicts(dict.fromkeys(Verdict, 0)) == []
