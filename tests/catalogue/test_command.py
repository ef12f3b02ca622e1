"""`python -m spec catalogue`: what it prints, its exit codes, and the files that it generates."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from spec.catalogue import REQUIREMENTS_FOLDER, load_catalogue
from spec.catalogue.catalogue_command import main
from spec.catalogue.generated_files import generated_files
from spec.catalogue.listing import count_sentence
from spec.catalogue.requirement_pages import requirement_pages
from tests.catalogue.files import ENTRY, write_catalogue

DOCS = Path(__file__).parents[2] / "docs"


def test_every_generated_file_is_up_to_date() -> None:
    for path, text in generated_files(load_catalogue()).items():
        assert (DOCS / path).read_text(encoding="utf-8") == text, f"docs/{path} is stale: nox -s catalogue"


def test_there_is_a_page_for_each_chapter_and_no_other() -> None:
    wanted = {f"{chapter.id.lower()}.md" for chapter in load_catalogue().chapters}
    assert {page.name for page in (DOCS / "requirements").iterdir()} == wanted


def test_every_link_of_the_pages_leads_to_a_file() -> None:
    pages = [DOCS / path for path in requirement_pages(load_catalogue())]
    links = [(page, link) for page in pages for link in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8"))]
    assert len(links) >= 2 * (len(pages) - 1)
    for page, link in links:
        assert (page.parent / link).is_file(), f"{page}: {link}"


def test_the_page_shows_text_as_it_is(tmp_path: Path) -> None:
    entries = ENTRY.replace('"Count atomically."', "'Escape % _ * | < and \\ there.'")
    pages = requirement_pages(load_catalogue(write_catalogue(tmp_path, entries=entries)))
    page = pages["requirements/rate.md"].splitlines()
    assert r"- Likely fix: Escape % \_ \* \| \< and \\ there." in page
    assert "- Limit: Requests admitted, count = 100 requests" in page
    assert "- Needs: process" in page
    assert "- Spans: operations, concurrency" in page
    assert (
        "- Not spanned: versions (one budget for all), methods (one budget for all), identities (any one client), "
        "pages (no list is read), values (the budget counts requests), states (any state of budget), "
        "repetition (one burst is enough), moments (at one moment), headers (no header is chosen), "
        "variants (one kind of request)"
    ) in page
    assert "- References: RFC 6585; CWE-770" in page
    assert "- *No check yet.*" in page
    assert "| [RATE](requirements/rate.md) | Rate limiting | 1 | 0 |" in pages["requirements.md"].splitlines()


def schema_errors(schema: str, file: Path) -> list[str]:
    """Return what a committed schema refuses in a file of a catalogue."""
    content = json.loads((DOCS / "schemas" / schema).read_text(encoding="utf-8"))
    found = Draft202012Validator(content).iter_errors(tomllib.loads(file.read_text(encoding="utf-8")))
    return [error.json_path for error in found]


def test_the_schemas_accept_every_file_of_the_catalogue() -> None:
    for file in REQUIREMENTS_FOLDER.glob("*.toml"):
        schema = "catalogue.schema.json" if file.name == "catalogue.toml" else "requirements.schema.json"
        assert schema_errors(schema, file) == [], file.name


@pytest.mark.parametrize(
    ("right", "wrong", "place"),
    [
        ('level = "MUST"', 'level = "must"', "$.requirement[0].level"),
        ('needs = ["process"]', 'needs = ["process", "process"]', "$.requirement[0].needs"),
        ("note = ", "notes = ", "$.requirement[0]"),
        ("moments = ", "moment = ", "$.requirement[0].not_spanned"),
        ('id = "RATE-004"', 'id = "RATE-4"', "$.requirement[0].id"),
    ],
)
def test_the_schema_refuses_what_the_model_refuses(tmp_path: Path, right: str, wrong: str, place: str) -> None:
    assert ENTRY.count(right) == 1
    folder = write_catalogue(tmp_path, entries=ENTRY.replace(right, wrong))
    assert schema_errors("requirements.schema.json", folder / "rate.toml") == [place]


def test_the_table_has_a_row_for_every_requirement_and_counts_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    printed = capsys.readouterr().out
    for requirement in load_catalogue().requirements:
        assert f"  {requirement.id} " in printed
    assert count_sentence(load_catalogue()).split(";")[0] in printed


def test_json_holds_everything_and_the_digest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    catalogue = load_catalogue()
    assert printed["sha256"] == catalogue.sha256
    assert [entry["id"] for entry in printed["requirements"]] == [r.id for r in catalogue.requirements]
    assert printed["requirements"][0]["digest"] == catalogue.requirements[0].digest


def test_a_wrong_catalogue_is_exit_2_and_one_sentence(tmp_path: Path) -> None:
    folder = write_catalogue(tmp_path, entries=ENTRY.replace('level = "MUST"', 'level = "must"'))
    command = [sys.executable, "-m", "spec", "catalogue", "--folder", str(folder)]
    finished = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2])
    assert finished.returncode == 2
    assert finished.stdout == ""
    assert finished.stderr == (
        "rate.toml: [requirement.RATE-004] level has to be 'MUST', 'SHOULD' or 'MAY', it is \"must\"\n"
    )
