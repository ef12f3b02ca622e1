"""The comparison of a run with committed verdicts: drift is found in either direction, and only drift."""

from pathlib import Path

import pytest

from reports.results import RequirementResult
from reports.strict_model import InvalidContent
from reports.verdicts import Verdict
from spec.catalogue import load_catalogue
from tests.reports.samples import make_check, make_requirement
from tests.targets.compare import ExpectedVerdict, find_drift, read_verdicts

OSCAR = Path(__file__).parent / "oscar"
RIGHT = """
[expected.FLOW-001]
verdict = "pass"
because = "It does that."

[left_out]
PERF-001 = "A load takes minutes."
"""


def expect(verdict: Verdict, *found: str) -> ExpectedVerdict:
    """Make a committed verdict."""
    return ExpectedVerdict(verdict=verdict, found=found, because="It was looked at.")


def failed(code: str) -> RequirementResult:
    """Make a result with one check that passes and one that fails with this code."""
    check = make_check(Verdict.FAIL).changed(outcome_code=code)
    return make_requirement("SHOP-001", Verdict.FAIL, checks=[make_check(), check])


def test_the_committed_verdict_is_no_drift() -> None:
    expected = {"SHOP-001": expect(Verdict.FAIL, "OVERSOLD"), "RATE-004": expect(Verdict.PASS)}
    assert not list(find_drift(expected, [failed("OVERSOLD"), make_requirement()]))


@pytest.mark.parametrize(
    ("wanted", "seen"),
    [
        (expect(Verdict.PASS), "fail: OVERSOLD"),
        (expect(Verdict.NOT_TESTED, "blocked"), "fail: OVERSOLD"),
        (expect(Verdict.FAIL, "UNDERSOLD"), "fail: OVERSOLD"),
        (expect(Verdict.FAIL, "OVERSOLD", "UNDERSOLD"), "fail: OVERSOLD"),
        (expect(Verdict.FAIL), "fail: OVERSOLD"),
    ],
)
def test_a_fail_that_is_not_the_committed_one_is_drift(wanted: ExpectedVerdict, seen: str) -> None:
    [drift] = find_drift({"SHOP-001": wanted}, [failed("OVERSOLD")])
    assert (drift.requirement, drift.observed) == ("SHOP-001", seen)


def test_a_pass_in_place_of_a_committed_fail_is_drift() -> None:
    [drift] = find_drift({"RATE-004": expect(Verdict.FAIL, "OVERSOLD")}, [make_requirement()])
    assert (drift.expected, drift.observed) == ("fail: OVERSOLD", "pass")


def test_another_reason_for_not_testing_is_drift() -> None:
    result = make_requirement("RATE-004", Verdict.NOT_TESTED, reason_code="window shut")
    [drift] = find_drift({"RATE-004": expect(Verdict.NOT_TESTED, "blocked")}, [result])
    assert (drift.expected, drift.observed) == ("not tested: blocked", "not tested: window shut")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (RIGHT.replace("PERF-001", "FLOW-001"), "FLOW-001 has an expected verdict and is left out"),
        (RIGHT.replace("PERF-001", "PERF-002"), "PERF-001 has a check and stands neither in"),
        (RIGHT + 'PERF-099 = "There is none."', "PERF-099 is no requirement that has a check"),
        (RIGHT.replace('"pass"', '"passed"'), "verdict"),
        (RIGHT.replace("because", "why"), "why"),
        (RIGHT.replace("It does that.", ""), "because"),
        ("[expected", "verdicts.toml"),
    ],
)
def test_a_wrong_file_is_refused_with_one_sentence(tmp_path: Path, content: str, sentence: str) -> None:
    file = tmp_path / "verdicts.toml"
    file.write_text(content)
    with pytest.raises(InvalidContent, match=sentence) as refused:
        read_verdicts(file, ["FLOW-001", "PERF-001"])
    assert "\n" not in str(refused.value)


def test_oscar_has_a_verdict_for_every_requirement_with_a_check() -> None:
    checked = {requirement.id for requirement in load_catalogue().requirements if not requirement.unchecked}
    verdicts = read_verdicts(OSCAR / "verdicts.toml", checked)
    assert verdicts.expected
    assert not [name for name, wanted in verdicts.expected.items() if wanted.verdict is Verdict.ERROR]
