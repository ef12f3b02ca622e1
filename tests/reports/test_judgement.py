"""One judgement, one exit code, one sentence."""

from __future__ import annotations

import re
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from reports.exit_codes import PRECEDENCE, ExitCode, choose, code_of_end
from reports.judgement import Judgement, judge
from reports.results import Ended, FaultSeen, RequirementResult
from reports.sentences import rerun_command
from reports.verdicts import Verdict
from tests.reports.samples import make_requirement, make_results
from tests.reports.showcase import make_showcase

if TYPE_CHECKING:
    from reports.results import Level

DAY = date(2026, 11, 23)


def judge_all(*requirements: RequirementResult, ended: Ended = Ended.COMPLETE) -> Judgement:
    return judge(make_results(requirements, ended=ended), DAY)


MET = make_requirement("FLOW-001")
OTHERS = {
    verdict: make_requirement("RATE-001", verdict)
    for verdict in (Verdict.INCONCLUSIVE, Verdict.NOT_TESTED, Verdict.WAIVED, Verdict.PASS, Verdict.NOT_APPLICABLE)
}


def test_the_first_code_in_the_order_of_precedence_wins() -> None:
    assert [code.value for code in PRECEDENCE] == [2, 4, 5, 1, 70, 130, 6, 3, 0]
    assert set(PRECEDENCE) == set(ExitCode)
    for first, second in combinations(PRECEDENCE, 2):
        assert choose([second, first]) is first
    assert choose([]) is ExitCode.MET


def test_the_documentation_lists_the_codes_and_verdicts_in_their_order() -> None:
    page = (Path(__file__).parents[2] / "docs" / "verdicts.md").read_text()
    rows = re.findall(r"^\| ([a-z0-9 ]+) \|", page, re.MULTILINE)
    verdicts, codes = [verdict.value for verdict in Verdict], [str(code.value) for code in PRECEDENCE]
    assert rows == ["verdict", *verdicts, "code", *codes]


@pytest.mark.parametrize("ended", Ended)
def test_every_end_has_its_exit_code(ended: Ended) -> None:
    assert (
        code_of_end(ended)
        is {
            Ended.COMPLETE: ExitCode.MET,
            Ended.INTERRUPTED: ExitCode.INTERRUPTED,
            Ended.UNREACHABLE: ExitCode.UNREACHABLE,
            Ended.ADAPTER_BROKE: ExitCode.WRONG_USE,
            Ended.HARNESS_ERROR: ExitCode.HARNESS_ERROR,
        }[ended]
    )


@pytest.mark.parametrize(
    ("verdict", "level", "code"),
    [
        (Verdict.ERROR, "MUST", 70),
        (Verdict.ERROR, "SHOULD", 70),
        (Verdict.FAIL, "MUST", 1),
        (Verdict.FAIL, "SHOULD", 0),
        (Verdict.FAIL, "MAY", 0),
        (Verdict.INCONCLUSIVE, "MUST", 3),
        (Verdict.INCONCLUSIVE, "SHOULD", 0),
        (Verdict.NOT_TESTED, "MUST", 3),
        (Verdict.NOT_TESTED, "MAY", 0),
        (Verdict.WAIVED, "MUST", 0),
        (Verdict.PASS, "MUST", 0),
        (Verdict.NOT_APPLICABLE, "MUST", 0),
    ],
)
def test_only_a_must_decides_and_a_harness_error_is_never_green(verdict: Verdict, level: Level, code: int) -> None:
    other = make_requirement("RATE-001", verdict).changed(level=level)
    assert judge_all(MET, other).code == code


@pytest.mark.parametrize(
    ("ended", "code"),
    [
        (Ended.COMPLETE, 0),
        (Ended.INTERRUPTED, 130),
        (Ended.UNREACHABLE, 4),
        (Ended.ADAPTER_BROKE, 2),
        (Ended.HARNESS_ERROR, 70),
    ],
)
def test_how_the_run_ended_decides_where_nothing_failed(ended: Ended, code: int) -> None:
    assert judge_all(MET, ended=ended).code == code


@pytest.mark.parametrize(
    ("ended", "code"),
    [
        (Ended.COMPLETE, 1),
        (Ended.INTERRUPTED, 1),
        (Ended.UNREACHABLE, 4),
        (Ended.ADAPTER_BROKE, 2),
        (Ended.HARNESS_ERROR, 1),
    ],
)
def test_a_failed_must_stays_failed_unless_the_target_was_gone(ended: Ended, code: int) -> None:
    assert judge_all(MET, make_requirement("RATE-001", Verdict.FAIL), ended=ended).code == code


