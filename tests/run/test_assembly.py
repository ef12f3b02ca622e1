"""A requirement is met only when every one of its checks ran."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from reports.results import CheckResult, Ended
from reports.verdicts import Verdict
from spec.catalogue import load_catalogue
from spec.checking.check_record import redact_judgement
from spec.checking.judging import Judgement
from spec.run.results_assembly import _verdict
from spec.run.run_state import RunState

REQUIREMENT = load_catalogue().get("TOK-005")


def make_inspection(*, planned: set[str], ended: Ended = Ended.COMPLETE) -> RunState:
    state: Any = SimpleNamespace(
        gap=lambda *_: None, planned={REQUIREMENT.id: planned}, reason_codes={}, ended=ended, checks={}
    )
    return cast("RunState", state)


def make_check(node: str, verdict: Verdict) -> CheckResult:
    return CheckResult(node, node, verdict, None, "", "", done=1, total=1)


def test_both_checks_that_pass_make_a_pass() -> None:
    run = make_inspection(planned={"one", "two"})
    checks = [make_check("one", Verdict.PASS), make_check("two", Verdict.PASS)]
    assert _verdict(run, REQUIREMENT, frozenset(), checks)[0] is Verdict.PASS


def test_a_check_that_did_not_run_leaves_the_requirement_not_tested() -> None:
    run = make_inspection(planned={"one", "two"})
    verdict, reason, code, in_scope = _verdict(run, REQUIREMENT, frozenset(), [make_check("one", Verdict.PASS)])
    assert (verdict, code, in_scope) == (Verdict.NOT_TESTED, "nothing examined", True)
    assert reason == "it was examined in part; not by two"


def test_an_interruption_between_two_checks_is_said() -> None:
    run = make_inspection(planned={"one", "two"}, ended=Ended.INTERRUPTED)
    verdict, reason, code, _ = _verdict(run, REQUIREMENT, frozenset(), [make_check("one", Verdict.PASS)])
    assert (verdict, code) == (Verdict.NOT_TESTED, "interrupted")
    assert reason == "the run was interrupted: it was examined in part; not by two"


@pytest.mark.parametrize("worse", [Verdict.FAIL, Verdict.ERROR, Verdict.INCONCLUSIVE])
def test_what_was_seen_to_be_worse_outweighs_what_did_not_run(worse: Verdict) -> None:
    run = make_inspection(planned={"one", "two"})
    assert _verdict(run, REQUIREMENT, frozenset(), [make_check("one", worse)])[0] is worse


def test_a_judgement_is_printed_and_written_without_secrets() -> None:
    judgement = Judgement(
        Verdict.FAIL, "got s3cr3t-1", expected="not s3cr3t-1", observed="s3cr3t-1", example="s3cr3t-1"
    )
    clean = redact_judgement(judgement, frozenset({"s3cr3t-1"}))
    assert "s3cr3t-1" not in f"{clean.reason} {clean.expected} {clean.observed} {clean.example}"
