"""Report, JUnit, summary, gate and exit code never disagree about the same results."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from xml.etree import ElementTree as ET

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.gate import examine_run
from reports.judgement import Judgement, judge
from reports.results import Results, find_contradictions, read_results, salvage_results, write_results
from reports.run_outputs import render_run
from reports.text import one_line, visible
from reports.verdicts import Verdict
from tests.reports.reading import Document
from tests.reports.showcase import make_showcase
from tests.reports.strategies import results

DAY = date(2026, 11, 23)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(results())
def test_all_outputs_agree_on_generated_results(drawn: Results) -> None:
    hold_agreement(drawn)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(results(), st.data())
def test_results_that_were_made_to_contradict_themselves_are_salvaged(drawn: Results, data: st.DataObject) -> None:
    wrong = [
        item.changed(verdict=data.draw(st.sampled_from(Verdict)), in_scope=data.draw(st.booleans()))
        for item in drawn.requirements
    ]
    salvaged = salvage_results(drawn.changed(requirements=wrong * data.draw(st.integers(1, 2)), evidence=[]))
    assert find_contradictions(salvaged) == []
    assert [item.id for item in salvaged.requirements] == [item.id for item in wrong]
    for before, after in zip(wrong, salvaged.requirements, strict=True):
        seen = {Verdict.FAIL} if Verdict.FAIL in {check.verdict for check in before.checks} else set()
        assert after.verdict in {before.verdict, Verdict.ERROR} | seen


def test_all_outputs_agree_on_the_showcase() -> None:
    hold_agreement(make_showcase())


def hold_agreement(drawn: Results) -> None:
    judgement = judge(drawn, DAY)
    with tempfile.TemporaryDirectory() as folder:
        run_folder = Path(folder)
        write_results(drawn, run_folder / "results.json")
        assert read_results(run_folder / "results.json") == drawn
        page, junit, summary = (path.read_bytes() for path in render_run(run_folder, DAY))
        assert [path.read_bytes() for path in render_run(run_folder, DAY)] == [page, junit, summary]
        answer = examine_run(run_folder, DAY)
    assert answer.findings == []
    assert answer.code is judgement.code
    hold_page(Document(page), judgement)
    hold_junit(ET.fromstring(junit), judgement)  # noqa: S314 - it was written three lines above
    hold_summary(summary.decode(), judgement)


def hold_page(page: Document, judgement: Judgement) -> None:
    assert page.meta("shopspec-exit-code") == str(judgement.code.value)
    assert page.by_id("verdict").text == visible(judgement.sentence).replace("\r", "\n")
    numbers = [int(item.text) for item in page.find("span", "number")]
    order = [Verdict.FAIL, Verdict.ERROR, *list(Verdict)[2:]]
    assert numbers == [*(judgement.counts[verdict] for verdict in order), len(judgement.debt)]
    shown = {
        section.attributes["id"]: section.classes - {"requirement"} for section in page.find("section", "requirement")
    }
    assert shown == {item.id: {f"v-{item.verdict.slug}"} for item in judgement.requirements}
    listed = {item.text for item in page.find("a", "id")}
    attention = (Verdict.FAIL, Verdict.ERROR, Verdict.INCONCLUSIVE, Verdict.WAIVED)
    assert listed == {item.id for verdict in attention for item in judgement.having(verdict)}


def hold_junit(junit: ET.Element, judgement: Judgement) -> None:
    counts = judgement.counts
    outside = sum(not item.in_scope for item in judgement.requirements)
    assert int(junit.attrib["tests"]) == len(judgement.requirements)
    assert int(junit.attrib["failures"]) == counts[Verdict.FAIL]
    undecided = counts[Verdict.ERROR] + counts[Verdict.INCONCLUSIVE] + counts[Verdict.NOT_TESTED]
    assert int(junit.attrib["errors"]) == undecided
    skipped = counts[Verdict.WAIVED] + counts[Verdict.NOT_APPLICABLE] + outside
    assert sum(int(suite.attrib["skipped"]) for suite in junit) == skipped
    properties = {
        (item.attrib["name"], item.attrib["value"])
        for case in junit.iter("testcase")
        for item in case.iter("property")
        if item.attrib["name"] == "verifies"
    }
    assert properties == {("verifies", item.id) for item in judgement.requirements}


def hold_summary(summary: str, judgement: Judgement) -> None:
    rows = [line for line in summary.splitlines() if line.startswith("|")]
    assert rows[2] == "| " + " | ".join(str(judgement.counts[verdict]) for verdict in Verdict) + (
        f" | {len(judgement.debt)} |"
    )
    assert f"gate exit code {judgement.code.value}\n" in summary
    assert summary.startswith(f"# {judgement.headline[:3]}")
    for verdict in (Verdict.FAIL, Verdict.ERROR, Verdict.INCONCLUSIVE, Verdict.WAIVED):
        heading = f"## {verdict.icon} {verdict.label}: {judgement.counts[verdict]}\n"
        assert (heading in summary) is bool(judgement.counts[verdict])
    assert one_line(judgement.results.run.id) in summary
