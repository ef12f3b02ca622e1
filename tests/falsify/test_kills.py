"""What falsify saw, whether it still holds, and what it has to try again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import spec.falsify.kills
from spec.catalogue import Catalogue, load_catalogue
from spec.checking.outcomes import Outcome
from spec.falsify import experiments as plan
from spec.falsify.digests import Digests
from spec.falsify.experiments import (
    Experiment,
    all_experiments,
    choose,
    forget_removed,
    is_fresh,
    stamp,
    without_faults,
)
from spec.falsify.fault_files import FaultFileError, find_faults
from spec.falsify.fault_settings import read_settings
from spec.falsify.kills import Kill, Kills, read_kills, write_kills
from spec.falsify.laboratory import divide
from spec.falsify.nulls.null_answers import NullKind
from tests.support.small_project import FAULT, write_project
from tests.support.small_run import write_specification

FORM = (
    'KILLS has to be a literal like {"RATE-001": "ADMITTED_BEYOND_BUDGET"}: each requirement with the outcome code by'
    " which its check has to turn red, or a tuple of codes"
)
KILL = Kill("race", "RATE-001", True, "fail", "OVERSOLD", "2026-03-01", "check", "fault", "shop")


@pytest.fixture
def shops(tmp_path: Path) -> Path:
    """A folder with one fault."""
    folder = tmp_path / "spec/falsify/shops"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("")
    (folder / "race.py").write_text(FAULT)
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project with a fault, checks and a shop."""
    return write_project(tmp_path / "project")


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    """Two requirements with checks and one without."""
    write_specification(tmp_path / "small", "", ["RATE-001", "RATE-002"])
    return load_catalogue(tmp_path / "small" / "catalogue")


def test_a_fault_is_read_from_its_file_without_running_it(shops: Path) -> None:
    (fault,) = find_faults(shops)
    assert (fault.id, fault.description) == ("race", "Stock is read, then written.")
    assert fault.kills == ("RATE-001", "RATE-002")
    assert fault.outcomes == {"RATE-001": {Outcome.OVERSOLD}, "RATE-002": {Outcome.OVERSOLD, Outcome.UNDERSOLD}}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ('KILLS = {"A-001": "STALE"}\n', "a fault needs a docstring that says what is wrong with its shop"),
        ('"""Wrong."""\n', "a fault needs a literal KILLS: the requirements that it breaks, and how"),
        ('"""Wrong."""\nKILLS = ("A-001",)\n', FORM),
        ('"""Wrong."""\nKILLS = {}\n', FORM),
        ('"""Wrong."""\nKILLS = {1: "STALE"}\n', FORM),
        ('"""Wrong."""\nKILLS = dict(x)\n', FORM),
        (
            '"""Wrong."""\nKILLS = {"A-001": ()}\n',
            "KILLS has to name an outcome code for A-001, or a tuple of codes",
        ),
        (
            '"""Wrong."""\nKILLS = {"A-001": ("STALE", 1)}\n',
            "KILLS has to name an outcome code for A-001, or a tuple of codes",
        ),
        (
            '"""Wrong."""\nKILLS = {"A-001": ("STALE", "OVERSOLDED")}\n',
            "'OVERSOLDED' for A-001 is no outcome code; did you mean OVERSOLD or UNDERSOLD?",
        ),
        (
            '"""Wrong."""\nKILLS = {"A-001": "x"}\n',
            "'x' for A-001 is no outcome code; spec/checking/outcomes.py lists them",
        ),
        ('"""Wrong."""\nKILLS = {\n', "this is no Python ('{' was never closed (<unknown>, line 2))"),
    ],
)
def test_a_fault_file_that_does_not_say_what_it_has_to_is_refused(shops: Path, content: str, sentence: str) -> None:
    (shops / "race.py").write_text(content)
    with pytest.raises(FaultFileError) as refused:
        find_faults(shops)
    assert str(refused.value) == f"race.py: {sentence}"


