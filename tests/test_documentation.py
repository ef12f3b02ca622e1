"""Pages of the project name files that are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]
PAGES = sorted([PROJECT / "README.md", *(PROJECT / "docs").glob("*.md")])
PLACE = re.compile(r"`((?:spec|load|reports|reference_app|tests|docs)/[\w./-]+)`")
LINK = re.compile(r"\]\((?!https?:)([^)#]+)")
NOT_THERE = ("reports/runs", "reports/latest", "spec/target/windows/queue_window.py")
"""Made by runs, or by the reader of a recipe."""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_names_files_that_are_there(page: Path) -> None:
    text = page.read_text()
    named = [PROJECT / place for place in PLACE.findall(text) if not place.startswith(NOT_THERE)]
    linked = [page.parent / link for link in LINK.findall(text)]
    assert [str(one) for one in (*named, *linked) if not one.exists()] == []


def test_the_walks_of_the_architecture_are_of_twelve_files_each() -> None:
    text = (PROJECT / "docs" / "architecture.md").read_text()
    _, *walks = text.split("twelve files\n")
    assert [len(re.findall(r"^\| `[\w/.]+\.(?:py|toml)`", walk.split("## ")[0], re.MULTILINE)) for walk in walks] == [
        12,
        12,
    ]
