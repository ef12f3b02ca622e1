"""The reference of profiles is what the models say, and the command that writes it also checks a profile."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import jsonschema
import pytest

from spec.catalogue import load_catalogue
from spec.target.profile.profile_command import main
from spec.target.profile.profile_reading import read_profile
from spec.target.profile.profile_reference import profile_schema, reference_tables, with_reference
from spec.target.profile.verb_reference import verb_tables
from tests.support.certificates import make_tls

PROJECT = Path(__file__).resolve().parents[2]
CATALOGUE = load_catalogue()
SCHEMA = json.loads(profile_schema(CATALOGUE))
PAGE = PROJECT / "docs" / "profiles.md"
ADAPTERS = PAGE.with_name("writing-an-adapter.md")
EXAMPLE = PAGE.read_text().partition("```toml\n")[2].partition("```")[0]


def is_right_by_schema(text: str) -> bool:
    """Tell if the JSON Schema takes a profile."""
    return not list(jsonschema.Draft202012Validator(SCHEMA).iter_errors(tomllib.loads(text)))


def test_page_and_schema_are_as_the_models_are() -> None:
    again = "write it again: python -m spec profile --write"
    for page, reference in ((PAGE, reference_tables()), (ADAPTERS, verb_tables())):
        assert with_reference(page.read_text(), reference) == page.read_text(), again
    committed = PROJECT / "docs" / "schemas" / "profile.schema.json"
    assert committed.read_text() == profile_schema(CATALOGUE), "write it again: python -m spec profile --write"
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_a_page_without_its_marks_is_not_written() -> None:
    with pytest.raises(ValueError, match="the page has no <!-- reference: begin"):
        with_reference("# Profiles\n", "tables")


def test_the_example_of_the_page_is_a_profile(tmp_path: Path) -> None:
    _, authority = make_tls(tmp_path / "tls")
    (tmp_path / "ca.pem").write_bytes(authority.read_bytes())
    (tmp_path / "target.toml").write_text(EXAMPLE)
    assert read_profile(tmp_path / "target.toml", CATALOGUE).name == "My shop"
    assert is_right_by_schema(EXAMPLE)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ('email = "staff', 'emial = "staff'),
        ('password = { variable = "STAFF_PASSWORD" }', 'password = "hidden"'),
        ('chapters = ["FLOW"', 'chapters = ["FLWO"'),
        ('"auto:browser"', '"auto:database"'),
        ('rate_window = "sliding"', 'rate_window = "slding"'),
        ("refresh_grace = 0", "refresh_grcae = 0"),
        ("timeout_seconds = 10", "timeout_seconds = 0"),
        ("reload =", "relaod ="),
    ],
)
def test_the_schema_refuses_what_the_reader_refuses(right: str, wrong: str) -> None:
    assert right in EXAMPLE
    assert not is_right_by_schema(EXAMPLE.replace(right, wrong))


def test_the_command_says_what_a_profile_grants_and_what_is_wrong_with_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "target.toml"
    text = 'schema_version = 2\nname = "Shop"\n[address]\nbase_url = "http://127.0.0.1:1"\n'
    path.write_text(
        f'{text}[claims]\ncapabilities = ["https", "auto:browser"]\n[windows.browser]\nexecutable = "none"\n'
    )
    assert main([str(path)]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == f"{path}: Shop, as profiles have to be"
    assert "  https     granted: the target grants https" in said
    assert "  admin     shut: the target does not grant admin" in said
    assert f"  browser   absent here: there is no browser at {tmp_path / 'none'}" in said
    path.write_text(text.replace("http:", "htp:"))
    assert main([str(path)]) == 2
    assert capsys.readouterr().err.startswith(f"profile: {path}: [address] base_url has to be an http or https URL")
    with pytest.raises(SystemExit) as wrong_use:
        main([])
    assert wrong_use.value.code == 2
