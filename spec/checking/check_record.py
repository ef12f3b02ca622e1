"""Keeps the evidence of a check: redacted exchanges, the curl line, the shrunk example, the measured figures."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Final

from reports.results import CheckResult, inline_evidence
from reports.verdicts import Verdict
from spec.checking.examination import Examination
from spec.checking.judging import Judgement
from spec.run.collection import CheckItem
from spec.run.run_state import RunState
from spec.target.curl import curl_line
from spec.target.exchange import Exchange
from spec.target.redaction import redact_exchange, redact_text

KEPT_ON_FAILURE: Final = 5
KEPT_ON_PASS: Final = 2


def redact_judgement(judgement: Judgement, secrets: Collection[str]) -> Judgement:
    """The judgement as it may be printed and written."""
    return replace(
        judgement,
        reason=redact_text(judgement.reason, secrets).text,
        expected=redact_text(judgement.expected, secrets).text,
        observed=redact_text(judgement.observed, secrets).text,
        example=redact_text(judgement.example, secrets).text if judgement.example else None,
    )


def record_check(
    run: RunState, check: CheckItem, examination: Examination, judgement: Judgement, seconds: float
) -> None:
    """Add a check's result to the run. The judgement is redacted already; here its evidence and figures are."""
    secrets = run.recorder.secrets
    shown = _choose(run, judgement)
    digests = [_keep(run, exchange) for exchange in shown]
    result = CheckResult(
        node=check.item.nodeid,
        title=check.title,
        verdict=judgement.verdict,
        outcome_code=str(judgement.outcome) if judgement.outcome else None,
        expected=judgement.expected,
        observed=judgement.observed,
        done=examination.done,
        total=max(examination.total, examination.done),
        missing=[redact_text(one, secrets).text for one in examination.missing],
        seconds=round(seconds, 3),
        seed=run.seed,
        example=judgement.example,
        evidence=list(dict.fromkeys(digests)),
        curl=curl_line(shown[0].request, secrets) if shown and judgement.verdict is Verdict.FAIL else None,
        reason=judgement.reason,
    )
    run.checks.setdefault(check.requirement, []).append(result)
    run.metrics += [replace(one, reason=redact_text(one.reason, secrets).text) for one in examination.metrics]
    run.coverages += [
        replace(one, missing=[redact_text(name, secrets).text for name in one.missing]) for one in examination.coverages
    ]
    if judgement.reason_code:
        run.reason_codes[result.node] = judgement.reason_code


def _choose(run: RunState, judgement: Judgement) -> list[Exchange]:
    recent = run.recorder.exchanges
    if judgement.verdict is Verdict.PASS:
        return list(judgement.exchanges or recent)[-KEPT_ON_PASS:]
    chosen = list(judgement.exchanges)
    for exchange in reversed(recent):
        if len(chosen) >= KEPT_ON_FAILURE:
            break
        if exchange not in chosen:
            chosen.append(exchange)
    return chosen


def _keep(run: RunState, exchange: Exchange) -> str:
    redacted = redact_exchange(exchange, run.recorder.secrets)
    evidence = inline_evidence(
        redacted.text, kind="exchange", media_type="message/http", redactions=redacted.redactions
    )
    run.evidence[evidence.sha256] = evidence
    return evidence.sha256
