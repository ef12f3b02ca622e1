"""What a kill rests on: which change makes which entry stale."""

from __future__ import annotations

from pathlib import Path

import pytest

from spec.catalogue import Catalogue, load_catalogue
from spec.falsify.check_files import CheckFiles, find_check_files
from spec.falsify.digests import (
    APPARATUS,
    CHECK_FRAME,
    DECIDES_NOTHING,
    DOCUMENT,
    FAULT_FRAME,
    LABORATORY,
    LOCK,
    PROJECT,
    Digests,
)
from spec.falsify.sources import Sources
from tests.support.small_project import FILES, write_project
from tests.support.small_run import write_specification

IDS = ("RATE-001", "RATE-002", "RATE-011", "RATE-012")
LOADS = {"RATE-011", "RATE-012"}
RATES = {"RATE-001", "RATE-002"}
CHECKS = RATES | LOADS
WRONG = {"fault", "null"}
ALL = CHECKS | WRONG

DEPENDENTS: dict[str, set[str]] = {
    "conftest.py": CHECKS,
    "requirements.lock": {"shop"},
    "reference_app/stock.py": {"shop"},
    "spec/__init__.py": ALL,
    "spec/__main__.py": CHECKS,
    "spec/run/run_command.py": CHECKS,
    "spec/falsify/kills.py": set(),
    "spec/falsify/fault_files.py": WRONG,
    "spec/run/check_progress.py": set(),
    "spec/words.py": set(),
    "spec/checking/outcomes.py": CHECKS,
    "spec/checking/examination.py": CHECKS,
    "spec/checking/judging.py": CHECKS,
    "spec/run/plugin.py": CHECKS,
    "spec/target/__init__.py": CHECKS,
    "spec/target/shop.py": CHECKS,
    "spec/target/reference.toml": CHECKS,
    "spec/target/profile/profile_reading.py": CHECKS,
    "spec/target/adapters/__init__.py": CHECKS,
    "spec/target/adapters/rest/__init__.py": CHECKS,
    "spec/target/adapters/rest/answer_fields.py": CHECKS,
    "spec/model/__init__.py": LOADS,
    "spec/model/cart.py": LOADS,
    "spec/checks/__init__.py": RATES,
    "spec/checks/helper.py": {"RATE-001"},
    "spec/checks/other.py": {"RATE-002"},
    "spec/checks/test_one.py": {"RATE-001"},
    "spec/checks/deep/__init__.py": {"RATE-002"},
    "spec/checks/deep/conftest.py": {"RATE-002"},
    "spec/checks/deep/test_two.py": {"RATE-002"},
    "load/__init__.py": LOADS,
    "load/__main__.py": LOADS,
    "load/plans/reference.json": LOADS,
    "load/objectives/__init__.py": LOADS,
    "load/objectives/planning.py": LOADS,
    "load/objectives/conftest.py": LOADS,
    "load/objectives/test_load.py": LOADS,
    "reports/__init__.py": CHECKS,
    "reports/verdicts.py": CHECKS,
    "reports/page.py": set(),
    "spec/falsify/__init__.py": WRONG,
    "spec/falsify/patching.py": {"fault"},
    "spec/falsify/faulty_wsgi.py": {"fault"},
    "spec/falsify/experiment_run.py": WRONG,
    "spec/falsify/finding.py": WRONG,
    "spec/falsify/experiments.py": set(),
    "spec/falsify/fault_settings.py": WRONG,
    "spec/falsify/falsify_command.py": set(),
    "spec/falsify/laboratory.py": WRONG,
    "spec/falsify/shop_document.py": {"null"},
    "spec/falsify/nulls/__init__.py": {"null"},
    "spec/falsify/nulls/null_server.py": {"null"},
    "spec/falsify/shops/__init__.py": {"fault"},
    "spec/falsify/shops/race.py": {"fault"},
}


