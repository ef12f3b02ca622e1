"""Headers of a small shop of one version, judged by one rule."""

from __future__ import annotations

from typing import Any, Final

from spec.checking.rules import Rule
from spec.target.exchange import Request
from tests.checks.answers import answered, breaches, known

SHOP: Final = {
    "servers": [{"url": "/api/v2"}],
    "paths": {"/products": {"get": {}}, "/tokens": {"post": {}}, "/cart": {"get": {}, "delete": {}}},
}
FRONT: Final = "https://front.example"
FACTS: Final = known(SHOP, policies={"allowed_origins": [FRONT]})
CLOSED: Final = known(SHOP)
"""The same shop without a declared origin."""
Fields = list[tuple[str, str]]


def judge(rule: Rule, headers: Fields, **given_: Any) -> list[str]:
    """Judge an answer of the API with these headers; return what is wrong with it."""
    request = given_.pop("request", Request("GET", "/api/v2/products"))
    answer = answered(given_.pop("facts", FACTS), request, headers=headers, **given_)
    return breaches(rule, answer)[0]


def field(name: str, *values: str) -> Fields:
    """Make the fields of one name."""
    return [(name, value) for value in values]
