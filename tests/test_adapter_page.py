"""The page on adapters: its example is an adapter that works as the page says."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from types import ModuleType

import pytest

from spec.target.adapter_context import AdapterContext
from spec.target.adapters import AdapterError, load_adapter
from spec.target.exchange import Headers, Request, Response
from spec.target.session import Session
from spec.target.steps import Part, walk
from spec.target.values import Money
from tests.target.test_steps import Answer

PAGE = (Path(__file__).resolve().parents[1] / "docs" / "writing-an-adapter.md").read_text(encoding="utf-8")
MODULE, SESSION = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
PRICE = {"amount": "2.50", "currency": "EUR"}
ANSWERS = {
    "POST /carts": (201, {"id": "c7"}),
    "GET /carts/c7": (200, {"lines": [], "total": PRICE}),
    "PUT /carts/c7/address": (204, None),
    "POST /carts/c7/payment": (201, {"id": "p1"}),
    "POST /orders": (202, {"id": "o3"}),
    "GET /orders/o3": (200, {"id": "o3", "number": "3", "status": "placed", "total": PRICE, "lines": []}),
}


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (tmp_path / "my_shop_of_the_page.py").write_text(MODULE)
    monkeypatch.syspath_prepend(tmp_path)
    return "my_shop_of_the_page"


def test_the_example_walks_its_checkout_and_forgets_the_cart_that_was_ordered(module: str) -> None:
    verbs, session, asked = load_adapter(module, AdapterContext(settings={"country": "GB"})), Session(), []

    def send(request: Request, part: Part) -> Answer:
        asked.append((f"{request.method} {request.target}", part))
        status, content = ANSWERS[asked[-1][0]]
        return Answer(Response(status, body=b"" if content is None else json.dumps(content).encode()))

    assert walk(verbs.view_cart(), session, send).read().lines == ()
    assert session.memory == {"cart": "c7"}
    assert walk(verbs.place_order("key"), session, send).read().total == Money(2.5, "EUR")  # type: ignore[arg-type] # equal
    assert session.memory == {}
    assert asked == [
        ("POST /carts", Part.LEAD), ("GET /carts/c7", Part.OWN),
        ("PUT /carts/c7/address", Part.LEAD), ("POST /carts/c7/payment", Part.LEAD), ("POST /orders", Part.OWN),
        ("GET /orders/o3", Part.LOOK),
    ]  # fmt: skip


def test_the_example_refuses_settings_that_it_does_not_know_and_misses_its_own(module: str) -> None:
    with pytest.raises(AdapterError, match="country"):
        load_adapter(module, AdapterContext())
    with pytest.raises(AdapterError, match="did you mean 'country'"):
        load_adapter(module, AdapterContext(settings={"contry": "GB"}))


def test_the_session_of_the_page_sends_the_token_that_the_last_answer_gave() -> None:
    made = ModuleType("page")
    made.__dict__.update({"Session": Session, "Request": Request, "Response": Response})
    exec(compile(ast.parse(SESSION), "page", "exec"), made.__dict__)  # noqa: S102 - the page's own words
    session: Session = made.CsrfSession()
    for token in ("one", "two"):
        session.learn(Response(200, Headers([("X-CSRF-Token", token)])))
        assert session.sign(Request("POST", "/x")).headers == (("X-CSRF-Token", token),)
        assert session.sign(Request("GET", "/x")).headers == ()
