"""The proof of shop, and what a laboratory does with servers that are none."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from reports.verdicts import Verdict
from spec.catalogue import load_catalogue
from spec.checking.outcomes import Outcome
from spec.falsify.experiment_run import Seen
from spec.falsify.experiments import Experiment
from spec.falsify.fault_files import FaultFile
from spec.falsify.finding import Finding
from spec.falsify.laboratory import Laboratory
from spec.falsify.nulls.null_answers import NullKind
from spec.run.first_contact import NotAShop, prove
from spec.target.connection import Connection
from spec.target.profile.profile_reading import read_profile
from spec.target.recording import Recorder
from spec.target.source_addresses import SourceAddresses
from tests.support.tiny_shop import TinyShop


def prove_tiny(folder: Path, wrong: str) -> None:
    """Prove the tiny shop that is wrong in this way."""
    with TinyShop(wrong) as tiny:
        path = folder / "target.toml"
        path.write_text(f'schema_version = 1\nname = "Tiny"\n[address]\nbase_url = "{tiny.base_url}"\n')
        connection = Connection(
            read_profile(path, load_catalogue()), addresses=SourceAddresses("run"), recorder=Recorder(), progress=print
        )
        try:
            prove(connection.open())
        finally:
            connection.close()


def test_a_shop_proves_to_be_one(tmp_path: Path) -> None:
    prove_tiny(tmp_path, "")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ("one account for all", r"^the account \S+ reads back as ann@shop\.example$"),
        ("any password", r"^a wrong password was not refused: POST /api/v2/tokens → 200$"),
        ("no products", r"^its products could not be read: FLOW-002: list products: expected status 200, observed 500"),
        ("one product for all", r"^the product 'Chair 1' opens as 'Chair 2'$"),
        (
            "everything is found",
            r"^a product that nobody has was not refused with 404: GET /api/v2/products/\d+ → 200$",
        ),
    ],
)
def test_what_is_no_shop_is_found_out_and_told(tmp_path: Path, wrong: str, sentence: str) -> None:
    with pytest.raises(NotAShop, match=sentence):
        prove_tiny(tmp_path, wrong)


FAULT = FaultFile("race", Path("race.py"), "Wrong.", {"FLOW-001": frozenset({Outcome.WRONG_CONTENT})})


@pytest.mark.parametrize(
    ("experiment", "noticed"),
    [
        (Experiment("race", ("FLOW-001",), fault=FAULT), {Verdict.FAIL}),
        (Experiment("null:proxied:echo", ("FLOW-001",), null=NullKind.ECHO), {Verdict.FAIL}),
        (
            Experiment("null:whole:echo", ("FLOW-001",), null=NullKind.ECHO, whole=True),
            {Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.NOT_TESTED, Verdict.WAIVED},
        ),
    ],
)
def test_only_red_counts_as_noticed_and_under_a_whole_null_whatever_is_not_green(
    experiment: Experiment, noticed: set[Verdict]
) -> None:
    def killed(verdict: Verdict) -> bool:
        return Finding(experiment, {"FLOW-001": Seen(verdict, ("WRONG_CONTENT",), "")}).killed("FLOW-001")

    assert {verdict for verdict in Verdict if killed(verdict)} == noticed
    assert not Finding(experiment, {}).killed("FLOW-001")


@pytest.mark.parametrize(
    ("outcomes", "killed", "outcome"),
    [
        (("WRONG_CONTENT",), True, "WRONG_CONTENT"),
        (("SERVER_ERROR",), False, "SERVER_ERROR"),
        (("SERVER_ERROR", "WRONG_CONTENT"), True, "WRONG_CONTENT"),
        ((), False, None),
    ],
)
def test_red_counts_under_a_fault_only_with_an_outcome_that_its_file_names(
    outcomes: tuple[str, ...], killed: bool, outcome: str | None
) -> None:
    seen = {"FLOW-001": Seen(Verdict.FAIL, outcomes, "")}
    finding = Finding(Experiment("race", ("FLOW-001",), fault=FAULT), seen)
    assert (finding.killed("FLOW-001"), finding.outcome("FLOW-001")) == (killed, outcome)
    assert Finding(Experiment("null:proxied:echo", ("FLOW-001",), null=NullKind.ECHO), seen).killed("FLOW-001")


def test_a_laboratory_that_is_interrupted_begins_nothing_more_and_leaves_no_process_and_no_folder() -> None:
    experiments = [
        Experiment(f"null:whole:{kind}", ("FLOW-001", "FLOW-002"), null=kind, whole=True) for kind in NullKind
    ]
    laboratory = Laboratory(seed=1, document={}, loading=())
    findings = laboratory.run(experiments, jobs=2)
    finding = next(findings)
    assert finding.failure == ""
    assert all(finding.killed(requirement) for requirement in finding.experiment.requirements)
    findings.close()
    laboratory.close()
    running = [child for child in psutil.Process().children(recursive=True) if "spec" in child.cmdline()]
    assert running == []
    assert not laboratory._folder.exists()
