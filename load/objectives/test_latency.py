"""PERF-001: response time under the load profile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from load.load_figures import LATENCY
from load.manifest import Manifest
from load.objectives.measuring import Measured
from load.objectives.objective_verdicts import examine_metrics, to_metric
from spec.checking.examination import Examination, verifies

if TYPE_CHECKING:
    from spec.run.run_state import RunState


@verifies("PERF-001", effects={"loads", "writes", "signs in"})
def test_95_per_cent_of_answers_come_in_time_overall_and_for_each_operation(
    measured: Measured, examine: Examination, run: RunState
) -> None:
    """The 95th percentile, counted from the moment at which the shopper wanted to act, lies below the limit.

    Failures, and answers that are not what the step expects, count as infinitely slow. The twin: every operation of the
    mix was answered rightly at least once, and the generator kept its schedule (else there is no complete load).
    """
    requirement = run.catalogue.get("PERF-001")
    figures = [figure for figure in measured.judgement.figures if figure.statistic == LATENCY]
    circumstances = describe_circumstances(measured.run.manifest)
    examine_metrics(examine, [to_metric(figure, requirement) for figure in figures], circumstances=circumstances)
    names = measured.run.manifest.operations
    answered = {names[sample.operation] for sample in measured.run.measured if sample.ok}
    planned = measured.run.manifest.planned_operations
    missing = [operation for operation in planned if operation not in answered]
    examine.progress(len(planned) - len(missing), len(planned), missing)
    for sentence in (circumstances, *measured.judgement.warnings):
        examine.note(sentence)


def describe_circumstances(manifest: Manifest) -> str:
    """What the figures rest on: how much was sent, how punctually, and how busy the machine was."""
    generator = manifest.generator
    machine = "" if generator.machine_share is None else f", the machine {generator.machine_share:.0%} of all its cores"
    return (
        f"{generator.requests_per_second:.0f} requests a second for {manifest.measured_seconds:.0f} s, 99 % of them at "
        f"most {generator.send_lag.p99:.1f} ms late; the generator used {generator.cpu_share:.0%} of a core{machine}."
    )
