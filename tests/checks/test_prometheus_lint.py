"""The linter of metrics finds what promtool finds."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spec.checks.support.prometheus_lint import base_of, find_problems, read_families

RIGHT = """# HELP shop_requests_total Requests answered.
# TYPE shop_requests_total counter
shop_requests_total{method="GET"} 3.0
# HELP shop_request_duration_seconds Time to answer.
# TYPE shop_request_duration_seconds histogram
shop_request_duration_seconds_bucket{le="0.1"} 2.0
shop_request_duration_seconds_bucket{le="+Inf"} 3.0
shop_request_duration_seconds_count 3.0
shop_request_duration_seconds_sum 0.5
# HELP shop_workers Workers that run.
# TYPE shop_workers gauge
shop_workers 2.0
"""
PIECES = ["shop", "requests", "total", "duration", "seconds", "milliseconds", "ms", "minutes", "bytes", "kb", "gauge",
          "counter", "count", "sum", "bucket", "queueLength", "ratio", "percent", "kilobytes"]  # fmt: skip


def problems_in(text: str) -> list[str]:
    """Lint the text, which has to be in the format."""
    families, error = read_families(text)
    assert error is None
    return find_problems(text, families)


def metric(name: str, kind: str, words: str = "Words.") -> str:
    """Write one metric with one sample."""
    return f"# HELP {name} {words}\n# TYPE {name} {kind}\n{name} 1.0\n"


@pytest.mark.parametrize("text", [RIGHT, metric("shop_total_total", "counter")])
def test_metrics_by_convention_have_no_problem(text: str) -> None:
    assert problems_in(text) == []


@pytest.mark.parametrize("text", ["shop_requests_total{ 3\n", "no number\n", "# TYPE shop gauge\nshop one\n"])
def test_a_text_in_another_format_is_not_read(text: str) -> None:
    families, error = read_families(text)
    assert (families, bool(error)) == ([], True)


def test_each_unit_that_is_no_base_unit_is_named() -> None:
    assert problems_in(metric("shop_seconds_kilobytes_hours", "gauge")) == [
        'shop_seconds_kilobytes_hours: use base unit "bytes" instead of "kilobytes"',
        'shop_seconds_kilobytes_hours: use base unit "seconds" instead of "hours"',
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (metric("shop_requests", "counter"), 'shop_requests: counter metrics should have "_total" suffix'),
        (metric("shop_total", "gauge"), 'shop_total: non-counter metrics should not have "_total" suffix'),
        ("# TYPE shop_workers gauge\nshop_workers 1.0\n", "shop_workers: no help text"),
        (metric("shop_wait_ms", "gauge"), 'shop_wait_ms: metric names should not contain abbreviated units: "ms"'),
        (metric("shop_wait_minutes", "gauge"), 'shop_wait_minutes: use base unit "seconds" instead of "minutes"'),
        (metric("shop_gauge", "gauge"), 'shop_gauge: metric name should not include type "gauge"'),
        (metric("shop:rate", "gauge"), "shop:rate: metric names should not contain ':'"),
        (metric("shopWorkers", "gauge"), "shopWorkers: names should be written in snake_case, not camelCase"),
    ],
)
def test_each_broken_convention_is_named(text: str, problem: str) -> None:
    assert problems_in(text) == [problem]


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed (Debian: prometheus)")
@settings(max_examples=60)
@given(
    # Of several units promtool judges any one.
    name=st.lists(st.sampled_from(PIECES), min_size=1, max_size=4)
    .filter(lambda pieces: len([one for one in pieces if base_of(one)]) < 2)
    .map("_".join),
    kind=st.sampled_from(["counter", "gauge"]),
    words=st.sampled_from(["Words.", ""]),
)
def test_a_metric_has_a_problem_where_promtool_finds_one(name: str, kind: str, words: str) -> None:
    text = metric(name, kind, words)
    told = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True, check=False)
    assert bool(problems_in(text)) == (told.returncode != 0), told.stdout + told.stderr
