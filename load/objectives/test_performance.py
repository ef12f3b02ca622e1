"""PERF-001 and PERF-002: response time and errors under the load profile."""

from __future__ import annotations

from collections import Counter

from load.load_figures import ERROR_RATE, LATENCY
from load.manifest import LoadManifest
from load.objectives.measuring import Measured
from load.objectives.objective_verdicts import examine_figures
from spec.catalogue import Requirement
from spec.checking.examination import Examination, verifies


@verifies("PERF-001", effects={"loads", "writes", "signs in"})
def test_95_per_cent_of_answers_come_in_time_overall_and_for_each_operation(
    measured: Measured, requirement: Requirement, examine: Examination
) -> None:
    """The 95th percentile of the response time lies below the limit, overall and for each operation.

    It is counted from the moment at which the shopper wanted to act. Failures, and answers that are not what the step
    expects, count as infinitely slow. Every operation of the mix is answered rightly at least once, and the generator
    kept its schedule (else there is no complete load).
    """
    manifest = measured.run.manifest
    circumstances = describe_circumstances(manifest)
    examine_figures(examine, requirement, measured.figures(LATENCY), circumstances)
    answered = {manifest.operations[sample.operation] for sample in measured.run.measured if sample.ok}
    missing = [operation for operation in manifest.planned_operations if operation not in answered]
    planned = len(manifest.planned_operations)
    examine.progress(planned - len(missing), planned, missing)
    for sentence in (circumstances, *measured.look.warnings):
        examine.note(sentence)


@verifies("PERF-002", effects={"loads", "writes", "signs in"})
def test_fewer_than_one_request_in_a_hundred_fails(
    measured: Measured, requirement: Requirement, examine: Examination
) -> None:
    """The share of requests under the load profile that fail lies below the limit.

    Failures are unexpected statuses and contents, broken connections, and requests that were never answered.
    """
    operations = measured.run.manifest.operations
    failed = [sample for sample in measured.run.measured if not sample.ok]
    kinds = (f"{operations[one.operation]}: {one.outcome.value} {one.status or ''}".strip() for one in failed)
    for kind, count in Counter(kinds).most_common(5):
        examine.note(f"{count} x {kind}.")
    examine_figures(examine, requirement, measured.figures(ERROR_RATE))


def describe_circumstances(manifest: LoadManifest) -> str:
    """Describe the conditions of the figures: the load, its punctuality, and how busy the machine was."""
    generator = manifest.generator
    machine = "" if generator.machine_share is None else f", the machine {generator.machine_share:.0%} of all its cores"
    return (
        f"{generator.requests_per_second:.0f} requests a second for {manifest.measured.seconds:.0f} s, 99 % of them at "
        f"most {generator.send_lag.p99:.1f} ms late; the generator used {generator.cpu_share:.0%} of a core{machine}."
    )
