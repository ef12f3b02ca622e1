"""Walks of the built-in adapter's verbs over answers that a test gives."""

from __future__ import annotations

import json
from typing import Any, Final, TypeVar

from spec.target.adapter_context import AdapterContext
from spec.target.adapters.rest import Verbs
from spec.target.exchange import Headers, Request, Response
from spec.target.steps import Part, Verb, walk

T = TypeVar("T")

PRICE: Final = {"amount": "12.50", "currency": "EUR"}
PRODUCT: Final = {"id": 7, "name": "Lamp", "price": PRICE, "in_stock": True, "category_id": 3, "stock_quantity": 5}
LINE: Final = {"id": 1, "product_id": 7, "variant_id": None, "quantity": 2, "unit_price": PRICE, "line_total": PRICE}
CART: Final[dict[str, Any]] = {"lines": [{**LINE, "id": 4, "product_id": 6}, LINE], "total": PRICE}
ORDER: Final = {"id": 9, "number": "A-9", "status": "placed", "total": PRICE, "lines": [LINE]}


class GivenAnswer:
    """An answer as the walk wants it."""

    def __init__(self, response: Response) -> None:
        self.response: Response | None = response


def answer(content: object, status: int = 200, link: str = "") -> Response:
    """Make an answer with a JSON body, and a Link header where one is given."""
    return Response(status, Headers([("Link", link)] if link else []), json.dumps(content).encode())


def do(verb: Verb[T], *answers: Response, adapter: Verbs | None = None) -> tuple[T, list[tuple[str, str, Part]]]:
    """Walk a verb over these answers: its value, and method, target and part of each request."""
    asked: list[tuple[str, str, Part]] = []
    coming = iter(answers)

    def send(request: Request, part: Part) -> GivenAnswer:
        asked.append((request.method, request.target, part))
        return GivenAnswer(next(coming))

    walked = walk(verb, (adapter or rest()).stranger(), send)
    if walked.refusal is not None:
        raise walked.refusal
    assert list(coming) == []
    return walked.read(), asked


def rest(base_url: str = "", **tables: Any) -> Verbs:
    """Make the built-in adapter with these tables of a profile."""
    return Verbs(AdapterContext(base_url=base_url, **tables))


def body_of(verb: Verb[T]) -> Any:
    """Return the JSON of a verb's only request."""
    adapter, sent = rest(), []

    def send(request: Request, _part: Part) -> GivenAnswer:
        sent.append(json.loads(request.encoded_body()))
        return GivenAnswer(Response(500))

    walk(verb, adapter.stranger(), send)
    return sent[0]
