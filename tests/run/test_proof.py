"""The proof of shop."""

from __future__ import annotations

from pathlib import Path

import pytest

from spec.catalogue import load_catalogue
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
        path.write_text(f'schema_version = 2\nname = "Tiny"\n[address]\nbase_url = "{tiny.base_url}"\n')
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
