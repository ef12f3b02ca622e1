"""The commands, run as a user runs them: exit codes, files and what is printed."""

from __future__ import annotations

import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest

from reports.__main__ import main
from reports.exit_codes import ExitCode
from reports.results import Ended, inline_evidence, store_evidence, write_results, write_sums
from reports.terminal import Page, wants_colour
from reports.verdicts import Verdict
from tests.reports.samples import make_check, make_requirement, make_results
from tests.reports.showcase import make_showcase

AT = ["--at", "2026-11-23"]


@pytest.fixture
def run_folder(tmp_path: Path) -> Path:
    """A finished and rendered run in which everything passed."""
    folder = tmp_path / "run"
    evidence = store_evidence(folder, b"GET / HTTP/1.1\n", kind="exchange", media_type="message/http")
    check = make_check().changed(evidence=[evidence.sha256])
    results = make_results([make_requirement(checks=[check])]).changed(evidence=[evidence])
    write_results(results, folder / "results.json")
    assert main(["render", *AT, str(folder)]) == 0
    return folder


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "reports", *arguments],
        cwd=Path(__file__).parents[2],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_rendering_writes_three_files_and_names_them(run_folder: Path) -> None:
    for name in ("index.html", "junit.xml", "summary.md"):
        (run_folder / name).unlink()
    completed = run("render", *AT, str(run_folder))
    assert completed.stderr == ""
    assert completed.stdout.splitlines() == [
        f"{run_folder}/{name}" for name in ("index.html", "junit.xml", "summary.md")
    ]
    assert sorted(path.name for path in run_folder.iterdir()) == [
        "SHA256SUMS",
        "evidence",
        "index.html",
        "junit.xml",
        "results.json",
        "summary.md",
    ]


def test_a_met_run_passes_the_gate(run_folder: Path) -> None:
    completed = run("gate", *AT, str(run_folder))
    assert completed.returncode == 0
    assert completed.stderr == ""
    assert completed.stdout.splitlines() == [
        "✓ 1 of 1 examined, all met.",
        "",
        "  ! 0 error          ✗ 0 fail           ≈ 0 inconclusive   ○ 0 not tested",
        "  ◇ 0 waived         ✓ 1 pass           – 0 not applicable",
        "",
        "Answer",
        "    exit code  0: Every MUST in scope is met, waived or not applicable, and",
        "               something was examined.",
        f"    report     {run_folder}/index.html",
    ]
    assert (run_folder / "exit_code").read_text() == "0\n"


def test_the_latest_run_is_found_through_its_link(run_folder: Path) -> None:
    link = run_folder.parent / "latest"
    link.symlink_to(run_folder.name)
    assert main(["gate", *AT, str(link)]) == 0
    assert (run_folder / "exit_code").is_file()


