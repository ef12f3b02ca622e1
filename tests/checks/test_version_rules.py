"""VER-002 and VER-004: the rules about versions, on answers made by hand."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from spec.checking.outcomes import Outcome
from spec.checking.rules import Answer, RuleJudge
from spec.checks.ver import rules
from spec.surface.known import Known
from spec.surface.openapi import Document
from spec.target.adapter_context import AdapterContext
from spec.target.adapters.rest import Verbs
from spec.target.exchange import Exchange, Headers, Request, Response
from tests.checks.profiles import declaring
from tests.checks.two_versions import make_document

POLICIES = {"served_versions": ["/api/v2", "/api/v1"], "deprecated_versions": ["/api/v1"]}
ANNOUNCED = {
    "Deprecation": "@1780272000",
    "Sunset": "Wed, 01 Dec 2027 00:00:00 GMT",
    "Link": '</api/docs>; rel="deprecation", </api/v2/openapi.json>; rel="successor-version"',
}


def answer(
    path: str, headers: dict[str, str], *, status: int = 200, method: str = "GET", policies: object = None
) -> Answer:
    """Make an answer with these headers."""
    known = Known(declaring(POLICIES if policies is None else {}), Verbs(AdapterContext()))
    response = Response(status, Headers(headers.items()))
    moment = datetime(2026, 11, 1, tzinfo=UTC)
    return Answer(Exchange(Request(method, path, from_origin=True), response, None, moment, 0.1), known)


def found(one: Answer) -> list[tuple[Outcome, str]] | None:
    """Judge an answer by the rule that speaks of it; None where neither does."""
    both = (
        rules.every_answer_of_the_deprecated_version_announces_its_end,
        rules.no_answer_of_the_current_version_announces_an_end,
    )
    judged = [breaches for rule in both if (breaches := RuleJudge(rule).judge(one)) is not None]
    assert len(judged) <= 1
    return [(each.breach.outcome, each.breach.observed) for each in judged[0]] if judged else None


@pytest.mark.parametrize("status", [200, 204, 304, 401, 404, 405, 429, 500])
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST"])
def test_every_answer_of_the_deprecated_version_carries_all_three(status: int, method: str) -> None:
    assert found(answer("/api/v1/products", ANNOUNCED, status=status, method=method)) == []
    missing = found(answer("/api/v1/products", {}, status=status, method=method))
    assert missing == [(Outcome.HEADER_MISSING, f"no {name}") for name in ("Deprecation", "Sunset", "Link")]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Deprecation", "true"),
        ("Deprecation", "1780272000"),
        ("Deprecation", "@1780272000.5"),
        ("Deprecation", "@1780272000, @1780272000"),
        ("Deprecation", "Mon, 01 Jun 2026 00:00:00 GMT"),
        ("Sunset", "@1827619200"),
        ("Sunset", "2027-12-01T00:00:00Z"),
        ("Sunset", "Thu, 01 Dec 2027 00:00:00 GMT"),
        ("Sunset", "Wed, 1 Dec 2027 00:00:00 GMT"),
        ("Sunset", "Wed, 01 Dec 2027 00:00:00 +0000"),
        ("Sunset", "Sun, 31 May 2026 23:59:59 GMT"),
        ("Link", '</api/v1/openapi.json>; rel="successor-version"'),
        ("Link", '</docs>; rel="successor-version"'),
        ("Link", '<//[>; rel="successor-version"'),
    ],
)
def test_a_wrong_value_is_a_breach(name: str, value: str) -> None:
    [(outcome, observed)] = found(answer("/api/v1/products", {**ANNOUNCED, name: value})) or []
    assert (outcome, observed) == (Outcome.HEADER_WRONG, f"{name}: {value}")


def test_a_link_to_something_else_is_no_link_to_the_successor() -> None:
    headers = {**ANNOUNCED, "Link": '</api/v2/products?page=2>; rel="next"'}
    assert found(answer("/api/v1/products", headers)) == [(Outcome.HEADER_MISSING, f"Link: {headers['Link']}")]


def test_the_end_may_fall_on_the_day_of_the_deprecation() -> None:
    assert found(answer("/api/v1", {**ANNOUNCED, "Sunset": "Mon, 01 Jun 2026 00:00:00 GMT"})) == []


@pytest.mark.parametrize("target", ["/api/v2", "https://shop.example/api/v2/products", "../v2/openapi.json"])
@pytest.mark.parametrize(
    "relation", ['rel="successor-version"', "rel=successor-version", 'title="a, b"; rel="x Successor-Version"']
)
def test_the_successor_is_named_in_any_spelling(target: str, relation: str) -> None:
    assert found(answer("/api/v1/products", {**ANNOUNCED, "Link": f"<{target}>; {relation}"})) == []


def test_the_current_version_carries_none_of_them() -> None:
    assert found(answer("/api/v2/products", {"Link": '</api/v2/products?page=2>; rel="next"'})) == []
    for name, value in ANNOUNCED.items():
        [(outcome, _)] = found(answer("/api/v2/products", {name: value}, status=404)) or []
        assert outcome is Outcome.HEADER_WRONG


@pytest.mark.parametrize("path", ["/", "/api", "/api/v3/products", "/api/v10/products", "/docs", "/xapi/v1"])
def test_answers_outside_of_the_versions_are_not_spoken_of(path: str) -> None:
    assert found(answer(path, {})) is None


def test_without_a_deprecated_version_neither_rule_speaks() -> None:
    assert found(answer("/api/v2/products", {}, policies="none")) is None


def read(path: str, price: object) -> list[Outcome] | None:
    """Judge a read of a product with this price by the rule about content; None where it does not speak of it."""
    documents = tuple(Document(make_document(version)) for version in ("v2", "v1"))
    known = Known(declaring(POLICIES), Verbs(AdapterContext()), documents=documents)
    body = json.dumps({"results": [{"price": price}]} if path.endswith("products") else {"price": price}).encode()
    response = Response(200, Headers([("Content-Type", "application/json")]), body)
    exchange = Exchange(Request("GET", path, from_origin=True), response, None, datetime(2026, 11, 1, tzinfo=UTC), 0.1)
    rule: Any = rules.NoReadIsAnsweredAsAnotherVersionAnswersIt
    found = RuleJudge(rule).judge(Answer(exchange, known))
    return None if found is None else [one.breach.outcome for one in found]


@pytest.mark.parametrize("path", ["products", "products/7"])
def test_content_of_another_version_is_a_breach(path: str) -> None:
    old, new = "12.50", {"amount": "12.50"}
    assert read(f"/api/v1/{path}", old) == read(f"/api/v2/{path}", new) == []
    for version, price in (("v1", new), ("v2", old)):
        assert read(f"/api/{version}/{path}", price) == [Outcome.VERSIONS_MIXED]


def test_content_of_no_version_is_the_business_of_others() -> None:
    assert read("/api/v1/products/7", 12.5) == []
    assert read("/api/v1/orders", "12.50") is None