def read_catalogue(folder: Path) -> Catalogue:
    """Two requirements with checks of their own, and two that one load serves."""
    write_specification(folder, "", IDS)
    return load_catalogue(folder / "catalogue")


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    """The catalogue of the small project."""
    return read_catalogue(tmp_path / "small")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The small project."""
    return write_project(tmp_path / "project")


def all_digests(catalogue: Catalogue, project: Path) -> dict[str, str]:
    """Each digest by what it is of."""
    digests = Digests(catalogue, project)
    of_checks = {requirement: digests.check(requirement) for requirement in IDS}
    fault = digests.fault(project / "spec/falsify/shops/race.py")
    return {**of_checks, "fault": fault, "null": digests.nulls, "shop": digests.shop}


def changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    """The names whose digests differ."""
    return {name for name in before if before[name] != after[name]}


@pytest.mark.parametrize("file", FILES)
def test_a_changed_file_changes_exactly_the_digests_of_what_rests_on_it(
    catalogue: Catalogue, project: Path, file: str
) -> None:
    before = all_digests(catalogue, project)
    path = project / file
    path.write_text(f"{path.read_text()}\n# changed\n")
    assert changed(before, all_digests(catalogue, project)) == DEPENDENTS[file]


@pytest.mark.parametrize(
    ("requirement", "dependents"),
    [("RATE-001", {"RATE-001"}), ("RATE-011", LOADS)],
    ids=["a check of its own", "a shared load"],
)
def test_a_changed_entry_of_the_catalogue_changes_what_is_judged_by_it(
    catalogue: Catalogue, project: Path, tmp_path: Path, requirement: str, dependents: set[str]
) -> None:
    before = all_digests(catalogue, project)
    chapter = tmp_path / "small/catalogue/rate.toml"
    chapter.write_text(chapter.read_text().replace(f"{requirement} holds.", f"{requirement} holds always."))
    assert changed(before, all_digests(load_catalogue(tmp_path / "small/catalogue"), project)) == dependents


def test_the_shop_has_another_digest_when_a_file_is_renamed_but_not_for_compiled_files(
    catalogue: Catalogue, project: Path
) -> None:
    shop = project / "reference_app"
    first = Digests(catalogue, project).shop
    (shop / "__pycache__").mkdir()
    (shop / "__pycache__" / "stock.pyc").write_bytes(b"x")
    (shop / "stock.pyo").write_bytes(b"x")
    assert Digests(catalogue, project).shop == first
    (shop / "stock.py").rename(shop / "stocks.py")
    assert Digests(catalogue, project).shop != first


def test_a_digest_does_not_depend_on_the_order_in_which_files_are_named(project: Path) -> None:
    sources = Sources(project)
    files = sources.find("spec", "*.py")
    assert sources.digest(files) == sources.digest(reversed(files)) == sources.digest([*files, *files])
    assert sources.digest(files, "a", "b") != sources.digest(files, "ab")


def test_checks_are_found_by_their_marks_and_their_effects_taken_together(project: Path) -> None:
    assert find_check_files(Sources(project)) == {
        "RATE-001": CheckFiles(frozenset({"spec/checks/test_one.py"}), frozenset({"reads"})),
        "RATE-002": CheckFiles(frozenset({"spec/checks/deep/test_two.py"}), frozenset({"writes", "breaks"})),
        "RATE-011": CheckFiles(frozenset({"load/objectives/test_load.py"}), frozenset({"loads"})),
        "RATE-012": CheckFiles(frozenset({"load/objectives/test_load.py"}), frozenset({"loads"})),
    }


def test_a_file_that_is_no_python_stands_for_itself(catalogue: Catalogue, project: Path) -> None:
    before = all_digests(catalogue, project)
    (project / "spec/checks/helper.py").write_text("def")
    broken = all_digests(catalogue, project)
    assert changed(before, broken) == {"RATE-001"}
    (project / "spec/checks/helper.py").write_bytes(b"\0")
    assert changed(broken, all_digests(catalogue, project)) == {"RATE-001"}


def test_what_loads_is_known_from_its_effects(catalogue: Catalogue, project: Path) -> None:
    assert Digests(catalogue, project).loading == LOADS


def test_every_checked_requirement_of_the_real_catalogue_is_found_and_every_file_named_here_exists() -> None:
    sources = Sources(PROJECT)
    checked = {one.id for one in load_catalogue().requirements if not one.unchecked}
    assert set(find_check_files(sources)) == checked
    named = (*CHECK_FRAME, *FAULT_FRAME, *APPARATUS, *DECIDES_NOTHING, LABORATORY, DOCUMENT, LOCK)
    assert [one for one in named if not (PROJECT / one).exists()] == []


def test_imports_are_followed_in_every_form_and_only_in_the_project(tmp_path: Path) -> None:
    for name, content in {
        "spec/__init__.py": "",
        "spec/a.py": "import os, spec.b.c as d\ntry:\n    from spec import e\nexcept ImportError:\n    import json",
        "spec/b/__init__.py": "from . import f\nfrom .f import anything\nfrom .. import g",
        "spec/b/c.py": "def late():\n    from ..h import i",
        "spec/b/f.py": "import reference_app.stock",
        "spec/e.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import spec.j\nelse:\n    import spec.k",
        **{f"spec/{name}.py": "" for name in "ghjk"},
        "reference_app/stock.py": "",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    found = Sources(tmp_path, ignored=["spec/k.py"]).closure(["spec/a.py"])
    inner = {"spec/b/__init__.py", "spec/b/c.py", "spec/b/f.py"}
    assert found == {"spec/__init__.py", "spec/a.py", "spec/e.py", "spec/g.py", "spec/h.py", *inner}