@pytest.mark.parametrize(
    ("line", "settings"),
    [("", {}), ('SETTINGS = {"A": "1"}', {"A": "1"}), ('SETTINGS: dict[str, str] = {"B": "2"}', {"B": "2"})],
)
def test_the_settings_of_a_fault_are_a_literal(shops: Path, line: str, settings: dict[str, str]) -> None:
    path = shops / "race.py"
    path.write_text(f"{FAULT}{line}\n")
    assert read_settings(find_faults(path.parent)[0]) == settings


@pytest.mark.parametrize("line", ['SETTINGS = {"A": 1}', "SETTINGS = make()", 'SETTINGS = ["A"]'])
def test_settings_that_are_no_literal_of_texts_are_refused(shops: Path, line: str) -> None:
    path = shops / "race.py"
    path.write_text(f"{FAULT}{line}\n")
    with pytest.raises(FaultFileError, match=r"^race\.py: SETTINGS has to be a literal of texts to texts$"):
        read_settings(find_faults(path.parent)[0])


def test_what_was_seen_reads_back_and_a_newer_entry_takes_the_place_of_the_older(tmp_path: Path) -> None:
    path = tmp_path / "kills.json"
    assert read_kills(path) == Kills()
    kills = (
        Kills()
        .with_entry(KILL)
        .with_entry(replace(KILL, requirement="RATE-000"))
        .with_entry(replace(KILL, killed=False))
    )
    write_kills(kills, path)
    assert read_kills(path) == kills
    assert [(one.requirement, one.killed) for one in kills.entries] == [("RATE-000", True), ("RATE-001", False)]
    assert kills.find("race", "RATE-001") == replace(KILL, killed=False)
    assert kills.find("race", "RATE-009") is None


@pytest.mark.parametrize("content", ["", "[]", '{"kills": [{"fault": "x"}]}', "{}"])
def test_a_file_that_falsify_did_not_write_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "kills.json").write_text(content)
    with pytest.raises(FaultFileError, match=r"^kills\.json: this is not what falsify writes \("):
        read_kills(tmp_path / "kills.json")


@pytest.fixture
def digests(catalogue: Catalogue, project: Path, monkeypatch: pytest.MonkeyPatch) -> Digests:
    """Those of the small project, in the place of this one."""
    digests = Digests(catalogue, project)
    monkeypatch.setattr(spec.falsify.kills, "find_faults", lambda: find_faults(project / "spec/falsify/shops"))
    monkeypatch.setattr(spec.falsify.kills, "Digests", lambda catalogue: Digests(catalogue, project))
    return digests


def kill_of(experiment: Experiment, requirement: str, digests: Digests) -> Kill:
    """It was noticed today."""
    check, fault, shop = stamp(experiment, requirement, digests)
    return replace(
        KILL, fault=experiment.id, requirement=requirement, check_sha256=check, fault_sha256=fault, shop_sha256=shop
    )


def test_a_report_shows_each_fault_as_untried_fresh_or_stale(catalogue: Catalogue, digests: Digests) -> None:
    fresh = kill_of(race(digests), "RATE-001", digests)
    (seen,) = Kills((fresh,)).faults_by_requirement(catalogue)["RATE-001"]
    assert (seen.id, seen.killed, seen.last_seen, seen.stale) == ("race", True, "2026-03-01", False)
    (untried,) = Kills((fresh,)).faults_by_requirement(catalogue)["RATE-002"]
    assert (untried.killed, untried.last_seen, untried.stale) == (None, None, False)
    for changed in ("check_sha256", "fault_sha256", "shop_sha256"):
        kills = Kills((replace(fresh, **{changed: "other"}),))  # type: ignore[arg-type]  # a field's name
        assert kills.faults_by_requirement(catalogue)["RATE-001"][0].stale


def race(digests: Digests) -> Experiment:
    """The one fault as an experiment."""
    (fault,) = find_faults(digests.project / "spec/falsify/shops")
    return Experiment(fault.id, fault.kills, fault=fault)


