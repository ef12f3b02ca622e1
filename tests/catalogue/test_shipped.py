"""The catalogue that is shipped: what it holds, and what may never change in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from spec.catalogue import Catalogue, Level, MetricLimit, Span, load_catalogue

IDS = Path(__file__).with_name("ids.txt")


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def test_no_published_id_has_disappeared_and_every_new_one_is_recorded(catalogue: Catalogue) -> None:
    # Lines are only ever added to ids.txt: reports, waivers and histories of other projects refer to these ids.
    published = IDS.read_text(encoding="ascii").split()
    assert len(set(published)) == len(published) >= 190
    assert {requirement.id for requirement in catalogue.requirements} == set(published)


def test_flow_comes_first_and_the_chapters_are_all_there(catalogue: Catalogue) -> None:
    order = "FLOW RATE HDR VER VAL ERR TOK ACC SHOP QRY CACHE DOC HLTH MON LOG PROD CTR REL PERF AVL"
    assert " ".join(chapter.id for chapter in catalogue.chapters) == order


def test_the_thirteen_shoulds_are_those_of_the_source(catalogue: Catalogue) -> None:
    should = [requirement.id for requirement in catalogue.requirements if requirement.level is Level.SHOULD]
    assert " ".join(should) == (
        "RATE-010 RATE-012 HDR-006 VAL-013 TOK-015 TOK-017 TOK-019 ACC-008 QRY-010 CACHE-007 CACHE-008 REL-007 PERF-004"
    )


def test_every_success_metric_of_the_roadmap_has_its_limit(catalogue: Catalogue) -> None:
    limits = {
        requirement.id: str(requirement.metric)
        for requirement in catalogue.requirements
        if requirement.metric and "success metrics" in requirement.source
    }
    assert limits == {
        "RATE-001": "count = 100 requests",
        "RATE-002": "count = 1000 requests",
        "VAL-003": "share >= 100 %",
        "TOK-001": "lifetime = 15 min",
        "QRY-005": "mean < 50 ms",
        "CACHE-010": "share > 80 %",
        "DOC-002": "share >= 100 %",
        "HLTH-003": "max <= 5 s",
        "HLTH-004": "max < 5 s",
        "LOG-001": "share >= 100 %",
        "PERF-001": "p95 < 200 ms",
        "PERF-002": "share < 1 %",
        "AVL-001": "share > 99.9 %",
    }


def test_the_three_conflicts_of_standards_are_settled_openly(catalogue: Catalogue) -> None:
    assert "ASVS 3.4.6" in catalogue.get("HDR-004").note
    assert "ASVS 4.1.2" in catalogue.get("PROD-005").note
    for requirement_id in ("DOC-001", "DOC-005", "HLTH-002"):
        assert "ASVS 13.4.5" in catalogue.get(requirement_id).note


def test_every_requirement_names_a_reference(catalogue: Catalogue) -> None:
    assert [requirement.id for requirement in catalogue.requirements if not requirement.references] == []


def test_references_that_were_not_checked_against_their_text_are_left_out(catalogue: Catalogue) -> None:
    text = str(catalogue.as_json())
    for unchecked in ("v5.0.0-2.3.4", "CWE-367", "RFC 9727"):
        assert f"'{unchecked}'" not in text


def test_a_requirement_knows_the_line_on_which_its_id_stands(catalogue: Catalogue) -> None:
    root = Path(__file__).parents[2]
    for requirement in catalogue.requirements:
        lines = (root / requirement.file).read_text(encoding="utf-8").splitlines()
        assert lines[requirement.line - 1] == f'id = "{requirement.id}"'


def test_get_gives_the_requirement_and_refuses_an_unknown_id(catalogue: Catalogue) -> None:
    requirement = catalogue.get("PERF-001")
    assert requirement.metric == MetricLimit(
        title="API response time, 95th percentile", statistic="p95", operator="<", limit=200.0, unit="ms"
    )
    with pytest.raises(KeyError, match="no requirement 'PERF-999'"):
        catalogue.get("PERF-999")


def test_what_loads_is_examined_with_performance_and_nowhere_else(catalogue: Catalogue) -> None:
    assert "CACHE-010" in catalogue.areas["performance"]
    assert "CACHE-010" not in catalogue.areas["behaviour"]
    assert "CACHE-009" in catalogue.areas["behaviour"]


def test_every_declared_policy_is_used_by_a_requirement_or_by_the_tour(catalogue: Catalogue) -> None:
    used = {policy for requirement in catalogue.requirements for policy in requirement.policies}
    assert used == set(catalogue.policies) - {"tour_minutes"}


@pytest.mark.parametrize(
    ("words", "spans"),
    [
        (r"\bat once\b|\bparallel\b|\bconcurrent\b|\brac(e|ing)\b", {Span.CONCURRENCY}),
        (r"\btwice\b|\bagain\b|in a row|one after another|any number of", {Span.REPETITION}),
        (r"\bspell(ing|ed|t)", {Span.VALUES}),
        (
            r"^(every|no) answer\b|on every answer",
            {*Span} - {Span.VALUES, Span.REPETITION, Span.MOMENTS, Span.CONCURRENCY},
        ),
        (r"(every|each) (\S+ )?operation (that|has|of|stays|refuses)|every API call", {Span.OPERATIONS, Span.VERSIONS}),
        (r"every route and every method", {Span.OPERATIONS, Span.METHODS}),
        (r"(every|each|any) (filter|offered ordering)|page of a list", {Span.VARIANTS, Span.OPERATIONS}),
    ],
)
def test_words_of_a_statement_name_spans(catalogue: Catalogue, words: str, spans: set[Span]) -> None:
    speaking = [one for one in catalogue.requirements if re.search(words, one.statement, re.IGNORECASE)]
    assert speaking
    for requirement in speaking:
        assert spans <= set(requirement.spanned), f"{requirement.id}: {requirement.statement}"
