"""Keeps the evidence of a check: redacted exchanges, the curl line, the shrunk example, the measured figures."""

from __future__ import annotations

from typing import Final

from reports.results import CheckResult, inline_evidence
from reports.verdicts import Verdict
from spec.collection import CheckItem
from spec.examination import Examination
from spec.inspection import Inspection
from spec.judging import Judgement
from spec.target.curl import curl_line
from spec.target.exchange import Exchange
from spec.target.redaction import redact_exchange, redact_text

KEPT_ON_FAILURE: Final = 5
KEPT_ON_PASS: Final = 2


def record_check(
    inspection: Inspection, check: CheckItem, examination: Examination, judgement: Judgement, seconds: float
) -> None:
    """Add a check's result to the run, with everything in it redacted."""
    secrets = inspection.recorder.secrets
    shown = _choose(inspection, judgement)
    digests = [_keep(inspection, exchange) for exchange in shown]
    result = CheckResult(
        node=check.item.nodeid,
        title=check.title,
        verdict=judgement.verdict,
        outcome_code=str(judgement.outcome) if judgement.outcome else None,
        expected=redact_text(judgement.expected, secrets).text,
        observed=redact_text(judgement.observed, secrets).text,
        done=examination.done,
        total=max(examination.total, examination.done),
        missing=[redact_text(one, secrets).text for one in examination.missing],
        seconds=round(seconds, 3),
        seed=inspection.seed,
        example=redact_text(judgement.example, secrets).text if judgement.example else None,
        evidence=list(dict.fromkeys(digests)),
        curl=curl_line(shown[0].request, secrets) if shown and judgement.verdict is Verdict.FAIL else None,
        reason=redact_text(judgement.reason, secrets).text,
    )
    inspection.checks.setdefault(check.requirement, []).append(result)
    inspection.metrics += examination.metrics
    inspection.coverages += examination.coverages
    if judgement.reason_code:
        inspection.reason_codes[result.node] = judgement.reason_code


def _choose(inspection: Inspection, judgement: Judgement) -> list[Exchange]:
    recent = inspection.recorder.exchanges
    if judgement.verdict is Verdict.PASS:
        return list(judgement.exchanges or recent)[-KEPT_ON_PASS:]
    chosen = list(judgement.exchanges)
    for exchange in reversed(recent):
        if len(chosen) >= KEPT_ON_FAILURE:
            break
        if exchange not in chosen:
            chosen.append(exchange)
    return chosen


def _keep(inspection: Inspection, exchange: Exchange) -> str:
    redacted = redact_exchange(exchange, inspection.recorder.secrets)
    evidence = inline_evidence(
        redacted.text, kind="exchange", media_type="message/http", redactions=redacted.redactions
    )
    inspection.evidence[evidence.sha256] = evidence
    return evidence.sha256
