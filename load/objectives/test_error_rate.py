"""PERF-002: errors under the load profile."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from load.load_figures import ERROR_RATE
from load.objectives.measuring import Measured
from load.objectives.objective_verdicts import examine_metrics, to_metric
from spec.checking.examination import Examination, verifies

if TYPE_CHECKING:
    from spec.run.run_state import RunState


@verifies("PERF-002", effects={"loads", "writes", "signs in"})
def test_fewer_than_one_request_in_a_hundred_fails(measured: Measured, examine: Examination, run: RunState) -> None:
    """Errors are unexpected statuses and contents, broken connections, and requests that were never answered."""
    requirement = run.catalogue.get("PERF-002")
    names = measured.run.manifest.operations
    kinds = Counter(
        f"{names[sample.operation]}: {sample.outcome.value} {sample.status or ''}".strip()
        for sample in measured.run.measured
        if not sample.ok
    )
    for kind, count in kinds.most_common(5):
        examine.note(f"{count} x {kind}.")
    figures = [figure for figure in measured.judgement.figures if figure.statistic == ERROR_RATE]
    examine_metrics(examine, [to_metric(figure, requirement) for figure in figures])
