"""The Markdown summary: what a reviewer reads on a pull request or in a job's summary.

A job summary above 1 MiB is refused as a whole, so the summary stays below 900 kB and says what it left out.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from reports.markdown import block, code, plain
from reports.metric_figures import format_seconds, format_time, show_metric
from reports.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reports.judgement import Judgement
    from reports.results import RequirementResult

SIZE_LIMIT = 900_000
"""Bytes."""

_SPARE = 200  # bytes kept for the line that says what was left out


def render_summary(judgement: Judgement, size_limit: int = SIZE_LIMIT) -> bytes:
    """Return the judgement as Markdown in UTF-8, at most `size_limit` bytes. The same judgement, the same bytes."""
    kept: list[bytes] = []
    size = 0
    lines = [f"{line}\n".encode() for line in _lines(judgement)]
    for number, line in enumerate(lines):
        size += len(line)
        if size > size_limit - _SPARE:
            kept.append(
                f"\n*{len(lines) - number} more lines are left out for length; the report has them.*\n".encode()
            )
            break
        kept.append(line)
    return b"".join(kept)


def _lines(judgement: Judgement) -> Iterator[str]:
    yield f"# {plain(judgement.sentence)}"
    yield ""
    if judgement.notes:
        yield " ".join(plain(note) for note in judgement.notes)
        yield ""
    yield from _identity(judgement)
    yield from _counts(judgement)
    yield from _metrics(judgement)
    for verdict in (Verdict.FAIL, Verdict.ERROR, Verdict.INCONCLUSIVE, Verdict.WAIVED):
        yield from _findings(judgement, verdict)
    yield from _unexamined(judgement)
    if judgement.results.warnings:
        yield "## Warnings"
        yield ""
        yield from (f"- {plain(warning)}" for warning in judgement.results.warnings)
        yield ""


def _identity(judgement: Judgement) -> Iterator[str]:
    run, target = judgement.results.run, judgement.results.target
    yield f"Target {plain(target.name)} at {code(target.base_url)}"
    yield f"· selection {plain(run.selection)} · run {code(run.id)}"
    duration = format_seconds((run.finished - run.started).total_seconds())
    yield f"· started {format_time(run.started)}, {duration}, {run.ended.value} · seed {run.seed}"
    yield f"· judged at {judgement.judged_at.isoformat()} · gate exit code {judgement.code.value}"
    yield ""


def _counts(judgement: Judgement) -> Iterator[str]:
    yield "| " + " | ".join(f"{verdict.icon} {verdict.label}" for verdict in Verdict) + " | No check yet |"
    yield "|" + " ---: |" * (len(Verdict) + 1)
    yield "| " + " | ".join(str(judgement.counts[verdict]) for verdict in Verdict) + f" | {len(judgement.debt)} |"
    yield ""


def _metrics(judgement: Judgement) -> Iterator[str]:
    if not judgement.metrics:
        return
    yield "## Success metrics"
    yield ""
    yield "| Metric | Limit | Measured | Interval | Margin | n | Verdict |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: | --- |"
    for metric in judgement.metrics:
        figures = show_metric(metric)
        shown = [metric.title, figures.limit, figures.value, figures.interval, figures.margin, str(metric.n)]
        verdict = f"{metric.verdict.icon} {metric.verdict.label}"
        yield "| " + " | ".join([*map(plain, shown), verdict]) + " |"
    yield ""


def _findings(judgement: Judgement, verdict: Verdict) -> Iterator[str]:
    found = judgement.having(verdict)
    if not found:
        return
    yield f"## {verdict.icon} {verdict.label}: {len(found)}"
    yield ""
    for requirement in found:
        yield from _finding(requirement)
    yield ""


def _finding(requirement: RequirementResult) -> Iterator[str]:
    worst = requirement.worst_check
    outcome = f" {code(worst.outcome_code)}" if worst is not None and worst.outcome_code is not None else ""
    yield f"- **{requirement.id}** ({requirement.level}){outcome} {plain(requirement.statement)}"
    if worst is not None and (worst.expected or worst.observed):
        yield f"  - expected {code(worst.expected)}"
        yield f"  - observed {code(worst.observed)}"
        if worst.description:
            yield f"  - check: {plain(worst.description)}"
        if worst.reproduce is not None:
            # In one piece, lest a cut for length leave the block open.
            yield f"  - reproduce\n\n{textwrap.indent(block(worst.reproduce), '    ')}\n"
    elif requirement.reason:
        yield f"  - {plain(requirement.reason)}"


def _unexamined(judgement: Judgement) -> Iterator[str]:
    if not judgement.unexamined:
        return
    yield "## Not examined"
    yield ""
    for group in judgement.unexamined:
        ids = ", ".join(requirement.id for requirement in group.requirements)
        yield f"- **{group.reason.title}** ({len(group.requirements)}): {ids}"
    yield ""
