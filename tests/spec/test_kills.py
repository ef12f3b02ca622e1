"""What falsify saw, whether it still holds, and what it has to try again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import spec.kills
from spec.catalogue import Catalogue, load_catalogue
from spec.faults import plan
from spec.faults.nulls.answers import NullKind
from spec.faults.plan import Digests, Experiment, all_experiments, choose, forget_removed, is_fresh, without_faults
from spec.faults.settings import read_settings
from spec.kills import (
    FaultFile,
    FaultFileError,
    Kill,
    Kills,
    check_digest,
    digest_files,
    find_faults,
    read_kills,
    shop_digest,
    write_kills,
)
from spec.outcomes import Outcome
from tests.spec.small_run import write_specification

FAULT = '''"""Stock is read, then written.

More."""

KILLS = {"RATE-001": "OVERSOLD", "RATE-002": ("OVERSOLD", "UNDERSOLD")}


def break_shop() -> None: ...
'''
FORM = (
    'KILLS has to be a literal like {"RATE-001": "ADMITTED_BEYOND_BUDGET"}: each requirement with the outcome code by'
    " which its check has to turn red, or a tuple of codes"
)
KILL = Kill("race", "RATE-001", True, "fail", "OVERSOLD", "2026-03-01", "check", "fault", "shop")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of a few files: a shop, two checks, what they share, and one fault."""
    for name, content in {
        "reference_app/stock.py": "right",
        "spec/checks/test_one.py": '@verifies("RATE-001")\n',
        "spec/checks/deep/test_two.py": '@verifies(\n    "RATE-002", effects={"writes"})\n',
        "spec/checks/helper.py": "shared",
        "spec/model/cart.py": "shared",
        "spec/faults/shops/__init__.py": "",
        "spec/faults/shops/race.py": FAULT,
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    monkeypatch.setattr(spec.kills, "PROJECT", tmp_path)
    monkeypatch.setattr(spec.kills, "SHOP", tmp_path / "reference_app")
    monkeypatch.setattr(spec.kills, "CHECK_FOLDERS", (tmp_path / "spec/checks", tmp_path / "load/objectives"))
    monkeypatch.setattr(spec.kills, "SHARED_BY_CHECKS", (tmp_path / "spec/model",))
    return tmp_path


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    """Two requirements with checks and one without."""
    write_specification(tmp_path / "small", "", ["RATE-001", "RATE-002"])
    return load_catalogue(tmp_path / "small" / "catalogue")


@pytest.mark.parametrize(
    ("changed", "one", "two"),
    [
        ("spec/checks/test_one.py", True, False),
        ("spec/checks/deep/test_two.py", False, True),
        ("spec/checks/helper.py", True, True),
        ("spec/model/cart.py", True, True),
        ("reference_app/stock.py", False, False),
    ],
)
def test_a_check_has_another_digest_when_its_file_or_what_checks_share_changes(
    folder: Path, changed: str, one: bool, two: bool
) -> None:
    before = check_digest("RATE-001"), check_digest("RATE-002")
    path = folder / changed
    path.write_text(path.read_text() + "# changed\n")
    assert (check_digest("RATE-001") != before[0], check_digest("RATE-002") != before[1]) == (one, two)


def test_a_shop_has_another_digest_when_a_file_changes_or_is_renamed_but_not_for_compiled_files(folder: Path) -> None:
    shop = folder / "reference_app"
    first = shop_digest()
    (shop / "__pycache__").mkdir()
    (shop / "__pycache__" / "stock.pyc").write_bytes(b"x")
    assert shop_digest() == first
    (shop / "stock.py").rename(shop / "stocks.py")
    renamed = shop_digest()
    assert renamed != first
    (shop / "stocks.py").write_text("wrong")
    assert shop_digest() not in {first, renamed}


def test_a_digest_does_not_depend_on_the_order_in_which_files_are_named(folder: Path) -> None:
    files = sorted((folder / "spec").rglob("*.py"))
    assert digest_files(files) == digest_files(reversed(files))


def test_a_fault_is_read_from_its_file_without_running_it(folder: Path) -> None:
    (fault,) = find_faults(folder / "spec/faults/shops")
    assert (fault.id, fault.description) == ("race", "Stock is read, then written.")
    assert fault.kills == ("RATE-001", "RATE-002")
    assert fault.outcomes == {"RATE-001": {Outcome.OVERSOLD}, "RATE-002": {Outcome.OVERSOLD, Outcome.UNDERSOLD}}
    fault.path.write_text(FAULT + "# changed")
    assert find_faults(folder / "spec/faults/shops")[0].digest != digest_files([]) != fault.digest


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
            "'x' for A-001 is no outcome code; spec/outcomes.py lists them",
        ),
        ('"""Wrong."""\nKILLS = {\n', "this is no Python ('{' was never closed (<unknown>, line 2))"),
    ],
)
def test_a_fault_file_that_does_not_say_what_it_has_to_is_refused(folder: Path, content: str, sentence: str) -> None:
    shops = folder / "spec/faults/shops"
    (shops / "race.py").write_text(content)
    with pytest.raises(FaultFileError) as refused:
        find_faults(shops)
    assert str(refused.value) == f"race.py: {sentence}"