def test_an_error_of_the_adapter_is_wrong_use_and_named_apart_from_the_harness_own() -> None:
    adapters = make_requirement("FLOW-001", Verdict.ERROR, reason_code="adapter broke")
    harness = make_requirement("FLOW-003", Verdict.ERROR)
    assert judge_all(MET, adapters).code == 2
    assert judge_all(MET, adapters, harness).sentence.endswith(
        "The adapter broke on FLOW-001. The harness broke on FLOW-003."
    )


def test_nothing_in_scope_is_not_green() -> None:
    assert judge_all().code == 3
    assert judge_all().sentence == "Not decided: 0 of 0 examined."
    outside = make_requirement("RATE-001", Verdict.NOT_TESTED, in_scope=False, reason_code="not claimed")
    assert judge_all(outside).code == 3


def test_nothing_but_inapplicable_requirements_is_not_green() -> None:
    assert judge_all(make_requirement("HDR-008", Verdict.NOT_APPLICABLE)).code == 3


def test_what_is_out_of_scope_decides_nothing_and_is_counted_apart() -> None:
    outside = make_requirement("CTR-001", Verdict.NOT_TESTED, in_scope=False, reason_code="window shut")
    debt = make_requirement("REL-001", Verdict.NOT_TESTED, in_scope=False, reason_code="no check yet")
    judgement = judge_all(MET, outside, debt)
    assert judgement.code == 0
    assert sum(judgement.counts.values()) == 1
    assert [item.id for item in judgement.debt] == ["REL-001"]
    assert judgement.notes == [
        "1 requirement has no check yet.",
        "1 requirement was outside the scope of this run.",
    ]


def test_what_was_not_examined_is_grouped_by_reason() -> None:
    shut = make_requirement("HLTH-003", Verdict.NOT_TESTED, reason_code="window shut")
    outside = make_requirement("CTR-001", Verdict.NOT_TESTED, in_scope=False, reason_code="window shut")
    blocked = make_requirement("SHOP-010", Verdict.NOT_TESTED, reason_code="blocked")
    groups = judge_all(MET, shut, outside, blocked).unexamined
    assert [(group.reason.title, [item.id for item in group.requirements]) for group in groups] == [
        ("Blocked", ["SHOP-010"]),
        ("Window shut", ["HLTH-003", "CTR-001"]),
    ]


def test_failures_are_listed_with_musts_first() -> None:
    found = [
        make_requirement("RATE-001", Verdict.FAIL, level="MAY"),
        make_requirement("RATE-002", Verdict.FAIL, level="SHOULD"),
        make_requirement("RATE-003", Verdict.FAIL),
        make_requirement("RATE-004", Verdict.FAIL),
    ]
    listed = judge_all(*found).having(Verdict.FAIL)
    assert [item.id for item in listed] == ["RATE-003", "RATE-004", "RATE-002", "RATE-001"]


DEBT = make_requirement("REL-001", Verdict.NOT_TESTED, in_scope=False, reason_code="no check yet")
FAILED = make_requirement("RATE-001", Verdict.FAIL)
SENTENCES = {
    "2 of 2 examined, all met.": judge_all(MET, OTHERS[Verdict.PASS]),
    "1 of 2 examined, all met.": judge_all(MET, DEBT),
    "2 of 2 examined: 1 met, 1 waived.": judge_all(MET, OTHERS[Verdict.WAIVED]),
    "2 of 3 examined: 1 met, 1 not applicable.": judge_all(MET, OTHERS[Verdict.NOT_APPLICABLE], DEBT),
    "2 of 3 examined: 1 met, 1 not met: RATE-001.": judge_all(MET, FAILED, DEBT),
    "1 of 1 examined, all not met: RATE-001.": judge_all(FAILED),
    "3 of 3 examined: 1 met, 2 not met: RATE-001 and RATE-010 (SHOULD).": judge_all(
        MET, make_requirement("RATE-010", Verdict.FAIL, level="SHOULD"), FAILED
    ),
    "2 of 3 examined: 1 met, 1 not met: RATE-001; 1 MUST in scope was not tested.": judge_all(
        MET, FAILED, make_requirement("RATE-002", Verdict.NOT_TESTED)
    ),
    "2 of 3 examined: 1 met, 1 not met: RATE-001. The harness broke on RATE-002.": judge_all(
        MET, FAILED, make_requirement("RATE-002", Verdict.ERROR)
    ),
    "Not decided: 2 of 2 examined: 1 met, 1 inconclusive.": judge_all(MET, OTHERS[Verdict.INCONCLUSIVE]),
    "Not decided: 1 of 2 examined, all met; 1 MUST in scope was not tested.": judge_all(
        MET, OTHERS[Verdict.NOT_TESTED]
    ),
    "Not decided: 0 of 1 examined.": judge_all(DEBT),
    "Not reachable: https://127.0.0.1:8443 gave no answer; 0 of 1 examined.": judge_all(
        OTHERS[Verdict.NOT_TESTED], ended=Ended.UNREACHABLE
    ),
    "Interrupted: the run ended before it was complete; 1 of 1 examined, all met.": judge_all(
        MET, ended=Ended.INTERRUPTED
    ),
    "Harness error: what the harness did not finish is not decided; 1 of 2 examined, all met. "
    "The harness broke on RATE-001.": judge_all(MET, make_requirement("RATE-001", Verdict.ERROR)),
    "Harness error: what the harness did not finish is not decided; 1 of 1 examined, all met. "
    "The harness broke outside of any requirement.": judge_all(MET, ended=Ended.HARNESS_ERROR),
}


