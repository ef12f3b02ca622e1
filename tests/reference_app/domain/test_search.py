"""Search: plain words, whatever they are made of (VAL-016)."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from tests.reference_app.client import Api
from tests.reference_app.domain.shelf import make_product

pytestmark = pytest.mark.django_db


def found(api: Api, term: str) -> list[str]:
    """Return the names of what a search finds."""
    response = api.get(f"products?ordering=name&search={quote(term)}")
    assert response.status_code == 200, response.content
    return [entry["name"] for entry in response.json()["results"]]


def test_all_words_are_found_in_name_or_description_in_any_case_and_order(api: Api) -> None:
    make_product(name="Copper kettle", description="For TEA")
    make_product(name="Copper pot")
    assert found(api, "copper") == ["Copper kettle", "Copper pot"]
    assert found(api, "Kettle COPPER") == ["Copper kettle"]
    assert found(api, "tea copper") == ["Copper kettle"]
    assert found(api, "kettle pot") == []


def test_no_word_is_too_common(api: Api) -> None:
    make_product(name="The Who")
    assert found(api, "the") == ["The Who"]


@pytest.mark.parametrize("term", ["%", "_", "\\", ".*", "[a-z]+", "(", "'", '"', "!", "&", "|", ":*", "<->", "a | b"])
def test_signs_mean_nothing(api: Api, term: str) -> None:
    make_product(name="Kettle")
    assert found(api, term) == []


@pytest.mark.parametrize("term", ["50%", "a_b", "c:\\temp", "x.y", "don't", "c++", "🫖 pot", "Äpfel", "日本語"])
def test_a_name_is_found_by_what_it_says(api: Api, term: str) -> None:
    make_product(name=f"Thing {term}")
    make_product(name="axb 5000 temp")
    assert found(api, term) == [f"Thing {term}"]


def test_both_spellings_of_an_accent_are_one_word(api: Api) -> None:
    make_product(name="Caf\u00e9 table")
    make_product(name="Cafe\u0301 chair")
    for term in ("caf\u00e9", "cafe\u0301"):
        assert found(api, term) == ["Cafe\u0301 chair", "Caf\u00e9 table"]


@pytest.mark.parametrize("term", ["x" * 200, "\u202eabc", "\ufffd", "<script>", "' OR 1=1 --"])
def test_odd_terms_find_nothing_and_break_nothing(api: Api, term: Any) -> None:
    make_product()
    assert found(api, term) == []
