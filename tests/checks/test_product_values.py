"""VAL-001: the field that has to be named is where a request with a wrong price differs from one with a right price."""

from __future__ import annotations

import pytest

from spec.checks.support.field_mutations import FORM
from spec.checks.val.test_product_values import find_places
from spec.target.exchange import Request


def body(content: object) -> Request:
    return Request("POST", "/products", json=content)


def form(text: str) -> Request:
    return Request("POST", "/products", headers=(("Content-Type", FORM),), body=text.encode())


@pytest.mark.parametrize(
    ("right", "wrong", "places"),
    [
        (body({"price": "7.35", "name": "a"}), body({"price": "0.00", "name": "a"}), ["/price"]),
        (body({"price": {"amount": 735}}), body({"price": {"amount": -100}}), ["/price/amount"]),
        (body({"prices": [{"amount": 735}]}), body({"prices": [{"amount": 0}]}), ["/prices/0/amount"]),
        (body({"name": "a"}), body({"name": "a"}), []),
        (form("title=a&price=7.35"), form("title=a&price=0"), ["/price"]),
        (Request("POST", "/p", query=(("price", "7.35"),)), Request("POST", "/p", query=(("price", "0"),)), ["/price"]),
    ],
)
def test_a_price_is_found_whatever_its_unit_and_place(right: Request, wrong: Request, places: list[str]) -> None:
    assert find_places(right, wrong) == places
