"""Small, coherent results to start a test from; change them with `changed`."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from reports.results import (
    SCHEMA_VERSION,
    CatalogueStamp,
    CheckResult,
    Ended,
    Harness,
    Host,
    Metric,
    RequirementResult,
    Results,
    Run,
    Target,
    tally,
)
from reports.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reports.results import Level, ReasonCode


def make_check(verdict: Verdict = Verdict.PASS, *, done: int = 3, total: int = 3, node: str = "check") -> CheckResult:
    """Make a check with the given verdict; one that fails has a code, an expectation and an observation."""
    failed = verdict is Verdict.FAIL
    return CheckResult(
        node=f"spec/checks/rate/test_parallel.py::{node}",
        title="Parallel requests are counted",
        verdict=verdict,
        outcome_code="BUDGET_EXCEEDED" if failed else None,
        expected="100 admitted" if failed else "",
        observed="113 admitted" if failed else "",
        done=done,
        total=total,
    )


def make_requirement(
    id_: str = "RATE-004",
    verdict: Verdict = Verdict.PASS,
    *,
    level: Level = "MUST",
    in_scope: bool = True,
    reason_code: ReasonCode = "",
    checks: list[CheckResult] | None = None,
) -> RequirementResult:
    """Make a requirement with one check of the same verdict; none where it was not tested."""
    if checks is None:
        checks = [] if verdict in {Verdict.NOT_TESTED, Verdict.ERROR} else [make_check(verdict, node=id_)]
    return RequirementResult(
        id=id_,
        chapter=id_.partition("-")[0],
        level=level,
        statement="N + k requests sent at once admit exactly N.",
        source="RM",
        references={"ASVS": ["v5.0.0-2.4.1"]},
        needs=[],
        verdict=verdict,
        reason="",
        reason_code=reason_code,
        in_scope=in_scope,
        checks=checks,
    )


def make_metric(verdict: Verdict = Verdict.PASS, **changes: object) -> Metric:
    """Make a 95th percentile whose interval has no upper end."""
    metric = Metric(
        id="p95",
        title="API response time",
        requirement="RATE-004",
        statistic="95th percentile",
        limit=0.2,
        limit_operator="<",
        value=0.1 + 0.2,
        interval=(0.1, math.inf),
        method="block bootstrap",
        n=1000,
        unit="s",
        verdict=verdict,
    )
    return metric.changed(**changes)


def make_results(requirements: Iterable[RequirementResult] = (), *, ended: Ended = Ended.COMPLETE) -> Results:
    """Make results of a run of five minutes over the given requirements."""
    listed = list(requirements)
    return Results(
        schema_version=SCHEMA_VERSION,
        run=Run(
            id="20261123T213000Z-7f3a",
            started=datetime(2026, 11, 23, 21, 30, tzinfo=UTC),
            finished=datetime(2026, 11, 23, 21, 35, 12, 250000, tzinfo=UTC),
            ended=ended,
            command="nox -s gate",
            selection="everything",
            seed=20261123,
            quick=False,
        ),
        target=Target(name="reference shop", base_url="https://127.0.0.1:8443"),
        harness=Harness(version="0.1.0", python="3.11.7", packages_sha256="a" * 64),
        host=Host(system="Linux 6.1 x86_64", cpus=2, memory_bytes=8 * 1024**3),
        catalogue=CatalogueStamp(version="0.1.0", sha256="b" * 64, requirements=len(listed)),
        verdict=tally(listed),
        requirements=listed,
    )


def with_requirements(results: Results, requirements: Iterable[RequirementResult]) -> Results:
    """Return the same results over other requirements, counted again."""
    listed = list(requirements)
    catalogue = results.catalogue.changed(requirements=max(results.catalogue.requirements, len(listed)))
    return results.changed(requirements=listed, verdict=tally(listed), catalogue=catalogue)
