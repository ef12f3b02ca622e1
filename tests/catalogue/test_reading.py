"""A catalogue is read from its files, and one whose index, chapter or file is wrong is refused with one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spec.catalogue import CatalogueError, Impact, Level, Need, load_catalogue
from tests.catalogue.files import ENTRY, HEAD, INDEX, refusal, write_catalogue

if TYPE_CHECKING:
    from pathlib import Path


def test_a_valid_catalogue_is_read(tmp_path: Path) -> None:
    catalogue = load_catalogue(write_catalogue(tmp_path))
    requirement = catalogue.get("RATE-004")
    assert catalogue.version == "1.2.3"
    assert (requirement.level, requirement.impact, requirement.needs) == (Level.MUST, Impact.HIGH, (Need.PROCESS,))
    assert requirement.source == ("risk mitigation", "roadmap 1.1")
    assert requirement.references == {"rfc": ("RFC 6585",), "cwe": ("CWE-770",)}
    assert (requirement.file, requirement.line) == ("spec/catalogue/requirements/rate.toml", 20)


@pytest.mark.parametrize(
    ("right", "wrong", "sentence"),
    [
        ('id = "RATE"', 'id = "HDR"', "[requirement.RATE-004] id has to begin with 'HDR-', as its chapter does"),
        ('why = "', 'whi = "x"\nwhy = "', "unknown key [chapter] whi; did you mean 'why'?"),
        ('title = "Rate limiting"\n', "", "[chapter] title is missing"),
        (
            '"RFC 6585"',
            '"rfc6585"',
            r'[chapter.references] rfc[0] has to be text of the form ^RFC \d+$, it is "rfc6585"',
        ),
        ("cwe = ", "cve = ", "unknown key [chapter.references] cve; did you mean 'cwe'?"),
        (
            "headers = ",
            "paths = ",
            "unknown key [chapter.not_spanned] paths; did you mean 'pages'?",
        ),
    ],
)
def test_a_wrong_head_is_refused(tmp_path: Path, right: str, wrong: str, sentence: str) -> None:
    assert refusal(write_catalogue(tmp_path, head=HEAD.replace(right, wrong))) == f"rate.toml: {sentence}"


def test_a_chapter_in_another_chapters_file_is_refused(tmp_path: Path) -> None:
    sentence = refusal(
        write_catalogue(tmp_path, head=HEAD.replace("RATE", "HDR"), entries=ENTRY.replace("RATE", "HDR"))
    )
    assert sentence == "rate.toml: [chapter] id has to be 'RATE' in this file, it is 'HDR'"


@pytest.mark.parametrize(
    ("right", "wrong", "sentence"),
    [
        ('version = "1.2.3"', 'version = "1.2"', r'version has to be text of the form ^\d+\.\d+\.\d+$, it is "1.2"'),
        ('version = "1.2.3"', 'versions = "1.2.3"', "unknown key versions; did you mean 'version'?"),
        ('version = "1.2.3"\n', "", "version is missing"),
        (
            'chapters = ["RATE"]',
            'chapters = ["RATE"]\nauthor = "x"',
            "unknown key author; known are areas, chapters, policies, settings, version",
        ),
        ('chapters = ["RATE"]', "chapters = []", "chapters has to be a list of 1 or more entries, it is []"),
        ('chapters = ["RATE"]', 'chapters = ["RATE", "RATE"]', "chapters names 'RATE' twice"),
        ('chapters = ["RATE"]', 'chapters = ["rate"]', 'chapters[0] has to be text of the form ^[A-Z]+$, it is "rate"'),
        (
            '"How a window runs."',
            '""',
            '[policies.rate_window] meaning has to be text of 1 or more characters, it is ""',
        ),
        (
            'security = ["RATE"]',
            'security = ["RAET"]',
            "[areas] security names 'RAET', which is no chapter and no requirement; did you mean 'RATE'?",
        ),
        ('security = ["RATE"]', "security = []", "[areas] leaves out RATE-004; name its chapter in one of them"),
        (
            '"choice"',
            '"chioce"',
            (
                "[policies.rate_window] kind has to be 'choice', 'number', 'count', 'texts', 'file' or 'arrivals', "
                "it is \"chioce\"; did you mean 'choice'?"
            ),
        ),
        (
            '["sliding", "clock"]',
            "[]",
            "[policies] rate_window is of the kind 'choice' and needs the key 'values', with one value at least",
        ),
        (
            '["sliding", "clock"]',
            '["sliding"]\nleast = 1',
            "[policies] rate_window is of the kind 'choice', which has no key 'least'",
        ),
        ('"Requests in a short window."', "9", "[settings] burst_limit has to be text, it is 9"),
    ],
)
def test_a_wrong_index_is_refused(tmp_path: Path, right: str, wrong: str, sentence: str) -> None:
    assert INDEX.count(right) == 1
    assert refusal(write_catalogue(tmp_path, index=INDEX.replace(right, wrong))) == f"catalogue.toml: {sentence}"


def test_a_requirement_that_an_area_names_belongs_to_no_other(tmp_path: Path) -> None:
    index = INDEX.replace('security = ["RATE"]', 'limits = ["RATE"]\nflood = ["RATE-005"]')
    entries = ENTRY + ENTRY.replace("RATE-004", "RATE-005")
    catalogue = load_catalogue(write_catalogue(tmp_path, index=index, entries=entries))
    assert catalogue.areas == {"limits": ("RATE-004",), "flood": ("RATE-005",)}


def test_a_chapter_without_requirements_is_refused(tmp_path: Path) -> None:
    empty = write_catalogue(tmp_path, head="requirement = []\n" + HEAD, entries="")
    assert refusal(empty) == "rate.toml: requirement has to be a list of 1 or more entries, it is []"
    assert refusal(write_catalogue(tmp_path, entries="")) == "rate.toml: requirement is missing"


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    folder = write_catalogue(tmp_path)
    (folder / "rate.toml").unlink()
    assert refusal(folder) == (f"rate.toml: the file cannot be read (No such file or directory); put it into {folder}")
    assert refusal(tmp_path / "nowhere").startswith("catalogue.toml: the file cannot be read")


def test_a_file_that_is_no_toml_or_no_text_is_named(tmp_path: Path) -> None:
    folder = write_catalogue(tmp_path)
    (folder / "rate.toml").write_text("[chapter", encoding="utf-8")
    assert refusal(folder).startswith("rate.toml: this is not valid TOML (")
    (folder / "rate.toml").write_bytes(b'x = "\xff"')
    assert refusal(folder) == "rate.toml: the file is not UTF-8 (byte 5); save it as UTF-8"


def test_a_file_that_no_chapter_owns_is_refused(tmp_path: Path) -> None:
    folder = write_catalogue(tmp_path)
    (folder / "hdr.toml").write_text("", encoding="utf-8")
    assert refusal(folder) == "catalogue.toml: chapters does not name the chapter of hdr.toml; name every chapter"


@settings(deadline=None)
@given(text=st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_any_text_in_place_of_a_chapter_is_refused_with_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    folder = write_catalogue(tmp_path_factory.mktemp("catalogue"))
    (folder / "rate.toml").write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"^rate\.toml: "):
        load_catalogue(folder)
