"""Money is read and written in the form of the backend, and no float comes near it."""

from __future__ import annotations

import json
import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spec.target.exchange import Request, Response, UnexpectedAnswer
from spec.target.values import Money
from tests.support.rest_walks import PRICE, PRODUCT, answer, body_of, do, rest


@pytest.mark.parametrize(
    ("fields", "price", "written"),
    [
        ({}, PRICE, PRICE),
        ({"amount": "", "form": "text", "currency": "EUR"}, "12.50", "12.50"),
        ({"amount": "", "form": "number", "currency": "EUR"}, 12.5, 12.5),
        ({"amount": "", "form": "number", "unit": "minor", "currency": "EUR"}, 1250, 1250),
        ({"amount": "", "form": "text", "unit": "minor", "currency": "EUR"}, "1250", "1250"),
        ({"amount": "/cents", "form": "number", "unit": "minor", "currency": "EUR"}, {"cents": 1250}, {"cents": 1250}),
        (
            {"amount": "/value", "currency": "/unit/code"},
            {"value": "12.50", "unit": {"code": "EUR"}},
            {"value": "12.50", "unit": {"code": "EUR"}},
        ),
    ],
)
def test_money_is_read_and_written_in_the_form_of_the_backend(
    fields: dict[str, object], price: object, written: object
) -> None:
    adapter = rest(fields={"money": fields})
    value, _ = do(adapter.open_product("7"), answer({**PRODUCT, "price": price}))
    assert value.price == Money(Decimal("12.50"), "EUR")
    sent = body_of(adapter.create_product(name="Lamp", price=Decimal("12.50"), stock=5, category_id="3"))
    assert sent == {"name": "Lamp", "price": written, "stock_quantity": 5, "category_id": 3}


def test_a_currency_beside_the_amount_belongs_to_the_thing() -> None:
    adapter = rest(fields={"money": {"amount": "", "currency": "/currencyCode", "written": "USD"}})
    value, _ = do(adapter.open_product("7"), answer({**PRODUCT, "price": "12.50", "currencyCode": "CHF"}))
    assert value.price == Money(Decimal("12.50"), "CHF")
    sent = body_of(adapter.change_product("7", price=Decimal("-7.35")))
    assert sent == {"price": "-7.35", "currencyCode": "USD"}


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2))
def test_a_json_number_is_read_exactly(amount: Decimal) -> None:
    adapter = rest(fields={"money": {"amount": "", "form": "number", "currency": "EUR"}})
    body = json.dumps({**PRODUCT, "price": "PRICE"}).replace('"PRICE"', str(amount)).encode()
    value, _ = do(adapter.open_product("7"), Response(200, body=body))
    assert value.price.amount == amount
    sent = Request("PATCH", "/", json=body_of(adapter.change_product("7", price=amount))).encoded_body()
    assert Decimal(re.findall(rb"[-0-9.e]+", sent)[-1].decode()) == amount


@pytest.mark.parametrize("amount", ["1e2", "NaN", "1,50", " 1.00", "١.٥٠", "", "1" * 40, 12, 1.5, None, True, {}])
def test_an_amount_in_another_form_is_none(amount: object) -> None:
    with pytest.raises(UnexpectedAnswer, match="an amount at '/price/amount': decimal text as the amount"):
        do(rest().open_product("7"), answer({**PRODUCT, "price": {**PRICE, "amount": amount}}))


def test_half_a_cent_is_no_amount_in_the_minor_unit() -> None:
    adapter = rest(fields={"money": {"amount": "", "form": "number", "unit": "minor", "currency": "EUR"}})
    with pytest.raises(UnexpectedAnswer, match=r"an amount in the minor unit at '/price': a JSON number .* 12\.5"):
        do(adapter.open_product("7"), answer({**PRODUCT, "price": 12.5}))
