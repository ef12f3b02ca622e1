"""JUnit: one case a requirement, none green that is not met."""

from __future__ import annotations

from datetime import date
from xml.etree import ElementTree as ET

import pytest

from reports.judgement import judge
from reports.junit import render_junit
from reports.results import RequirementResult
from reports.verdicts import Verdict
from tests.reports.samples import make_check, make_requirement, make_results
from tests.reports.showcase import make_showcase

DAY = date(2026, 11, 23)


def render(*requirements: RequirementResult) -> ET.Element:
    return ET.fromstring(render_junit(judge(make_results(requirements), DAY)))  # noqa: S314 - written here


@pytest.mark.parametrize(
    ("verdict", "tag"),
    [
        (Verdict.ERROR, "error"),
        (Verdict.FAIL, "failure"),
        (Verdict.INCONCLUSIVE, "error"),
        (Verdict.NOT_TESTED, "error"),
        (Verdict.WAIVED, "skipped"),
        (Verdict.PASS, None),
        (Verdict.NOT_APPLICABLE, "skipped"),
    ],
)
def test_each_verdict_has_its_element(verdict: Verdict, tag: str | None) -> None:
    (case,) = render(make_requirement("RATE-004", verdict)).iter("testcase")
    assert [child.tag for child in case if child.tag != "properties"] == ([tag] if tag else [])
    assert case.attrib["name"] == "RATE-004 N + k requests sent at once admit exactly N."
    assert case.attrib["classname"] == "shopspec.RATE"


def test_what_is_out_of_scope_is_skipped() -> None:
    outside = make_requirement("REL-001", Verdict.NOT_TESTED, in_scope=False, reason_code="no check yet")
    (case,) = render(outside).iter("testcase")
    skipped = case.find("skipped")
    assert skipped is not None
    assert skipped.attrib == {"message": "Out of scope: no check yet", "type": "not tested"}


def test_a_failure_says_expected_and_observed() -> None:
    (case,) = render(make_requirement("RATE-004", Verdict.FAIL)).iter("testcase")
    failure = case.find("failure")
    assert failure is not None
    assert failure.attrib["message"] == "Fail: BUDGET_EXCEEDED: expected 100 admitted; observed 113 admitted"
    assert failure.attrib["type"] == "fail"
    assert (failure.text or "").splitlines() == [
        "Fail: Parallel requests are counted",
        "spec/checks/rate/test_parallel.py::RATE-004",
        "examined 3 of 3",
        "outcome: BUDGET_EXCEEDED",
        "expected: 100 admitted",
        "observed: 113 admitted",
    ]


def test_a_failure_says_what_was_done_and_how_to_reproduce_it() -> None:
    check = make_check(Verdict.FAIL).changed(description="Send 113 requests at once.", reproduce="curl -i https://x/")
    (case,) = render(make_requirement("RATE-004", Verdict.FAIL, checks=[check])).iter("testcase")
    failure = case.find("failure")
    assert failure is not None
    lines = (failure.text or "").splitlines()
    assert lines[3] == "description: Send 113 requests at once."
    assert lines[-1] == "reproduce: curl -i https://x/"


def test_properties_trace_a_case_to_its_requirement() -> None:
    (case,) = render(make_requirement("RATE-004", Verdict.FAIL, level="SHOULD")).iter("testcase")
    properties = {item.attrib["name"]: item.attrib["value"] for item in case.iter("property")}
    assert properties == {
        "verifies": "RATE-004",
        "verdict": "fail",
        "level": "SHOULD",
        "outcome_code": "BUDGET_EXCEEDED",
    }


def test_there_is_one_suite_a_chapter_in_the_order_of_the_catalogue() -> None:
    document = render(make_requirement("SHOP-001"), make_requirement("FLOW-001"), make_requirement("FLOW-002"))
    assert [(suite.attrib["name"], suite.attrib["tests"]) for suite in document] == [("SHOP", "1"), ("FLOW", "2")]


def test_hostile_text_stays_text_and_the_file_is_deterministic() -> None:
    judgement = judge(make_showcase(), DAY)
    content = render_junit(judgement)
    assert content == render_junit(judgement)
    document = ET.fromstring(content)  # noqa: S314 - written here
    (failure,) = [
        case.find("failure") for case in document.iter("testcase") if case.attrib["name"].startswith("VAL-016")
    ]
    assert failure is not None
    assert '</script></pre><img src=x onerror="alert(1)">{{ 7 * 7 }}⟨U+001B⟩[31m⟨U+202E⟩' in (failure.text or "")
    assert list(document.iter("img")) == []
