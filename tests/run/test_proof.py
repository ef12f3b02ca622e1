"""The proof of shop."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from reports.verdicts import Verdict
from spec.catalogue import load_catalogue
from spec.checking.judging import CheckVerdict
from spec.checking.outcomes import Outcome
from spec.run.first_contact import NotAShop, hold_against_sign_in, prove
from spec.target.connection import Connection
from spec.target.exchange import Exchange, Request
from spec.target.profile.profile_reading import read_profile
from spec.target.recording import Recorder
from spec.target.source_addresses import SourceAddresses
from tests.support.samples import answered
from tests.support.tiny_shop import TinyShop


def prove_tiny(folder: Path, wrong: str) -> Exchange | None:
    """Prove the tiny shop that is wrong in this way."""
    with TinyShop(wrong) as tiny:
        path = folder / "target.toml"
        path.write_text(f'schema_version = 2\nname = "Tiny"\n[address]\nbase_url = "{tiny.base_url}"\n')
        connection = Connection(
            read_profile(path, load_catalogue()), addresses=SourceAddresses("run"), recorder=Recorder(), progress=print
        )
        try:
            return prove(connection.open())
        finally:
            connection.close()


def test_a_shop_proves_to_be_one(tmp_path: Path) -> None:
    assert prove_tiny(tmp_path, "") is None


def test_a_shop_that_lets_a_wrong_password_in_is_one_and_the_exchange_is_kept(tmp_path: Path) -> None:
    let_in = prove_tiny(tmp_path, "any password")
    assert let_in is not None
    assert let_in.summary == "POST /api/v2/tokens → 200"


HELD = CheckVerdict(Verdict.PASS, "all held", observations=())
LET_IN = answered(Request("POST", "/sign-in"))
SIGNING = ("writes", "signs in")


@pytest.mark.parametrize(
    ("verdict", "requirement", "effects", "let_in", "becomes"),
    [
        (Verdict.PASS, "FLOW-001", SIGNING, None, Verdict.PASS),
        (Verdict.PASS, "FLOW-001", SIGNING, LET_IN, Verdict.FAIL),
        (Verdict.ERROR, "FLOW-001", SIGNING, LET_IN, Verdict.FAIL),
        (Verdict.PASS, "ACC-001", SIGNING, None, Verdict.PASS),
        (Verdict.PASS, "ACC-001", SIGNING, LET_IN, Verdict.NOT_TESTED),
        (Verdict.FAIL, "ACC-001", SIGNING, LET_IN, Verdict.FAIL),
        (Verdict.ERROR, "ACC-001", SIGNING, LET_IN, Verdict.ERROR),
        (Verdict.INCONCLUSIVE, "ACC-001", SIGNING, LET_IN, Verdict.INCONCLUSIVE),
        (Verdict.NOT_APPLICABLE, "ACC-001", SIGNING, LET_IN, Verdict.NOT_APPLICABLE),
        (Verdict.PASS, "HDR-001", ("reads",), LET_IN, Verdict.PASS),
    ],
)
def test_what_held_for_anybody_is_not_tested(
    verdict: Verdict, requirement: str, effects: tuple[str, ...], let_in: Exchange | None, becomes: Verdict
) -> None:
    held = hold_against_sign_in(replace(HELD, verdict=verdict), requirement, effects, let_in)
    assert held.verdict is becomes


def test_a_verdict_that_is_worth_nothing_says_why_and_shows_the_exchange() -> None:
    blocked = hold_against_sign_in(HELD, "ACC-001", SIGNING, LET_IN)
    reason = "blocked by FLOW-001: POST /sign-in → 200 with a wrong password, so no sign-in shows who asks"
    assert (blocked.reason, blocked.reason_code, blocked.observations) == (reason, "blocked", (LET_IN,))
    failed = hold_against_sign_in(HELD, "FLOW-001", SIGNING, LET_IN)
    assert (failed.outcome, failed.observations) == (Outcome.WRONG_PASSWORD_ACCEPTED, (LET_IN,))


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ("one account for all", r"^the account \S+ reads back as ann@shop\.example$"),
        ("no sign-in twice", r"^a wrong password was not refused: POST /api/v2/tokens → 500$"),
        ("no products", r"^its products could not be read: FLOW-002: list products: expected success, observed 500"),
        ("one product for all", r"^the product 'Chair 1' opens as 'Chair 2'$"),
        (
            "everything is found",
            r"^a product that does not exist was not refused as not found: GET /api/v2/products/\d+ → 200$",
        ),
    ],
)
def test_what_is_no_shop_is_found_out_and_told(tmp_path: Path, wrong: str, sentence: str) -> None:
    with pytest.raises(NotAShop, match=sentence):
        prove_tiny(tmp_path, wrong)
