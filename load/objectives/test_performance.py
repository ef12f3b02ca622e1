"""PERF-001 and PERF-002: response time and errors under the load profile."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

from load.load_figures import ERROR_RATE, LATENCY
from load.manifest import LoadManifest
from load.objectives.measuring import Measured
from load.objectives.objective_verdicts import examine_figures
from load.samples import RequestOutcome
from spec.catalogue import Requirement
from spec.checking.examination import Examination, verifies

_KINDS_SHOWN: Final = 5
_BUSY: Final = 0.9
"""The share of all cores from which on other work makes any target on this machine slow."""
_BEYOND_P95: Final = 0.05
"""Share of failures from which on the 95th percentile is one."""
_TOO_SLOW: Final = frozenset({RequestOutcome.TIMEOUT, RequestOutcome.UNANSWERED, RequestOutcome.NO_ACCOUNT})


@verifies("PERF-001", effects={"loads", "writes", "signs in"})
def test_95_per_cent_of_answers_come_in_time_overall_and_for_each_operation(
    measured: Measured, requirement: Requirement, examine: Examination
) -> None:
    """The 95th percentile of the response time lies below the limit, overall and for each operation.

    Each request counts, also where a verb takes several: the first from the moment at which the shopper wanted to act,
    each later one from the answer before it. Failures, and answers that are not what the step expects, count as
    infinitely slow. Every operation of the mix is answered rightly at least once, and the generator
    kept its schedule (else there is no complete load).
    """
    manifest = measured.run.manifest
    circumstances = describe_circumstances(manifest)
    failures = describe_failures(manifest)
    told = f"{circumstances} {failures}".strip()
    examine_figures(
        examine, requirement, measured.figures(LATENCY), told, excuse=excuse_slowness(manifest, _BEYOND_P95)
    )
    missing = [operation for operation in manifest.planned_operations if operation not in manifest.operations_done]
    planned = len(manifest.planned_operations)
    examine.progress(planned - len(missing), planned, missing)
    for sentence in (circumstances, *describe_verbs(manifest), measured.left_out, *measured.look.warnings):
        if sentence:
            examine.note(sentence)


@verifies("PERF-002", effects={"loads", "writes", "signs in"})
def test_fewer_than_one_request_in_a_hundred_fails(
    measured: Measured, requirement: Requirement, examine: Examination
) -> None:
    """The share of requests under the load profile that fail lies below the limit.

    Failures are unexpected statuses and contents, broken connections, and requests that were never answered.
    """
    manifest = measured.run.manifest
    failures = describe_failures(manifest)
    excuse = excuse_slowness(manifest, manifest.plan.limits.error_rate)
    for sentence in (failures, measured.left_out):
        if sentence:
            examine.note(sentence)
    examine_figures(examine, requirement, measured.figures(ERROR_RATE), failures, excuse=excuse)


def excuse_slowness(manifest: LoadManifest, share: float) -> str:
    """Say what else than the target may have made it slow; empty where nothing is known.

    A machine that is busy during the load excuses nothing: the target itself may be what keeps it busy. Nor is there
    an excuse where failures that are not slowness are this share of all requests, and so miss the limit by themselves.
    """
    before = manifest.generator.machine_share_before
    wrong = sum(kind.count for kind in manifest.failures if kind.outcome not in _TOO_SLOW)
    if before is None or before < _BUSY or wrong >= share * manifest.samples.measured:
        return ""
    busy = f"{before * 100:.0f} % of its cores before the first request"
    return f"beyond the limit, but the machine was busy with other things: {busy}"


def describe_failures(manifest: LoadManifest) -> str:
    """Describe the commonest kinds of failure, each with what was wrong; empty where nothing failed."""
    kinds = manifest.failures[:_KINDS_SHOWN]
    if not kinds:
        return ""
    others = sum(kind.count for kind in manifest.failures[_KINDS_SHOWN:])
    return f"Failed: {'; '.join(map(str, kinds))}{f'; {others} others' if others else ''}."


def describe_verbs(manifest: LoadManifest) -> Iterator[str]:
    """Describe the time that shoppers wait for verbs of several requests."""
    for verb in manifest.verbs:
        if verb.most_requests > 1:
            yield (
                f"To {verb.operation} takes {verb.most_requests} requests, as a whole {_shown(verb.p50)} in the "
                f"median and {_shown(verb.p95)} in the 95th percentile."
            )


def _shown(milliseconds: float) -> str:
    return "without end" if math.isinf(milliseconds) else f"{milliseconds:.0f} ms"


def describe_circumstances(manifest: LoadManifest) -> str:
    """Describe the conditions of the figures: the load, its punctuality, and how busy the machine was."""
    generator = manifest.generator
    machine = "" if generator.machine_share is None else f", the machine {generator.machine_share:.0%} of all its cores"
    return (
        f"{generator.requests_per_second:.0f} requests a second for {manifest.measured.seconds:.0f} s, 99 % of them at "
        f"most {generator.send_lag.p99:.1f} ms late; the generator used {generator.cpu_share:.0%} of a core{machine}."
    )