def test_failures_come_with_what_was_seen_and_what_to_run_next(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_results(make_showcase(), tmp_path / "results.json")
    assert main(["render", *AT, str(tmp_path)]) == 0
    capsys.readouterr()
    assert main(["gate", *AT, str(tmp_path)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert " ".join(map(str.strip, lines[:4])).startswith(
        "✗ 78 of 89 examined: 72 met, 1 waived, 1 not applicable, 1 inconclusive, 3 not met: VAL-016, SHOP-001 and "
        "RATE-010 (SHOULD); 3 MUSTs in scope were not tested. The harness broke on TOK-015. 5 requirements have no "
        "check yet. "
    )
    start = lines.index("    outcome    STOCK_OVERSOLD")
    assert lines[start - 2 : start + 7] == [
        "✗ SHOP-001 MUST  Stock n and n + k parallel checkouts: exactly n orders, k clean",
        "    refusals, stock 0.",
        "    outcome    STOCK_OVERSOLD",
        "    expected   exactly 5 orders, 3 refusals with 409, stock 0",
        "    observed   6 orders, 2 refusals with 409, stock -1 in 3 of 20 rounds; first",
        "               in round 4",
        "    likely fix Take stock with one conditional update in the order's",
        "               transaction, rows in primary-key order.",
        "    again      nox -s check -- SHOP-001",
    ]
    assert "  Window shut (3): HLTH-003, CTR-001, CTR-002" in lines
    assert (tmp_path / "exit_code").read_text() == "1\n"
    assert all(len(line) <= 80 for line in lines if str(tmp_path) not in line)
    assert "\x1b" not in "".join(lines)


@pytest.mark.parametrize(
    ("ended", "code"),
    [(Ended.UNREACHABLE, 4), (Ended.HARNESS_ERROR, 70), (Ended.INTERRUPTED, 130), (Ended.COMPLETE, 3)],
)
def test_how_a_run_ended_is_the_exit_code(tmp_path: Path, ended: Ended, code: int) -> None:
    write_results(make_results(ended=ended), tmp_path / "results.json")
    assert main(["render", *AT, str(tmp_path)]) == 0
    assert main(["gate", *AT, str(tmp_path)]) == code
    assert (tmp_path / "exit_code").read_text() == f"{code}\n"


def test_changed_results_are_neither_judged_nor_rendered(run_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = run_folder / "results.json"
    path.write_text(path.read_text().replace("reference shop", "another shop"))
    capsys.readouterr()
    assert main(["gate", *AT, str(run_folder)]) == 5
    printed = capsys.readouterr().out
    assert printed.startswith("! The results are not what the run wrote.\n")
    assert "results.json was changed after the run." in printed
    assert "Met" not in printed
    assert main(["render", *AT, str(run_folder)]) == 5
    assert capsys.readouterr().err == "results.json was changed after the run.\n"


@pytest.mark.parametrize("victim", ["results.json", "SHA256SUMS", "evidence"])
def test_a_missing_part_is_tampering(run_folder: Path, victim: str) -> None:
    path = run_folder / victim
    if path.is_dir():
        path = next(path.iterdir())
    path.unlink()
    assert main(["gate", *AT, str(run_folder)]) == 5


def test_evidence_that_was_changed_with_its_sums_is_tampering(
    run_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (kept,) = (run_folder / "evidence").iterdir()
    kept.write_bytes(b"GET /healthz HTTP/1.1\n")
    write_sums(run_folder, ["results.json", f"evidence/{kept.name}"])
    capsys.readouterr()
    assert main(["gate", *AT, str(run_folder)]) == 5
    assert "is not what the results say." in " ".join(capsys.readouterr().out.split())
    assert main(["render", *AT, str(run_folder)]) == 5
    assert capsys.readouterr().err == f"evidence/{kept.name} is not what the results say.\n"


def test_evidence_that_was_removed_with_its_sums_is_tampering(run_folder: Path) -> None:
    (kept,) = (run_folder / "evidence").iterdir()
    kept.unlink()
    write_sums(run_folder, ["results.json"])
    assert main(["gate", *AT, str(run_folder)]) == 5


def test_an_unreachable_target_is_named_before_tampering(tmp_path: Path) -> None:
    write_results(make_results(ended=Ended.UNREACHABLE), tmp_path / "results.json")
    (tmp_path / "SHA256SUMS").unlink()
    assert main(["gate", *AT, str(tmp_path)]) == 4


def test_a_missing_report_is_exit_code_6_unless_something_worse_was_found(tmp_path: Path) -> None:
    write_results(make_results([make_requirement()]), tmp_path / "results.json")
    assert main(["gate", *AT, str(tmp_path)]) == 6
    write_results(make_results([make_requirement(verdict=Verdict.FAIL)]), tmp_path / "results.json")
    assert main(["gate", *AT, str(tmp_path)]) == 1


def test_a_report_of_other_results_is_no_report(run_folder: Path) -> None:
    results = make_results([make_requirement()])
    write_results(results.changed(warnings=["new"]), run_folder / "results.json")
    assert main(["gate", *AT, str(run_folder)]) == 6


def test_a_run_that_left_no_results_is_a_harness_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["gate", *AT, str(tmp_path)]) == 70
    assert "the run broke off before it could write one" in " ".join(capsys.readouterr().out.split())
    assert main(["render", *AT, str(tmp_path)]) == 70
    assert (tmp_path / "exit_code").read_text() == "70\n"


def test_results_that_the_harness_wrote_wrong_are_a_harness_error(tmp_path: Path) -> None:
    write_results(make_results(), tmp_path / "results.json")
    (tmp_path / "results.json").write_text("{}")
    completed = subprocess.run(["sha256sum", "results.json"], cwd=tmp_path, capture_output=True, text=True, check=True)
    (tmp_path / "SHA256SUMS").write_text(completed.stdout)
    assert main(["gate", *AT, str(tmp_path)]) == 70
    assert main(["render", *AT, str(tmp_path)]) == 70


@pytest.mark.parametrize("command", ["render", "gate"])
def test_a_folder_that_is_not_there_is_wrong_use(command: str, tmp_path: Path) -> None:
    completed = run(command, str(tmp_path / "none"))
    assert completed.returncode == 2
    assert completed.stderr == f"{tmp_path}/none is not a folder of a run.\n"


@pytest.mark.parametrize("arguments", [[], ["gate"], ["paint", "."], ["gate", ".", "--at", "yesterday"]])
def test_wrong_arguments_are_wrong_use(arguments: list[str]) -> None:
    completed = run(*arguments)
    assert completed.returncode == 2
    assert completed.stderr.startswith("usage: python -m reports")


@pytest.mark.parametrize("arguments", [["--help"], ["render", "--help"], ["gate", "--help"]])
def test_help_is_given(arguments: list[str]) -> None:
    completed = run(*arguments)
    assert completed.returncode == 0
    assert completed.stdout.startswith("usage: python -m reports")


def test_the_help_of_the_gate_names_every_exit_code() -> None:
    shown = run("gate", "--help").stdout
    assert all(f"{code.value:>3}  {code.meaning}" in shown for code in ExitCode)


@pytest.mark.parametrize(
    ("terminal", "environment", "wanted"),
    [
        (True, {"TERM": "xterm"}, True),
        (True, {"TERM": "xterm", "NO_COLOR": ""}, True),
        (True, {"TERM": "xterm", "NO_COLOR": "1"}, False),
        (True, {"TERM": "dumb"}, False),
        (False, {"TERM": "xterm"}, False),
    ],
)
def test_colour_is_for_terminals_that_want_it(
    monkeypatch: pytest.MonkeyPatch, terminal: bool, environment: dict[str, str], wanted: bool
) -> None:
    stream = StringIO()
    monkeypatch.setattr(stream, "isatty", lambda: terminal)
    monkeypatch.delenv("NO_COLOR", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert wants_colour(stream) is wanted


def test_a_page_is_painted_in_the_colours_of_its_verdicts(run_folder: Path) -> None:
    assert "\x1b[" not in run("gate", *AT, str(run_folder)).stdout
    painted = Page(colour=True)
    painted.headline(Verdict.FAIL, "Not met")
    assert painted.text() == "\x1b[1;31m✗ Not met\x1b[0m\n"


def test_a_terminal_without_unicode_gets_the_verdict_too(run_folder: Path) -> None:
    completed = run("gate", *AT, str(run_folder), PYTHONIOENCODING="ascii")
    assert completed.returncode == 0
    assert completed.stdout.startswith("? 1 of 1 examined, all met.\n")


def test_no_text_of_a_stranger_reaches_the_terminal_as_it_is() -> None:
    page = Page(colour=False)
    page.finding(Verdict.FAIL, "RATE-004 MUST", "\x1b]0;owned\x07")
    page.field("observed", "a\rb\x1b[2J")
    assert page.text().splitlines()[1:] == [
        "✗ RATE-004 MUST  ⟨U+001B⟩]0;owned⟨U+0007⟩",
        "    observed   a⟨U+000D⟩b⟨U+001B⟩[2J",
    ]


def test_a_read_only_folder_is_named_in_one_sentence(run_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (run_folder / "index.html").unlink()
    (run_folder / "index.html").mkdir()
    (run_folder / "index.html" / "in the way").touch()
    capsys.readouterr()
    assert main(["render", *AT, str(run_folder)]) == 6
    assert capsys.readouterr().err.startswith("The report cannot be written: ")
    assert main(["gate", *AT, str(run_folder)]) == 6


def test_two_hundred_requirements_with_evidence_render_in_a_moment(tmp_path: Path) -> None:
    evidence = [inline_evidence(f"GET /{number} HTTP/1.1\n" + "x" * 4000, kind="exchange") for number in range(800)]
    requirements = [
        make_requirement(
            f"RATE-{number:03}",
            checks=[make_check().changed(evidence=[item.sha256 for item in evidence[number * 4 : number * 4 + 4]])],
        )
        for number in range(200)
    ]
    write_results(make_results(requirements).changed(evidence=evidence), tmp_path / "results.json")
    assert main(["render", *AT, str(tmp_path)]) == 0
    assert (tmp_path / "index.html").stat().st_size < 5_000_000
