"""The command line of a run: what it refuses, where it writes, how it exits."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from reports.results import Ended, read_results
from reports.verdicts import Verdict
from spec.run.run_command import main
from spec.run.run_folder import find_previous, make_run_folder, new_run_id, point_latest
from spec.target.source_addresses import SourceAddresses
from tests.support.processes import PROJECT, await_end, command_of, end_all, family, start, wait_until
from tests.support.small_run import result, write_specification
from tests.support.tiny_shop import TinyShop

ALIVE = """
from spec.checking.outcomes import Outcome
from spec.checking.examination import verifies

@verifies("FLOW-001")
def test_alive(target, examine):
    me = target.customer().do(target.verbs.whoami())
    examine.that(me.worked, Outcome.WRONG_STATUS, "x", saw=me)
"""


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (
            ["--requirements", "RATE-404"],
            "there is no requirement 'RATE-404'; `python -m spec catalogue` lists them all",
        ),
        (["--area", "speed"], "there is no area 'speed'; known are behaviour, delivery, performance, security"),
        (
            ["--requirements", "CTR-001", "CTR-002"],
            "nothing of CTR-001 CTR-002 has a check yet; the gate counts it as the debt that it is",
        ),
        (["--chapters", "RAET"], "there is no chapter 'RAET'; did you mean 'RATE'?"),
        (["--target", "/no/such.toml"], "/no/such.toml: the profile cannot be read (No such file or directory)"),
    ],
)
def test_what_does_not_exist_is_wrong_use_in_one_sentence(
    options: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(options) == 2
    said = capsys.readouterr()
    assert said.err.startswith(f"shopspec: {sentence}")
    assert (said.err.count("\n"), said.out) == (1, "")


def test_a_wrong_profile_is_wrong_use_and_leaves_no_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "target.toml").write_text("schema_version = 2\nnmae = 1\n")
    assert main(["--target", str(tmp_path / "target.toml"), "--runs", str(tmp_path / "runs")]) == 2
    assert "unknown key nmae; did you mean 'name'?" in capsys.readouterr().err
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize("options", [["RATE-004"], ["--nope"], ["--seed", "-5"], ["--seed", "4294967296"]])
def test_an_argument_that_is_not_ours_is_wrong_use_and_leaves_no_run(tmp_path: Path, options: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*options, "--runs", str(tmp_path / "runs")])
    assert ended.value.code == 2
    assert not (tmp_path / "runs").exists()


def test_failed_keeps_to_the_target_of_the_last_run_and_is_never_met_for_nothing(tmp_path: Path) -> None:
    with TinyShop() as shop:
        specification = write_specification(tmp_path, ALIVE, ["FLOW-001"], base_url=shop.base_url, chapters=["RATE"])
        undecided = specification.run()
        nothing = specification.run("--failed")
        profile = specification.profile.read_text()
        specification.profile.write_text(profile.replace('"Tiny shop"', '"Other shop"'))
        other = specification.run("--failed")
    assert (undecided.returncode, nothing.returncode) == (3, 3)
    assert "there is nothing to run again: run " in nothing.stderr
    assert (other.returncode, other.stderr) == (
        2,
        (
            f"shopspec: --failed: the last run was on 'Tiny shop', and {specification.profile} describes 'Other shop'; "
            "name that run's profile with --target\n"
        ),
    )


def test_a_dead_address_is_exit_code_4_asked_once_and_everything_is_blocked(tmp_path: Path) -> None:
    checks = ALIVE + ALIVE.replace("001", "002").replace("alive", "lives")
    specification = write_specification(tmp_path, checks, ["FLOW-001", "FLOW-002"])
    done = specification.run()
    results = specification.results()
    assert done.returncode == 4, done.stderr
    assert results.run.ended is Ended.UNREACHABLE
    assert {(one.verdict, one.reason_code) for one in results.requirements if one.chapter == "FLOW"} == {
        (Verdict.NOT_TESTED, "blocked")
    }
    assert "the target 'Tiny shop' cannot be reached at http://127.0.0.1:1: connection refused" in (
        result(results, "FLOW-001").reason
    )


def test_two_runs_at_once_have_folders_and_addresses_of_their_own_and_both_are_whole(tmp_path: Path) -> None:
    with TinyShop() as shop:
        specification = write_specification(tmp_path, ALIVE, ["FLOW-001"], base_url=shop.base_url)
        runs = [start(specification.command("--seed", "1"), tmp_path / f"{number}.txt") for number in (1, 2)]
        try:
            assert wait_until(lambda: all(one.poll() is not None for one in runs))
        finally:
            for one in runs:
                end_all(one)
    assert [one.returncode for one in runs] == [0, 0], (tmp_path / "1.txt").read_text()
    ids = {read_results(path).run.id for path in specification.runs.glob("*/results.json")}
    assert len(ids) == 2
    first, second = (SourceAddresses(one) for one in ids)
    assert not {first.take() for _ in range(20)} & {second.take() for _ in range(20)}
    assert (tmp_path / "out" / "latest").resolve().name in ids


def test_a_folder_that_cannot_be_written_is_left_for_another_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with TinyShop() as shop:
        specification = write_specification(tmp_path / "s", ALIVE, ["FLOW-001"], base_url=shop.base_url)
        done = subprocess.run(
            [*specification.command("--no-report"), "--runs", str(tmp_path / "file" / "runs")],
            cwd=PROJECT, capture_output=True, text=True, timeout=180, check=False,
            env={**os.environ, "TMPDIR": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"},
        )  # fmt: skip
    elsewhere = tmp_path / f"shopspec-{os.getuid()}" / "runs"
    assert done.returncode == 0, done.stderr
    assert f"{tmp_path}/file/runs cannot be written (Not a directory); this run writes to {elsewhere}/" in done.stderr
    assert len(list(elsewhere.glob("*/results.json"))) == 1


def test_a_run_has_a_folder_and_an_id_that_no_other_has(tmp_path: Path) -> None:
    ids = {new_run_id() for _ in range(50)}
    assert len(ids) == 50
    assert all(len(one) == len("20260301T120000Z-abcdef") for one in ids)
    folder, sentence = make_run_folder("a-run", tmp_path / "deep" / "runs")
    assert (folder, folder.is_dir(), sentence) == (tmp_path / "deep" / "runs" / "a-run", True, None)


def test_latest_points_at_the_newest_run_and_what_cannot_be_read_is_nobodys_predecessor(tmp_path: Path) -> None:
    first, second = (make_run_folder(name, tmp_path / "runs")[0] for name in ("one", "two"))
    assert find_previous(second) is None
    for folder in (first, second):
        point_latest(folder)
        assert (tmp_path / "latest").resolve() == folder
    (second / "results.json").write_text("{}")
    assert find_previous(first) is None
    assert sorted(path.name for path in tmp_path.iterdir()) == ["latest", "runs"]


def test_a_folder_named_latest_is_left_alone_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    folder, _ = make_run_folder("one", tmp_path / "runs")
    (tmp_path / "latest").mkdir()
    (tmp_path / "latest" / "mine").touch()
    point_latest(folder)
    assert (tmp_path / "latest" / "mine").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["latest", "runs"]


def test_falsify_that_is_told_to_end_ends_the_runs_that_it_started(tmp_path: Path) -> None:
    falsify = start([sys.executable, "-m", "spec", "falsify", "RATE-003", "--jobs", "2"], tmp_path / "output.txt")
    try:
        assert wait_until(lambda: any("supervisor" in command_of(one) for one in family(falsify)))
        known = family(falsify)
        falsify.terminate()
        assert await_end(known) == []
        assert falsify.wait(10) == 130, (tmp_path / "output.txt").read_text()
    finally:
        end_all(falsify)
    assert "interrupted; what was seen so far is kept" in (tmp_path / "output.txt").read_text()
