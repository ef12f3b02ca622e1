"""An entry that is wrong in one way is refused with one sentence that says where, and what would be right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spec.catalogue import Span, load_catalogue
from tests.catalogue.files import ENTRY, HEAD, refusal, write_catalogue

if TYPE_CHECKING:
    from pathlib import Path

REQUIRED = ("id", "title", "level", "impact", "statement", "rationale", "source", "needs", "twin", "likely_fix")
METRIC_KEYS = ("title", "statistic", "operator", "limit", "unit")


def without(text: str, key: str, *, after: str = "") -> str:
    """Return a text without the first line that sets a key behind a mark."""
    before, mark, rest = text.partition(after) if after else ("", "", text)
    lines = rest.splitlines(keepends=True)
    line = next(line for line in lines if line.startswith(f"{key} = "))
    lines.remove(line)
    return before + mark + "".join(lines)


def test_each_span_is_spoken_over_or_has_a_reason_of_the_entry_or_else_of_the_chapter(tmp_path: Path) -> None:
    requirement = load_catalogue(write_catalogue(tmp_path)).get("RATE-004")
    assert list(requirement.spans) == list(Span)
    assert requirement.spanned == (Span.OPERATIONS, Span.CONCURRENCY)
    assert requirement.spans[Span.PAGES] == "no list is read"
    assert requirement.spans[Span.STATES] == "any state of budget"


def test_an_entry_may_speak_over_a_span_for_which_its_chapter_has_a_reason(tmp_path: Path) -> None:
    entries = ENTRY.replace('spans = ["concurrency"', 'spans = ["pages", "concurrency"')
    requirement = load_catalogue(write_catalogue(tmp_path, entries=entries)).get("RATE-004")
    assert requirement.spanned == (Span.OPERATIONS, Span.PAGES, Span.CONCURRENCY)


def test_references_of_a_requirement_take_the_place_of_its_chapters(tmp_path: Path) -> None:
    entries = ENTRY + '\n[requirement.references]\nasvs = ["v5.0.0-2.4.1"]\n'
    catalogue = load_catalogue(write_catalogue(tmp_path, entries=entries))
    assert catalogue.get("RATE-004").references == {"asvs": ("v5.0.0-2.4.1",)}


@pytest.mark.parametrize("key", REQUIRED)
def test_a_missing_key_is_named(tmp_path: Path, key: str) -> None:
    place = "requirement.0" if key == "id" else "requirement.RATE-004"
    assert refusal(write_catalogue(tmp_path, entries=without(ENTRY, key))) == f"rate.toml: [{place}] {key} is missing"


@pytest.mark.parametrize("key", METRIC_KEYS)
def test_a_missing_key_of_a_metric_is_named(tmp_path: Path, key: str) -> None:
    sentence = refusal(write_catalogue(tmp_path, entries=without(ENTRY, key, after="[requirement.metric]")))
    assert sentence == f"rate.toml: [requirement.RATE-004.metric] {key} is missing"


@pytest.mark.parametrize(
    ("right", "wrong", "sentence"),
    [
        ('title = "Exact', 'titel = "Exact', "unknown key [requirement.RATE-004] titel; did you mean 'title'?"),
        (
            'id = "RATE-004"',
            'id = "HDR-004"',
            "[requirement.HDR-004] id has to begin with 'RATE-', as its chapter does",
        ),
        (
            'id = "RATE-004"',
            'id = "RATE-4"',
            r'[requirement.RATE-4] id has to be text of the form ^[A-Z]+-\d{3}$, it is "RATE-4"',
        ),
        (
            'level = "MUST"',
            'level = "must"',
            "[requirement.RATE-004] level has to be 'MUST', 'SHOULD' or 'MAY', it is \"must\"",
        ),
        (
            'impact = "high"',
            'impact = "hihg"',
            (
                "[requirement.RATE-004] impact has to be 'critical', 'high', 'medium' or 'low', it is \"hihg\"; "
                "did you mean 'high'?"
            ),
        ),
        ('["process"]', '["process", "process"]', "[requirement.RATE-004] needs names 'process' twice"),
        ('["process"]', '"process"', '[requirement.RATE-004] needs has to be array, it is "process"'),
        (
            '["risk mitigation", "roadmap 1.1"]',
            "[]",
            "[requirement.RATE-004] source has to be a list of 1 or more entries, it is []",
        ),
        (
            '"N + k requests sent at once admit exactly N."',
            '""',
            '[requirement.RATE-004] statement has to be text of 1 or more characters, it is ""',
        ),
        (
            '"N + k requests sent at once admit exactly N."',
            '" "',
            "[requirement.RATE-004] statement has spaces around it: ' '",
        ),
        (
            '"Count atomically."',
            '"Count atomically. "',
            "[requirement.RATE-004] likely_fix has spaces around it: 'Count atomically. '",
        ),
        (
            '"An attacker sends in parallel."',
            "7",
            "[requirement.RATE-004] rationale has to be text, it is 7",
        ),
        (
            '["rate_window"]',
            '["rate_windw"]',
            (
                "[requirement.RATE-004] policies names 'rate_windw', which catalogue.toml does not define; "
                "did you mean 'rate_window'?"
            ),
        ),
        (
            '"no check yet"',
            '"later"',
            "[requirement.RATE-004] unchecked has to be '' or 'no check yet', it is \"later\"",
        ),
        (
            'operator = "="',
            'operator = "=="',
            (
                "[requirement.RATE-004.metric] operator has to be '<', '<=', '=', '>=' or '>', it is \"==\"; "
                "did you mean '='?"
            ),
        ),
        ("limit = 100", 'limit = "100"', '[requirement.RATE-004.metric] limit has to be number, it is "100"'),
        ("limit = 100", "limit = true", "[requirement.RATE-004.metric] limit has to be number, it is true"),
        ("limit = 100", "limit = nan", "[requirement.RATE-004.metric] limit has to be a finite number, it is NaN"),
        (
            "limit = 100",
            "limit = 100\nlimt = 1",
            "unknown key [requirement.RATE-004.metric] limt; did you mean 'limit'?",
        ),
        (
            '["concurrency", "operations"]',
            '["concurrency", "operation"]',
            (
                "[requirement.RATE-004] spans[1] has to be 'operations', 'versions', 'methods', 'identities', 'pages', "
                "'values', 'states', 'repetition', 'moments', 'concurrency', 'headers' or 'variants', "
                "it is \"operation\"; did you mean 'operations'?"
            ),
        ),
        (
            '["concurrency", "operations"]',
            '["concurrency", "concurrency"]',
            "[requirement.RATE-004] spans names 'concurrency' twice",
        ),
        (
            '["concurrency", "operations"]',
            '["concurrency", "operations", "moments"]',
            "[requirement.RATE-004] not_spanned has 'moments', which is among its spans; leave it in one of them",
        ),
        (
            '["concurrency", "operations"]',
            "[]",
            (
                "[requirement.RATE-004] spans leaves out operations, concurrency; "
                "name each there, or give its reason in not_spanned or in [chapter.not_spanned]"
            ),
        ),
        (
            "repetition = ",
            "repetitions = ",
            "unknown key [requirement.RATE-004.not_spanned] repetitions; did you mean 'repetition'?",
        ),
        (
            '"any one client"',
            '"irrelevant"',
            "[requirement.RATE-004.not_spanned] identities has to be a reason of 2 to 6 words, it is 'irrelevant'",
        ),
        (
            '"any one client"',
            '"it is the same for every client"',
            (
                "[requirement.RATE-004.not_spanned] identities has to be a reason of 2 to 6 words, "
                "it is 'it is the same for every client'"
            ),
        ),
    ],
)
def test_a_wrong_entry_is_refused(tmp_path: Path, right: str, wrong: str, sentence: str) -> None:
    assert ENTRY.count(right) == 1
    assert refusal(write_catalogue(tmp_path, entries=ENTRY.replace(right, wrong))) == f"rate.toml: {sentence}"


@pytest.mark.parametrize(
    ("scheme", "reference"),
    [
        ("asvs", "3.4.6"),
        ("asvs", "v4.0.3-3.4.6"),
        ("owasp_api", "API11:2023"),
        ("owasp_api", "API4"),
        ("nist", "SC5"),
        ("nist", "SI-4(5"),
    ],
)
def test_a_reference_in_another_form_is_refused(tmp_path: Path, scheme: str, reference: str) -> None:
    entries = f'{ENTRY}\n[requirement.references]\n{scheme} = ["{reference}"]\n'
    sentence = refusal(write_catalogue(tmp_path, entries=entries))
    assert sentence.startswith(f"rate.toml: [requirement.RATE-004.references] {scheme}[0] has to be text of the form ^")
    assert sentence.endswith(f', it is "{reference}"')


def test_an_id_that_stands_twice_is_refused(tmp_path: Path) -> None:
    sentence = refusal(write_catalogue(tmp_path, entries=ENTRY + ENTRY))
    assert sentence == "rate.toml: [requirement.RATE-004] id is used twice; give each requirement an id of its own"


def test_an_entry_that_is_no_table_is_refused(tmp_path: Path) -> None:
    folder = write_catalogue(tmp_path)
    (folder / "rate.toml").write_text('requirement = ["x"]\n' + HEAD, encoding="utf-8")
    assert refusal(folder) == 'rate.toml: requirement[0] has to be an object, it is "x"'


@settings(deadline=None)
@given(key=st.sampled_from(REQUIRED), value=st.sampled_from(["true", "7", "1.5", "{}", "[[]]", "[1]", '""', "[true]"]))
def test_a_value_of_the_wrong_type_is_an_error_of_the_catalogue_and_of_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, key: str, value: str
) -> None:
    entries = without(ENTRY, key).replace("[[requirement]]\n", f"[[requirement]]\n{key} = {value}\n")
    sentence = refusal(write_catalogue(tmp_path_factory.mktemp("catalogue"), entries=entries))
    assert sentence.startswith("rate.toml: [requirement.")
    assert key in sentence


@settings(deadline=None)
@given(spoken=st.sets(st.sampled_from(Span)), reasoned=st.sets(st.sampled_from(Span)))
def test_a_span_in_neither_or_in_both_is_refused_and_everything_else_is_read(
    tmp_path_factory: pytest.TempPathFactory, spoken: set[Span], reasoned: set[Span]
) -> None:
    """Without a chapter's reasons, an entry is accepted exactly where spans and not_spanned divide all spans."""
    head, _, _ = HEAD.partition("\n[chapter.not_spanned]")
    before, _, rest = ENTRY.partition("[requirement.not_spanned]")
    _, metric, limit = rest.partition("[requirement.metric]")
    named = ", ".join(f'"{span}"' for span in spoken)
    reasons = "".join(f'{span} = "one case only"\n' for span in reasoned)
    entries = before.replace('["concurrency", "operations"]', f"[{named}]")
    entries += f"[requirement.not_spanned]\n{reasons}{metric}{limit}"
    folder = write_catalogue(tmp_path_factory.mktemp("catalogue"), head=head, entries=entries)
    if spoken & reasoned:
        assert "leave it in one of them" in refusal(folder)
    elif set(Span) - spoken - reasoned:
        assert "[requirement.RATE-004] spans leaves out " in refusal(folder)
    else:
        assert set(load_catalogue(folder).get("RATE-004").spanned) == spoken
