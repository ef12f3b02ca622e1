"""Other origins ask again: for each kind of answer once, and only where asking again leaves no trace."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spec.surface.other_origins import OtherOrigins, look_alikes
from spec.surface.tour import Cell, CellState, Visit
from spec.target.adapter_context import AdapterContext
from spec.target.adapters.rest import Verbs
from spec.target.circumstances import Circumstances, Identity
from spec.target.client import Endpoint
from spec.target.exchange import Exchange, Request, Response
from spec.target.recording import Recorder
from spec.target.shop import Grants, Shop
from spec.target.source_addresses import SourceAddresses
from tests.checks.profiles import declaring
from tests.support.raw_server import RawServer

FRONT = "https://front.example"
MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
ROOMY = Circumstances(roomy=True)


@contextmanager
def asking(*declared: str) -> Iterator[tuple[OtherOrigins, RawServer]]:
    """Let other origins ask a server that answers everything."""
    with RawServer(lambda _: b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") as server:
        profile = declaring({"allowed_origins": list(declared)})
        shop = Shop(
            profile, Endpoint(server.base_url), Verbs(AdapterContext()), Grants(circumstances=ROOMY),
            addresses=SourceAddresses("origins"), recorder=Recorder(),
        )  # fmt: skip
        with closing(OtherOrigins(shop, shop)) as others:
            yield others, server


def seen(
    method: str = "GET", status: int = 200, kind: str = "success", path: str = "/products", *, roomy: bool = True
) -> Visit:
    """Make a visit that was answered."""
    request = Request(method, path, headers=(("X-Token", "abc"),))
    circumstances = Circumstances(roomy=roomy, identity=Identity.CUSTOMER)
    exchange = Exchange(request, Response(status), None, MOMENT, 0.1, None, circumstances)
    return Visit(Cell(path, "/v1", method, Identity.CUSTOMER, kind), CellState.EXAMINED, exchange)


def origins(visits: list[Visit]) -> list[str]:
    asked = [one.exchange.request for one in visits if one.exchange]
    return [dict(request.headers)["Origin"] for request in asked if "Origin" in dict(request.headers)]


def test_each_kind_of_answer_is_asked_for_by_a_foreign_a_declared_and_a_look_alike_origin() -> None:
    with asking(FRONT) as (others, _):
        first = list(others.ask_again([seen(kind="unknown id", status=404)]))
        assert origins(first) == ["https://foreign.example", FRONT, "null"]
        assert [one.cell.kind for one in first] == ["foreign origin", "declared origin", "foreign origin", "unknown id"]
        assert list(others.ask_again([seen(kind="unknown id", status=404)])) == []
        assert all(one.exchange and one.exchange.circumstances.identity is Identity.CUSTOMER for one in first)
        assert all(one.exchange and ("X-Token", "abc") in one.exchange.request.headers for one in first)


def test_an_address_asks_over_one_connection() -> None:
    with asking(FRONT) as (others, server):
        assert len(list(others.ask_again([seen(), seen(path="/a")]))) == 5
        assert len(server.peers) == 1


def test_a_kind_of_another_version_is_asked_for_once_more_by_one_origin() -> None:
    with asking(FRONT) as (others, _):
        list(others.ask_again([seen(kind="unknown id", status=404)]))
        older = seen(kind="unknown id", status=404)
        older = replace(older, cell=replace(older.cell, version="/v0"))
        assert origins(list(others.ask_again([older]))) == ["https://foreign.example"]


def test_each_status_of_each_resource_is_asked_for_once_more_by_one_origin_in_turn() -> None:
    with asking(FRONT) as (others, _):
        list(others.ask_again([seen()]))
        more = [origins(list(others.ask_again([seen(path=path)]))) for path in ("/a", "/b", "/c", "/a")]
    assert more == [["https://foreign.example"], [FRONT], [f"{FRONT}.foreign.example"], []]


def test_the_preflight_of_a_foreign_origin_is_asked_again_by_null_and_a_look_alike_once_for_each_version() -> None:
    visit = seen("OPTIONS", 204, "preflight of a foreign origin")
    assert visit.exchange
    fields = (("Access-Control-Request-Method", "POST"), ("Origin", "https://foreign.example"))
    request = replace(visit.exchange.request, headers=fields)
    visit = replace(visit, exchange=replace(visit.exchange, request=request))
    with asking(FRONT) as (others, _):
        again = list(others.ask_again([visit, visit]))
        assert [one.cell for one in again] == [visit.cell, visit.cell]
        assert [one.exchange.request.headers for one in again if one.exchange] == [
            (fields[0], ("Origin", "null")),
            (fields[0], ("Origin", f"{FRONT}.foreign.example")),
        ]
        older = replace(visit, cell=replace(visit.cell, version="/v0"))
        assert origins(list(others.ask_again([older]))) == ["null", "http://front.example"]


def test_without_a_declared_origin_no_answer_is_asked_for_by_one() -> None:
    with asking() as (others, server):
        asked = list(others.ask_again([seen(), *(seen(path=f"/{number}") for number in range(5))]))
    assert {one.cell.kind for one in asked} == {"foreign origin", "success"}
    assert len(server.requests) == len(asked) == 8


@pytest.mark.parametrize(
    "visit",
    [
        seen("POST", 201),
        seen("DELETE", 204),
        seen("POST", 500),
        seen(roomy=False),
        Visit(seen().cell, CellState.OUT_OF_REACH, None, "no staff"),
        replace(seen(), exchange=replace(seen().exchange, request=Request("GET", "/a", malformed=True))),  # type: ignore[type-var]
        replace(seen(), exchange=replace(seen().exchange, request=Request("GET", "/a", headers=(("origin", "a"),)))),  # type: ignore[type-var]
    ],
)
def test_what_would_leave_a_trace_or_take_a_budget_is_not_asked_again(visit: Visit) -> None:
    with asking(FRONT) as (others, server):
        assert list(others.ask_again([visit])) == []
    assert server.requests == []


@pytest.mark.parametrize("visit", [seen("POST", 422), seen("HEAD", 200), seen(status=429, kind="budget spent")])
def test_a_refusal_and_a_read_are_asked_again(visit: Visit) -> None:
    with asking(FRONT) as (others, _):
        assert len(list(others.ask_again([visit]))) == 4


def test_once_for_each_status_method_and_identity_an_odd_request_id_is_sent_without_an_origin() -> None:
    with asking(FRONT) as (others, _):
        visits = [seen(), seen(path="/a"), seen("HEAD"), seen(status=404)]
        asked = [one.exchange.request for one in others.ask_again(visits) if one.exchange]
    plain = [one for one in asked if "Origin" not in dict(one.headers)]
    assert [(one.method, one.path) for one in plain] == [
        ("GET", "/products"),
        ("HEAD", "/products"),
        ("GET", "/products"),
    ]
    assert all({"Accept", "X-Request-ID"} <= dict(one.headers).keys() for one in plain)


@given(
    st.sampled_from(["https", "http"]), st.from_regex(r"[a-z]{1,9}(\.[a-z]{1,9}){0,2}(:[0-9]{2,4})?", fullmatch=True)
)
def test_a_look_alike_is_never_the_origin_itself(scheme: str, host: str) -> None:
    origin = f"{scheme}://{host}"
    assert origin not in look_alikes(origin)
