"""Outputs of a run: report, JUnit and summary, written beside its results."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.html import render_html
from reports.html.exhibits import collect_exhibits
from reports.judgement import judge
from reports.junit import render_junit
from reports.results import RESULTS_NAME, digest_of, read_results, write_atomically
from reports.summary import render_summary

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

REPORT_NAME = "index.html"
OUTPUT_NAMES = (REPORT_NAME, "junit.xml", "summary.md")


def render_run(run_folder: Path, judged_at: date) -> list[Path]:
    """Write report, JUnit and summary of the results in `run_folder`, and return their paths.

    All are made before the first is written. Raises ResultsError where the results cannot be read, TamperingError where
    an evidence file is not what they say, OSError where it cannot be read or an output not be written.
    """
    results_path = run_folder / RESULTS_NAME
    results = read_results(results_path)
    judgement = judge(results, judged_at)
    contents = (
        render_html(judgement, collect_exhibits(results, run_folder), digest_of(results_path)),
        render_junit(judgement),
        render_summary(judgement),
    )
    paths = [run_folder / name for name in OUTPUT_NAMES]
    for path, content in zip(paths, contents, strict=True):
        write_atomically(path, content)
    return paths


def is_rendered(run_folder: Path) -> bool:
    """Say whether the outputs are there and the report is of the results that are there."""
    paths = [run_folder / name for name in OUTPUT_NAMES]
    if not all(path.is_file() for path in paths):
        return False
    mark = f'<meta name="shopspec-results-sha256" content="{digest_of(run_folder / RESULTS_NAME)}">'
    return mark.encode() in paths[0].read_bytes()
