"""Experiments: which are owed and chosen, what counts as noticed, and how a laboratory carries them out."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from reports.verdicts import Verdict
from spec.catalogue import Catalogue, load_catalogue
from spec.checking.outcomes import Outcome
from spec.falsify import FalsifyError
from spec.falsify import laboratory as laboratory_module
from spec.falsify.experiment_choice import list_experiments, narrow, share, without_faults
from spec.falsify.experiment_run import ExperimentFailed, RunningRuns
from spec.falsify.experiments import (
    ExchangeNull,
    Experiment,
    ExperimentVerdict,
    Finding,
    ObservationNull,
    WholeNull,
    Wrong,
)
from spec.falsify.fault_modules import FaultModule
from spec.falsify.laboratory import Laboratory, divide
from spec.falsify.nulls.null_answers import HttpNull
from spec.target.exchange import MARK_VARIABLE
from spec.target.observations import ObservationKind
from spec.target.recording import NULL_VARIABLE
from tests.support.small_run import write_specification

RACE = FaultModule("race", "shops.race", "Stock is read, then written.", {"RATE-001": frozenset({Outcome.OVERSOLD})})
WRONG_SETTING = replace(RACE, settings={"THROTTLE_ANON": "1000/hour"})
ECHO = HttpNull.ECHO
QUIET = {Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.NOT_TESTED, Verdict.WAIVED}


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    """Three requirements with checks and one without."""
    write_specification(tmp_path / "small", "", ["RATE-001", "RATE-002", "RATE-003"])
    return load_catalogue(tmp_path / "small" / "catalogue")


@pytest.mark.parametrize(
    ("wrong", "noticed"),
    [
        (RACE, {Verdict.FAIL}),
        (ExchangeNull(ECHO), {Verdict.FAIL, Verdict.NOT_TESTED}),
        (ObservationNull(ObservationKind.QUERY), {Verdict.FAIL, Verdict.NOT_TESTED}),
        (WholeNull(ECHO), QUIET),
    ],
)
def test_only_red_counts_as_noticed_and_under_a_whole_null_whatever_is_not_green(
    wrong: Wrong, noticed: set[Verdict]
) -> None:
    def killed(verdict: Verdict) -> bool:
        seen = {"RATE-001": ExperimentVerdict(verdict, ("OVERSOLD",))}
        return Finding(Experiment(wrong, ("RATE-001",)), seen).killed("RATE-001")

    assert {verdict for verdict in Verdict if killed(verdict)} == noticed
    assert not Finding(Experiment(wrong, ("RATE-001",)), {}).killed("RATE-001")


@pytest.mark.parametrize(
    ("outcomes", "killed", "outcome"),
    [
        (("OVERSOLD",), True, "OVERSOLD"),
        (("SERVER_ERROR",), False, "SERVER_ERROR"),
        (("SERVER_ERROR", "OVERSOLD"), True, "OVERSOLD"),
        ((), False, None),
    ],
)
def test_red_counts_under_a_fault_only_with_an_outcome_that_it_names(
    outcomes: tuple[str, ...], killed: bool, outcome: str | None
) -> None:
    seen = {"RATE-001": ExperimentVerdict(Verdict.FAIL, outcomes)}
    finding = Finding(Experiment(RACE, ("RATE-001",)), seen)
    assert (finding.killed("RATE-001"), finding.outcome("RATE-001")) == (killed, outcome)
    assert Finding(Experiment(ExchangeNull(ECHO), ("RATE-001",)), seen).killed("RATE-001")


def owed(catalogue: Catalogue, kinds: dict[str, frozenset[ObservationKind]]) -> dict[str, tuple[str, ...]]:
    """The requirements of each experiment."""
    return {one.id: one.requirements for one in list_experiments(catalogue, [RACE], kinds.get)}


def test_each_requirement_owes_whole_nulls_and_those_of_the_kinds_that_it_examines(catalogue: Catalogue) -> None:
    kinds = {
        "RATE-001": frozenset({ObservationKind.EXCHANGE}),
        "RATE-002": frozenset({ObservationKind.LOG_LINES}),
        "RATE-003": frozenset({ObservationKind.EXCHANGE, ObservationKind.LOG_LINES}),
    }
    whole = {f"null:whole:{answers}": ("RATE-001", "RATE-002", "RATE-003") for answers in HttpNull}
    exchange = {f"null:exchange:{answers}": ("RATE-001", "RATE-003") for answers in HttpNull}
    assert owed(catalogue, kinds) == {
        "race": ("RATE-001",), **whole, **exchange, "null:log-lines": ("RATE-002", "RATE-003"),
    }  # fmt: skip


def test_a_requirement_whose_kinds_are_not_known_owes_the_nulls_of_all(catalogue: Catalogue) -> None:
    every = {"RATE-001", "RATE-002", "RATE-003"}
    nulls = {name: set(requirements) for name, requirements in owed(catalogue, {}).items() if name != "race"}
    kinds = [f"null:{kind.replace(' ', '-')}" for kind in ObservationKind if kind is not ObservationKind.EXCHANGE]
    assert nulls.keys() == {
        *(f"null:{place}:{answers}" for answers in HttpNull for place in ("whole", "exchange")), *kinds,
    }  # fmt: skip
    assert all(requirements == every for requirements in nulls.values())


def test_faults_can_be_tried_without_nulls_and_a_requirement_without_a_fault_is_known(catalogue: Catalogue) -> None:
    (only,) = list_experiments(catalogue, [RACE], lambda _: None, nulls=False)
    assert only == Experiment(RACE, ("RATE-001",))
    assert without_faults(catalogue, [RACE]) == ["RATE-002", "RATE-003"]


def test_a_fault_that_names_no_requirement_of_the_catalogue_is_refused(catalogue: Catalogue) -> None:
    wrong = FaultModule("race", "shops.race", "Wrong.", {"RATE-077": frozenset({Outcome.OVERSOLD})})
    with pytest.raises(FalsifyError, match=r"^race\.py: KILLS names RATE-077, which is not in the catalogue$"):
        list_experiments(catalogue, [wrong], lambda _: None)


def test_what_is_not_owed_or_not_green_is_not_tried() -> None:
    echo, logs = ExchangeNull(ECHO), ObservationNull(ObservationKind.LOG_LINES)
    chosen = [Experiment(echo, ("RATE-001", "RATE-002", "RATE-003")), Experiment(logs, ("RATE-001",))]
    kept = narrow(chosen, [Experiment(echo, ("RATE-003", "RATE-002", "RATE-009"))], {"RATE-001", "RATE-003"})
    assert kept == [Experiment(echo, ("RATE-003",))]


@pytest.mark.parametrize("shards", [1, 2, 3, 4, 7, 40])
def test_shards_are_disjoint_complete_and_of_about_equal_work(shards: int) -> None:
    every = tuple(f"RATE-{number:03}" for number in range(20))
    experiments = [Experiment(WholeNull(answers), every) for answers in HttpNull]
    for number in range(25):
        fault = FaultModule(f"fault_{number:02}", "", "", {every[0]: frozenset()})
        experiments.append(Experiment(fault, every[: 1 + number % 3]))
    parts = [share(experiments, number, shards) for number in range(1, shards + 1)]
    assert sorted(one.id for part in parts for one in part) == sorted(one.id for one in experiments)
    assert parts == [share(list(reversed(experiments)), number, shards)[::-1] for number in range(1, shards + 1)]

    def work(part: Sequence[Experiment]) -> int:
        return sum(3 + len(one.requirements) for one in part)

    # No part can be ahead of another by more than its own largest experiment.
    largest = max(3 + len(one.requirements) for one in experiments)
    assert max(map(work, parts)) - min(map(work, parts)) <= largest


def test_what_measures_under_load_runs_alone_unless_the_whole_server_is_none() -> None:
    pair = ("RATE-001", "PERF-001")
    experiments = [Experiment(wrong, pair) for wrong in (RACE, WholeNull(ECHO), ObservationNull(ObservationKind.QUERY))]
    race, whole, query = experiments
    together, alone = divide(experiments, {"PERF-001", "PERF-002"})
    assert together == [
        *(Experiment(one.wrong, pair[:1]) for one in experiments),
        Experiment(whole.wrong, pair[1:]),
    ]
    assert alone == [Experiment(race.wrong, pair[1:]), Experiment(query.wrong, pair[1:])]


@pytest.mark.parametrize(
    ("wrong", "command", "options", "environment"),
    [
        (RACE, '"spec.falsify.leased"', [], {}),
        (WRONG_SETTING, '"spec.falsify.faulty_wsgi:application", "--set", "THROTTLE_ANON=1000/hour"', [], {}),
        (ExchangeNull(ECHO), "spec.falsify.nulls.proxied", [], {MARK_VARIABLE: "1"}),
        (ObservationNull(ObservationKind.LOG_LINES), '"spec.falsify.leased"', [], {NULL_VARIABLE: "log lines"}),
        (WholeNull(ECHO), 'base_url = "http://127.0.0.1:', ["--no-proof"], {}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_experiment_has_its_target_and_tells_its_run_what_is_nulled(
    monkeypatch: pytest.MonkeyPatch, wrong: Wrong, command: str, options: list[str], environment: dict[str, str]
) -> None:
    told = []

    def run(
        profile: Path, requirements: Sequence[str], runs: Path, *, seed: int, running: RunningRuns,
        options: Sequence[str] = (), environment: Mapping[str, str] | None = None,
    ) -> dict[str, ExperimentVerdict]:  # fmt: skip
        assert (tuple(requirements), runs, seed) == (("RATE-001",), profile.parent, 7)
        assert running is not None
        told.append((command in " ".join(profile.read_text().split()), list(options), dict(environment or {})))
        return {"RATE-001": ExperimentVerdict(Verdict.FAIL)}

    monkeypatch.setattr(laboratory_module, "run_experiment", run)
    laboratory = Laboratory(seed=7, document={}, loading=())
    finding = laboratory.carry_out(Experiment(wrong, ("RATE-001",)))
    laboratory.close()
    assert finding.verdicts == {"RATE-001": ExperimentVerdict(Verdict.FAIL)}
    assert told == [(True, options, environment)]


@pytest.mark.parametrize(
    ("requirements", "command"),
    [
        (("RATE-001",), "spec.falsify.leased"),
        (("RATE-001", "PERF-001"), "spec.falsify.leased"),
        (("PERF-001",), "reference_app.supervisor"),
    ],
)
def test_an_untouched_shop_that_is_measured_under_load_is_leased_from_nobody(
    monkeypatch: pytest.MonkeyPatch, requirements: tuple[str, ...], command: str
) -> None:
    started = []

    def run(profile: Path, *_: object, **__: object) -> dict[str, ExperimentVerdict]:
        started.append(tomllib.loads(profile.read_text())["start"]["command"][2])
        return {}

    monkeypatch.setattr(laboratory_module, "run_experiment", run)
    laboratory = Laboratory(seed=7, document={}, loading={"PERF-001"})
    laboratory.baseline(requirements)
    laboratory.close()
    assert started == [command]


def test_an_experiment_whose_run_breaks_shows_nothing_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(*arguments: object, **named: object) -> dict[str, ExperimentVerdict]:
        raise ExperimentFailed(f"it broke with {len(arguments)} arguments and {len(named)} options")

    monkeypatch.setattr(laboratory_module, "run_experiment", run)
    laboratory = Laboratory(seed=7, document={}, loading=())
    finding = laboratory.carry_out(Experiment(RACE, ("RATE-001",)))
    laboratory.close()
    assert (finding.verdicts, finding.failure) == ({}, "it broke with 3 arguments and 3 options")


def test_a_laboratory_that_is_interrupted_begins_nothing_more_and_leaves_no_process_and_no_folder() -> None:
    experiments = [Experiment(WholeNull(answers), ("FLOW-001", "FLOW-002")) for answers in HttpNull]
    laboratory = Laboratory(seed=1, document={}, loading=())
    findings = laboratory.run(experiments, jobs=2)
    finding = next(findings)
    assert finding.failure == ""
    assert all(finding.killed(requirement) for requirement in finding.experiment.requirements)
    findings.close()
    laboratory.close()
    running = [child for child in psutil.Process().children(recursive=True) if "spec" in child.cmdline()]
    assert running == []
    assert not laboratory.folder.exists()