@pytest.mark.parametrize("sentence", SENTENCES)
def test_the_verdict_is_said_in_one_sentence(sentence: str) -> None:
    assert SENTENCES[sentence].sentence == sentence


def test_a_selection_never_sounds_like_the_whole() -> None:
    results = make_results([MET])
    run = results.run.changed(selection="FLOW-001")
    partial = results.changed(run=run, catalogue=results.catalogue.changed(requirements=170))
    judgement = judge(partial, DAY)
    assert judgement.sentence == "1 of 170 examined for the selection “FLOW-001”, all met."
    assert judgement.notes == ["1 of the 170 requirements of the catalogue was selected."]


def test_many_harness_errors_are_named_in_part() -> None:
    broken = [make_requirement(f"RATE-{number:03}", Verdict.ERROR) for number in range(1, 8)]
    sentence = judge_all(*broken).sentence
    assert sentence.endswith("The harness broke on RATE-001, RATE-002, RATE-003, RATE-004, RATE-005 and 2 more.")


def test_a_quick_and_interrupted_run_says_so_beside_its_verdict() -> None:
    results = make_results([make_requirement("RATE-001", Verdict.FAIL)], ended=Ended.INTERRUPTED)
    judgement = judge(results.changed(run=results.run.changed(quick=True)), DAY)
    assert judgement.notes == [
        "The run was interrupted.",
        "It was a quick run, with fewer examples and repetitions.",
    ]


@pytest.mark.parametrize(
    ("fault", "seen"),
    [
        (FaultSeen(id="a", description="", killed=True, last_seen="2026-11-21", stale=False), 1),
        (FaultSeen(id="a", description="", killed=True, last_seen="2026-11-21", stale=True), 0),
        (FaultSeen(id="a", description="", killed=False, last_seen="2026-11-21", stale=False), 0),
        (FaultSeen(id="a", description="", killed=None, last_seen=None, stale=False), 0),
    ],
)
def test_only_a_fault_that_was_caught_since_the_last_change_is_proof(fault: FaultSeen, seen: int) -> None:
    proof = judge_all(MET.changed(faults=[fault]), make_requirement("RATE-001", Verdict.NOT_TESTED)).proof
    assert (proof.examined, proof.seen) == (1, seen)


def test_the_showcase_has_every_verdict_and_fails() -> None:
    judgement = judge(make_showcase(), DAY)
    assert judgement.code is ExitCode.FAILED
    assert judgement.counts == {
        Verdict.ERROR: 1,
        Verdict.FAIL: 3,
        Verdict.INCONCLUSIVE: 1,
        Verdict.NOT_TESTED: 3,
        Verdict.WAIVED: 1,
        Verdict.PASS: 72,
        Verdict.NOT_APPLICABLE: 1,
    }
    assert judgement.levels["MUST"][Verdict.FAIL] == 2
    assert len(judgement.debt) == 5


@pytest.mark.parametrize(
    ("command", "again"),
    [
        ("python -m spec run", "nox -s check -- RATE-001"),
        ("python -m spec run --target 'my shop.toml' --quick", "nox -s check -- RATE-001 --target 'my shop.toml'"),
        ("python -m spec run --quick --target=shop.toml", "nox -s check -- RATE-001 --target shop.toml"),
    ],
)
def test_a_requirement_is_examined_again_on_the_target_of_its_run(command: str, again: str) -> None:
    results = make_results()
    assert rerun_command(results.changed(run=results.run.changed(command=command)), "RATE-001") == again
