"""A catalogue that is wrong in one way is refused with one sentence that says where, and what would be right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spec.catalogue import CatalogueError, Impact, Level, Need, load_catalogue
from tests.catalogue.files import ENTRY, HEAD, INDEX, write_catalogue

if TYPE_CHECKING:
    from pathlib import Path

REQUIRED = ("id", "title", "level", "impact", "statement", "rationale", "source", "needs", "twin", "likely_fix")
METRIC_KEYS = ("title", "statistic", "operator", "limit", "unit")


def refusal(folder: Path) -> str:
    """The sentence with which the catalogue in ``folder`` is refused."""
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(folder)
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


def without(text: str, key: str, *, after: str = "") -> str:
    """``text`` without the first line that sets ``key`` behind ``after``."""
    before, mark, rest = text.partition(after) if after else ("", "", text)
    lines = rest.splitlines(keepends=True)
    line = next(line for line in lines if line.startswith(f"{key} = "))
    lines.remove(line)
    return before + mark + "".join(lines)


def test_a_valid_catalogue_is_read(tmp_path: Path) -> None:
    catalogue = load_catalogue(write_catalogue(tmp_path))
    requirement = catalogue.get("RATE-004")
    assert catalogue.version == "1.2.3"
    assert (requirement.level, requirement.impact, requirement.needs) == (Level.MUST, Impact.HIGH, (Need.PROCESS,))
    assert requirement.source == ("risk mitigation", "roadmap 1.1")
    assert requirement.references == {"rfc": ("RFC 6585",), "cwe": ("CWE-770",)}
    assert requirement.line == 11


def test_references_of_a_requirement_take_the_place_of_its_chapters(tmp_path: Path) -> None:
    entries = ENTRY + '\n[requirement.references]\nasvs = ["v5.0.0-2.4.1"]\n'
    catalogue = load_catalogue(write_catalogue(tmp_path, entries=entries))
    assert catalogue.get("RATE-004").references == {"asvs": ("v5.0.0-2.4.1",)}


@pytest.mark.parametrize("key", REQUIRED)
def test_a_missing_key_is_named(tmp_path: Path, key: str) -> None:
    sentence = refusal(write_catalogue(tmp_path, entries=without(ENTRY, key)))
    assert sentence.startswith("rate.toml, requirement 1, " if key == "id" else "rate.toml, RATE-004, ")
    assert f'key "{key}": it is missing' in sentence


@pytest.mark.parametrize("key", METRIC_KEYS)
def test_a_missing_key_of_a_metric_is_named(tmp_path: Path, key: str) -> None:
    sentence = refusal(write_catalogue(tmp_path, entries=without(ENTRY, key, after="[requirement.metric]")))
    assert sentence == f'rate.toml, RATE-004, metric, key "{key}": it is missing; every such entry must have it.'


@pytest.mark.parametrize(
    ("right", "wrong", "where", "problem"),
    [
        ('title = "Exact', 'titel = "x"\ntitle = "Exact', "rate.toml, RATE-004", 'key "titel": it is unknown'),
        ('id = "RATE-004"', 'id = "HDR-004"', "rate.toml, HDR-004", r"it must match RATE-\d{3}"),
        ('id = "RATE-004"', 'id = "RATE-4"', "rate.toml, RATE-4", r"it must match RATE-\d{3}"),
        ('level = "MUST"', 'level = "must"', "rate.toml, RATE-004", "one of: MUST, SHOULD, MAY"),
        ('impact = "high"', 'impact = "huge"', "rate.toml, RATE-004", "one of: critical, high, medium, low"),
        ('["process"]', '["database"]', "rate.toml, RATE-004", "'database' is unknown; right would be one of: admin,"),
        ('["process"]', '["process", "process"]', "rate.toml, RATE-004", "'process' stands there twice"),
        ('["process"]', '"process"', "rate.toml, RATE-004", "is no list"),
        ('["process"]', "[1]", "rate.toml, RATE-004", "1 is no text"),
        ('"roadmap 1.1"', '"roadmap 5.1"', "rate.toml, RATE-004", "'roadmap 5.1' is unknown"),
        ('["risk mitigation", "roadmap 1.1"]', "[]", "rate.toml, RATE-004", "name where the requirement comes from"),
        ('"N + k requests sent at once admit exactly N."', '""', "rate.toml, RATE-004", 'key "statement": it is empty'),
        (
            '"N + k requests sent at once admit exactly N."',
            '" "',
            "rate.toml, RATE-004",
            'key "statement": it is empty',
        ),
        ('"Count atomically."', '"Count atomically. "', "rate.toml, RATE-004", "has spaces around it"),
        ('"An attacker sends in parallel."', "7", "rate.toml, RATE-004", '"rationale": 7 is no text'),
        ('["rate_window"]', '["window"]', "rate.toml, RATE-004", "right would be one of: rate_window"),
        ('"no check yet"', '"later"', "rate.toml, RATE-004", "one of: no check yet"),
        ("start = ", "boot = ", "rate.toml, RATE-004, needs_when", "'boot' is unknown"),
        ("start = ", "process = ", "rate.toml, RATE-004, needs_when", "it is needed in any case already"),
        ('operator = "="', 'operator = "=="', "rate.toml, RATE-004, metric", "one of: <, <=, =, >=, >"),
        ("limit = 100", 'limit = "100"', "rate.toml, RATE-004, metric", "'100' is no number"),
        ("limit = 100", "limit = true", "rate.toml, RATE-004, metric", "True is no number"),
        ("limit = 100", "limit = nan", "rate.toml, RATE-004, metric", "nan is no number"),
        ("limit = 100", "limit = 100\nbound = 1", "rate.toml, RATE-004, metric", 'key "bound": it is unknown'),
    ],
)
def test_a_wrong_entry_is_refused(tmp_path: Path, right: str, wrong: str, where: str, problem: str) -> None:
    assert ENTRY.count(right) == 1
    sentence = refusal(write_catalogue(tmp_path, entries=ENTRY.replace(right, wrong)))
    assert sentence.startswith(f"{where}, key ")
    assert problem in sentence


@pytest.mark.parametrize(
    ("right", "wrong", "problem"),
    [
        ('id = "RATE"', 'id = "HDR"', "\"id\": 'HDR' is unknown; right would be one of: RATE"),
        ('why = "', 'reason = "x"\nwhy = "', '"reason": it is unknown'),
        ('title = "Rate limiting"\n', "", '"title": it is missing'),
        ('"RFC 6585"', '"rfc6585"', "'rfc6585' has the wrong form"),
        ('"CWE-770"', '"770"', "'770' has the wrong form"),
        ("cwe = ", "cve = ", "'cve' is unknown; right would be one of: rfc, asvs,"),
    ],
)
def test_a_wrong_head_is_refused(tmp_path: Path, right: str, wrong: str, problem: str) -> None:
    sentence = refusal(write_catalogue(tmp_path, head=HEAD.replace(right, wrong)))
    assert sentence.startswith("rate.toml, the chapter, ")
    assert problem in sentence


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
    assert sentence.startswith(f'rate.toml, RATE-004, references, key "{scheme}": {reference!r} has the wrong form')


@pytest.mark.parametrize(
    ("right", "wrong", "problem"),
    [
        ('version = "1.2.3"', 'version = "1.2"', "\"version\": '1.2' has the wrong form"),
        ('version = "1.2.3"', 'versions = "1.2.3"', '"version": it is missing'),
        ('chapters = ["RATE"]', 'chapters = ["RATE"]\nauthor = "x"', '"author": it is unknown'),
        ('chapters = ["RATE"]', "chapters = []", '"chapters": it is empty'),
        ('chapters = ["RATE"]', 'chapters = ["RATE", "RATE"]', "'RATE' stands there twice"),
        ('chapters = ["RATE"]', 'chapters = ["rate"]', "'rate' has the wrong form"),
        ('"How a window runs."', '""', '"meaning": it is empty'),
        ('security = ["RATE"]', 'security = ["RAET"]', "'RAET' is unknown; right would be one of: RATE, RATE-004"),
        ('security = ["RATE"]', "security = []", "RATE-004 is in no area; name its chapter in one of them"),
        ('"choice"', '"chioce"', "'chioce' is unknown; right would be one of: choice, number,"),
        ('["sliding", "clock"]', "[]", '"values": it is empty; name what may be chosen'),
        ('["sliding", "clock"]', '["sliding"]\nleast = 1', '"least": it is unknown'),
        ('"Requests in a short window."', "9", '"burst_limit": 9 is no text'),
    ],
)
def test_a_wrong_index_is_refused(tmp_path: Path, right: str, wrong: str, problem: str) -> None:
    sentence = refusal(write_catalogue(tmp_path, index=INDEX.replace(right, wrong)))
    assert sentence.startswith("catalogue.toml, ")
    assert problem in sentence


def test_a_requirement_that_an_area_names_belongs_to_no_other(tmp_path: Path) -> None:
    index = INDEX.replace('security = ["RATE"]', 'limits = ["RATE"]\nflood = ["RATE-005"]')
    entries = ENTRY + ENTRY.replace("RATE-004", "RATE-005")
    catalogue = load_catalogue(write_catalogue(tmp_path, index=index, entries=entries))
    assert catalogue.areas == {"limits": ("RATE-004",), "flood": ("RATE-005",)}


def test_an_id_that_stands_twice_is_refused(tmp_path: Path) -> None:
    sentence = refusal(write_catalogue(tmp_path, entries=ENTRY + ENTRY))
    assert sentence == (
        'rate.toml, RATE-004, key "id": RATE-004 stands there twice; give each requirement an id of its own.'
    )


def test_a_chapter_without_requirements_is_refused(tmp_path: Path) -> None:
    empty = write_catalogue(tmp_path, head="requirement = []\n" + HEAD, entries="")
    assert "a chapter must have requirements" in refusal(empty)
    assert 'key "requirement": it is missing' in refusal(write_catalogue(tmp_path, entries=""))


def test_an_entry_that_is_no_table_is_refused(tmp_path: Path) -> None:
    folder = write_catalogue(tmp_path)
    (folder / "rate.toml").write_text('requirement = ["x"]\n' + HEAD, encoding="utf-8")
    assert refusal(folder) == "rate.toml, requirement 1: this must be a table, not 'x'."


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    folder = write_catalogue(tmp_path)
    (folder / "rate.toml").unlink()
    assert refusal(folder).startswith("rate.toml: the file cannot be read (No such file or directory)")
    assert refusal(tmp_path / "nowhere").startswith("catalogue.toml: the file cannot be read")


def test_a_file_that_is_no_toml_or_no_text_is_named(tmp_path: Path) -> None:
    folder = write_catalogue(tmp_path)
    (folder / "rate.toml").write_text("[chapter", encoding="utf-8")
    assert refusal(folder).startswith("rate.toml: this is not valid TOML (")
    (folder / "rate.toml").write_bytes(b'x = "\xff"')
    assert refusal(folder) == "rate.toml: the file is not UTF-8 (byte 5); save it as UTF-8."


def test_a_file_that_no_chapter_owns_is_refused(tmp_path: Path) -> None:
    folder = write_catalogue(tmp_path)
    (folder / "hdr.toml").write_text("", encoding="utf-8")
    assert "hdr.toml is not in it" in refusal(folder)


@settings(deadline=None)
@given(key=st.sampled_from(REQUIRED), value=st.sampled_from(["true", "7", "1.5", "{}", "[[]]", "[1]", '""', "[true]"]))
def test_a_value_of_the_wrong_type_is_an_error_of_the_catalogue_and_of_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, key: str, value: str
) -> None:
    entries = without(ENTRY, key).replace("[[requirement]]\n", f"[[requirement]]\n{key} = {value}\n")
    assert "rate.toml, " in refusal(write_catalogue(tmp_path_factory.mktemp("catalogue"), entries=entries))


@settings(deadline=None)
@given(text=st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_any_text_in_place_of_a_chapter_is_refused_with_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    folder = write_catalogue(tmp_path_factory.mktemp("catalogue"))
    (folder / "rate.toml").write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"^rate\.toml"):
        load_catalogue(folder)
