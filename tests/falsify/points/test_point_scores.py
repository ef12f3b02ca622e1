"""Scores of points: what was noticed by span, what falls short, and the artefact."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from spec.falsify.points.point_faults import PointFault
from spec.falsify.points.point_judging import PointFinding, PointState
from spec.falsify.points.point_scores import PointScores, SpanScore
from spec.falsify.points.violations import dropped
from spec.falsify.points.wire_facts import METHOD


def findings(requirement: str, span: str, noticed: int, drawn: int) -> list[PointFinding]:
    """Return findings of a span, so many of them noticed."""
    return [
        PointFinding(
            PointFault(requirement, span, ((METHOD, f"M{number}"),), dropped("Vary")),
            PointState.NOTICED if number < noticed else PointState.NEVER_MET,
        )
        for number in range(drawn)
    ]


def scores(*parts: tuple[str, str, int, int]) -> PointScores:
    """Return the scores of these spans."""
    return PointScores(7, [one for part in parts for one in findings(*part)])


def test_points_are_counted_by_requirement_and_span() -> None:
    counted = scores(("HDR-001", "methods", 9, 10), ("HDR-001", "pages", 4, 4), ("VER-002", "methods", 0, 1))
    assert counted.by_span() == {
        "HDR-001": {"methods": SpanScore(9, 10), "pages": SpanScore(4, 4)},
        "VER-002": {"methods": SpanScore(0, 1)},
    }
    assert counted.over_all == SpanScore(13, 15)
    assert len(counted.misses) == 2


def test_both_thresholds_are_met_at_their_very_number() -> None:
    assert list(scores(("HDR-001", "methods", 8, 10), ("HDR-001", "pages", 30, 30)).shortfalls()) == []


def test_a_span_of_few_points_counts_over_all_and_not_by_itself() -> None:
    assert list(scores(("A", "methods", 6, 9), ("A", "pages", 91, 91)).shortfalls()) == []


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ([("A", "methods", 9, 10)], "9 of 10 points were noticed, that is fewer than 95 percent"),
        (
            [("A", "methods", 7, 10), ("A", "pages", 90, 90)],
            "A noticed 7 of 10 of its points in methods, that is fewer than 80 percent",
        ),
        ([], "no point was drawn: nothing was shown"),
    ],
)
def test_a_shortfall_is_one_sentence(parts: list[tuple[str, str, int, int]], sentence: str) -> None:
    assert list(scores(*parts).shortfalls()) == [sentence]


def test_a_requirement_that_the_untouched_shop_breaks_falls_short() -> None:
    counted = scores(("A", "methods", 1, 1))
    counted.broken["B"] = "no Vary on GET / → 200"
    assert list(counted.shortfalls()) == ["B is not met by the untouched shop: no Vary on GET / → 200"]


def test_the_artefact_holds_each_point_by_its_id(tmp_path: Path) -> None:
    counted = scores(("A", "methods", 1, 2))
    counted.skipped["B"] = "it has no rule"
    path = counted.write(tmp_path / "runs")
    assert path.name == "points-7.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    assert content["requirements"] == {"A": {"methods": [1, 2]}}
    assert (content["seed"], content["noticed"], content["drawn"], content["skipped"]) == (
        7, 1, 2, {"B": "it has no rule"},
    )  # fmt: skip
    assert [(one["id"], one["state"]) for one in content["points"]] == [
        (one.point.id, one.state) for one in counted.findings
    ]


def test_the_summary_holds_shares_shortfalls_and_each_miss(tmp_path: Path) -> None:
    counted = scores(("A", "methods", 7, 10), ("B", "pages", 50, 50))
    summary = counted.write(tmp_path).with_suffix(".md").read_text(encoding="utf-8")
    assert summary == (
        "# Point faults: 57 of 60 noticed\n\nSeed 7.\n\n"
        "- ✗ A noticed 7 of 10 of its points in methods, that is fewer than 80 percent\n\n"
        "| Requirement | Span | Noticed | Drawn |\n|---|---|---:|---:|\n"
        "| A | methods | 7 | 10 |\n| B | pages | 50 | 50 |\n"
        "\n## Misses\n\n"
        "- A · methods · M7: Vary dropped (never met)\n"
        "- A · methods · M8: Vary dropped (never met)\n"
        "- A · methods · M9: Vary dropped (never met)\n"
    )


def test_the_summary_says_that_nothing_was_missed_and_what_was_left_out(tmp_path: Path) -> None:
    counted = scores(("A", "methods", 1, 1))
    counted.skipped["B"] = "it has no rule"
    summary = counted.write(tmp_path).with_suffix(".md").read_text(encoding="utf-8")
    assert summary.endswith("\nNothing was missed.\n\n- B was left out: it has no rule\n")