@pytest.mark.parametrize(
    ("line", "settings"),
    [("", {}), ('SETTINGS = {"A": "1"}', {"A": "1"}), ('SETTINGS: dict[str, str] = {"B": "2"}', {"B": "2"})],
)
def test_the_settings_of_a_fault_are_a_literal(folder: Path, line: str, settings: dict[str, str]) -> None:
    path = folder / "spec/faults/shops/race.py"
    path.write_text(f"{FAULT}{line}\n")
    assert read_settings(find_faults(path.parent)[0]) == settings


@pytest.mark.parametrize("line", ['SETTINGS = {"A": 1}', "SETTINGS = make()", 'SETTINGS = ["A"]'])
def test_settings_that_are_no_literal_of_texts_are_refused(folder: Path, line: str) -> None:
    path = folder / "spec/faults/shops/race.py"
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


def test_a_report_shows_each_fault_as_untried_fresh_or_stale(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shops = folder / "spec/faults/shops"
    (fault,) = find_faults(shops)
    monkeypatch.setattr(spec.kills, "find_faults", lambda: find_faults(shops))
    fresh = replace(KILL, check_sha256=check_digest("RATE-001"), fault_sha256=fault.digest, shop_sha256=shop_digest())
    (seen,) = Kills((fresh,)).faults_by_requirement()["RATE-001"]
    assert (seen.id, seen.killed, seen.last_seen, seen.stale) == ("race", True, "2026-03-01", False)
    (untried,) = Kills((fresh,)).faults_by_requirement()["RATE-002"]
    assert (untried.killed, untried.last_seen, untried.stale) == (None, None, False)
    for changed in ("check_sha256", "fault_sha256", "shop_sha256"):
        (stale,) = Kills((replace(fresh, **{changed: "other"}),)).faults_by_requirement()["RATE-001"]  # type: ignore[arg-type]  # a field's name
        assert stale.stale


def experiment(fault: FaultFile) -> Experiment:
    """The fault as an experiment."""
    return Experiment(fault.id, fault.kills, fault=fault)


def test_what_is_stale_or_was_not_noticed_is_tried_again_and_the_rest_only_on_request(folder: Path) -> None:
    (fault,) = find_faults(folder / "spec/faults/shops")
    one = experiment(fault)
    digests = Digests(shop="shop", checks={"RATE-001": "one", "RATE-002": "two"})
    first = replace(KILL, check_sha256="one", fault_sha256=fault.digest, shop_sha256="shop")
    second = replace(first, requirement="RATE-002", check_sha256="two")
    both = Kills((first, second))

    def left(kills: Kills, wanted: tuple[str, ...] = (), *, everything: bool = False) -> list[tuple[str, ...]]:
        return [chosen.requirements for chosen in choose([one], kills, digests, everything=everything, wanted=wanted)]

    assert left(both) == []
    assert left(Kills((first,))) == [("RATE-002",)]
    assert left(both.with_entry(replace(first, killed=False))) == [("RATE-001",)]
    for changed in ("check_sha256", "fault_sha256", "shop_sha256"):
        assert left(both.with_entry(replace(second, **{changed: "old"}))) == [("RATE-002",)]  # type: ignore[arg-type]  # a field's name
    assert left(both, everything=True) == [("RATE-001", "RATE-002")]
    assert left(both, ("race",)) == [("RATE-001", "RATE-002")]
    assert left(both, ("RATE-002",)) == [("RATE-002",)]
    assert left(Kills(), ("other",)) == []


def test_a_whole_null_does_not_grow_stale_with_the_shop() -> None:
    null = Experiment("null:whole:echo", ("RATE-001",), null=NullKind.ECHO, whole=True)
    entry = replace(KILL, fault=null.id, check_sha256="one", fault_sha256=null.digest, shop_sha256="")
    assert is_fresh(null, "RATE-001", Kills((entry,)), Digests("any", {"RATE-001": "one"}))
    proxied = replace(null, id="null:proxied:echo", whole=False)
    entry = replace(entry, fault=proxied.id)
    assert not is_fresh(proxied, "RATE-001", Kills((entry,)), Digests("any", {"RATE-001": "one"}))


def test_each_fault_and_each_kind_of_null_is_an_experiment_for_what_has_a_check(
    folder: Path, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    shops = folder / "spec/faults/shops"
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