def test_what_is_stale_or_was_not_noticed_is_tried_again_and_the_rest_only_on_request(digests: Digests) -> None:
    experiment = race(digests)
    first, second = (kill_of(experiment, requirement, digests) for requirement in experiment.requirements)
    both = Kills((first, second))

    def left(kills: Kills, wanted: tuple[str, ...] = (), *, everything: bool = False) -> list[tuple[str, ...]]:
        chosen = choose([experiment], kills, digests, everything=everything, wanted=wanted)
        return [one.requirements for one in chosen]

    assert left(both) == []
    assert left(Kills((first,))) == [("RATE-002",)]
    assert left(both.with_entry(replace(first, killed=False))) == [("RATE-001",)]
    for changed in ("check_sha256", "fault_sha256", "shop_sha256"):
        assert left(both.with_entry(replace(second, **{changed: "old"}))) == [("RATE-002",)]  # type: ignore[arg-type]  # a field's name
    assert left(both, everything=True) == [("RATE-001", "RATE-002")]
    assert left(both, ("race",)) == [("RATE-001", "RATE-002")]
    assert left(both, ("RATE-002",)) == [("RATE-002",)]
    assert left(Kills(), ("other",)) == []


@pytest.mark.parametrize("file", ["reference_app/stock.py", "requirements.lock"])
def test_of_whole_nulls_only_the_one_that_answers_from_the_shops_document_grows_stale_with_the_shop(
    catalogue: Catalogue, digests: Digests, project: Path, file: str
) -> None:
    nulls = [
        Experiment(f"null:whole:{kind}", ("RATE-001",), null=kind, whole=True)
        for kind in (NullKind.ECHO, NullKind.EXAMPLES)
    ]
    nulls.append(Experiment("null:proxied:echo", ("RATE-001",), null=NullKind.ECHO))
    kills = Kills(tuple(kill_of(null, "RATE-001", digests) for null in nulls))
    assert [is_fresh(null, "RATE-001", kills, digests) for null in nulls] == [True, True, True]
    (project / file).write_text("wrong")
    later = Digests(catalogue, project)
    assert [is_fresh(null, "RATE-001", kills, later) for null in nulls] == [True, False, False]


def test_what_measures_under_load_runs_alone_unless_the_whole_server_is_none() -> None:
    fault = Experiment("race", ("RATE-001", "PERF-001"))
    whole = Experiment("null:whole:echo", ("RATE-001", "PERF-001"), null=NullKind.ECHO, whole=True)
    assert divide([fault, whole], {"PERF-001", "PERF-002"}) == (
        [replace(fault, requirements=("RATE-001",)), whole],
        [replace(fault, requirements=("PERF-001",))],
    )


def test_each_fault_and_each_kind_of_null_is_an_experiment_for_what_has_a_check(
    shops: Path, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan, "find_faults", lambda: find_faults(shops))
    found = all_experiments(catalogue)
    assert [one.id for one in found][:2] == ["race", "null:whole:constant-200"]
    assert len(found) == 1 + 2 * len(NullKind)
    assert {one.requirements for one in found} == {("RATE-001", "RATE-002")}
    assert [one.title for one in found[:2]] == [
        "Stock is read, then written.",
        "a whole server that constant-200 answers",
    ]
    assert all_experiments(catalogue, nulls=False) == found[:1]
    assert without_faults(catalogue, []) == ["RATE-001", "RATE-002"]
    assert without_faults(catalogue, found) == []
    gone = replace(KILL, fault="gone")
    assert forget_removed(Kills((KILL, gone)), found) == Kills((KILL,))
    (shops / "race.py").write_text('"""Wrong."""\nKILLS = {"RATE-077": "STALE"}\n')
    with pytest.raises(FaultFileError, match=r"^race\.py: KILLS names RATE-077, which is not in the catalogue$"):
        all_experiments(catalogue)
