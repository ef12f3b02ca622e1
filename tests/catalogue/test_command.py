"""``python -m spec catalogue``: what it prints, its exit codes, and the generated page."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from spec.catalogue import load_catalogue
from spec.catalogue.catalogue_command import main
from spec.catalogue.listing import as_markdown, count_sentence
from tests.catalogue.files import ENTRY, write_catalogue

PAGE = Path(__file__).parents[2] / "docs" / "requirements.md"


def test_the_page_is_fresh() -> None:
    assert PAGE.read_text(encoding="utf-8") == as_markdown(load_catalogue()), "Write it anew: nox -s catalogue"


def test_the_page_shows_text_as_it_is(tmp_path: Path) -> None:
    entries = ENTRY.replace('"Count atomically."', "'Escape % _ * | < and \\ there.'")
    page = as_markdown(load_catalogue(write_catalogue(tmp_path, entries=entries)))
    assert r"- Likely fix: Escape % \_ \* \| \< and \\ there." in page
    assert "- Limit: Requests admitted, count = 100 requests" in page
    assert "- Needs: process, start (where a burst limit is in the way)" in page
    assert "- References: RFC 6585; CWE-770" in page
    assert "- *No check yet.*" in page


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
        "rate.toml, RATE-004, key \"level\": 'must' is unknown; right would be one of: MUST, SHOULD, MAY.\n"
    )
