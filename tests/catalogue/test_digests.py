"""Digests: of a requirement, to which a waiver is bound, and of the whole catalogue."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import pytest

from spec.catalogue import Catalogue, Level, load_catalogue
from tests.catalogue.files import ENTRY, HEAD, write_catalogue

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    return load_catalogue(write_catalogue(tmp_path))


def test_the_digest_of_a_requirement_is_that_of_its_canonical_form(catalogue: Catalogue) -> None:
    canonical = (
        '{"level":"MUST","limits":["count","=",100.0,"requests"],'
        '"statement":"N + k requests sent at once admit exactly N."}'
    )
    assert catalogue.get("RATE-004").digest == hashlib.sha256(canonical.encode()).hexdigest()


@pytest.mark.parametrize(
    "change",
    [{"statement": "Something else."}, {"level": Level.SHOULD}, {"metric": None}],
    ids=["statement", "level", "limits"],
)
def test_statement_level_and_limits_change_the_digest(catalogue: Catalogue, change: dict[str, Any]) -> None:
    requirement = catalogue.get("RATE-004")
    assert requirement.model_copy(update=change).digest != requirement.digest


@pytest.mark.parametrize("change", [{"rationale": "x"}, {"note": "x"}, {"twin": "x"}, {"line": 1}, {"unchecked": ""}])
def test_words_around_the_rule_do_not_change_the_digest(catalogue: Catalogue, change: dict[str, Any]) -> None:
    requirement = catalogue.get("RATE-004")
    assert requirement.model_copy(update=change).digest == requirement.digest


def test_the_digest_of_the_catalogue_ignores_the_layout_of_its_files(catalogue: Catalogue, tmp_path: Path) -> None:
    comment = write_catalogue(
        tmp_path / "other", head="# A comment.\n\n" + HEAD, entries=ENTRY.replace(" = ", "   =  ")
    )
    assert load_catalogue(comment).sha256 == catalogue.sha256


@pytest.mark.parametrize(("word", "other"), [("As declared.", "As found."), ("any one client", "every client alike")])
def test_every_word_of_an_entry_changes_the_digest_of_the_catalogue(
    catalogue: Catalogue, tmp_path: Path, word: str, other: str
) -> None:
    changed = load_catalogue(write_catalogue(tmp_path / "other", entries=ENTRY.replace(word, other)))
    assert changed.sha256 != catalogue.sha256


def test_requirements_are_hashable_values(catalogue: Catalogue) -> None:
    assert len({catalogue.get("RATE-004"), catalogue.get("RATE-004")}) == 1
