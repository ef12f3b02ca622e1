"""The altering proxy: it alters at its points, marks what it altered, and passes on everything else as it came."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from spec.falsify.points.altered_shop import AlteringProxy
from spec.falsify.points.bundles import ALTERED_FIELD, Bundle, divide_points, read_bundle
from spec.falsify.points.kinds import VIOLATIONS
from spec.falsify.points.point_faults import PointFault
from spec.falsify.points.wire_facts import METHOD, SENT, VERSION
from spec.falsify.proxy.forwarding_proxy import Upstream
from spec.target.client import Client, Endpoint
from spec.target.exchange import Exchange, Request
from spec.target.recording import Recorder
from tests.falsify.points.scenes import LISTING, STAFF
from tests.support.certificates import make_tls
from tests.support.raw_server import RawServer, header_lines, request_line

ANSWER = b"HTTP/1.1 200 OK\r\nX-Content-Type-Options: nosniff\r\nX-Odd: \xe4\r\nContent-Length: 2\r\n\r\n{}"


def shop_answer(request: bytes) -> bytes:
    """Answer as a shop does, without a body to HEAD."""
    return ANSWER[:-2] if request.startswith(b"HEAD ") else ANSWER


def point(kind: int, *conditions: tuple[str, str]) -> PointFault:
    """Return a point of HDR-001 with one of its kinds."""
    return PointFault("HDR-001", "methods", conditions, VIOLATIONS["HDR-001"][kind])


ON_HEAD, ON_V1, ON_HOST = point(0, (METHOD, "HEAD")), point(0, (VERSION, "v1")), point(0, (SENT, "Host"))


@dataclass(frozen=True)
class Bench:
    """A shop behind an altering proxy."""

    shop: RawServer
    endpoint: Endpoint
    fired: Path

    def ask(self, request: Request, source: str | None = None) -> Exchange:
        """Ask through the proxy."""
        with Client(self.endpoint, Recorder(), source) as client:
            return client.send(request)

    def marks(self, method: str, path: str, **more: object) -> tuple[str, ...]:
        """Return the points that altered the answer to a request."""
        exchange = self.ask(Request(method, path, **more))  # type: ignore[arg-type]  # as Request has them
        assert exchange.response is not None, exchange.summary
        return exchange.response.headers.get_all(ALTERED_FIELD)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    tls, authority = make_tls(tmp_path / "shop")
    own, own_authority = make_tls(tmp_path / "proxy")
    fired = tmp_path / "fired.txt"
    with RawServer(shop_answer, tls=tls) as shop:
        host, _, port = shop.base_url.removeprefix("https://").partition(":")
        upstream = Upstream(host, int(port), ssl.create_default_context(cafile=authority))
        bundle = Bundle(LISTING, [ON_HEAD, ON_V1, ON_HOST])
        proxy = AlteringProxy(bundle, fired, staff_email=STAFF, upstream=upstream, tls=own)
        proxy.start()
        yield Bench(shop, Endpoint(proxy.base_url, own_authority), fired)
        proxy.close()


def test_an_answer_at_a_point_is_altered_and_marked(bench: Bench) -> None:
    exchange = bench.ask(Request("HEAD", "/api/v2/products"))
    assert exchange.response is not None
    assert "X-Content-Type-Options" not in exchange.response.headers
    assert exchange.response.headers.get_all(ALTERED_FIELD) == (ON_HEAD.id,)
    assert exchange.response.headers.get_all("X-Odd") == ("\xe4",)
    assert bench.fired.read_text(encoding="utf-8") == f"{ON_HEAD.id}\n"


def test_an_answer_at_no_point_arrives_as_it_is(bench: Bench) -> None:
    exchange = bench.ask(Request("GET", "/api/v2/products"), source="127.44.3.2")
    assert exchange.response is not None
    assert (exchange.response.status, exchange.response.body) == (200, b"{}")
    assert list(exchange.response.headers) == [
        ("X-Content-Type-Options", "nosniff"), ("X-Odd", "\xe4"), ("Content-Length", "2"),
    ]  # fmt: skip
    assert bench.shop.peers[-1] == "127.44.3.2"
    assert not bench.fired.exists()


def test_of_several_points_that_one_alters_that_has_altered_the_fewest(bench: Bench) -> None:
    assert bench.marks("GET", "/api/v1/orders") == (ON_V1.id,)
    assert bench.marks("HEAD", "/api/v1/orders") == (ON_HEAD.id,)
    both = {bench.marks("HEAD", "/api/v1/orders")[0] for _ in range(2)}
    assert both == {ON_HEAD.id, ON_V1.id}


def test_a_host_counts_as_sent_only_where_it_is_another_one(bench: Bench) -> None:
    assert bench.marks("GET", "/api/v2/orders") == ()
    assert f"Host: {bench.shop.base_url.removeprefix('https://')}" in header_lines(bench.shop.requests[-1])
    assert bench.marks("GET", "/api/v2/orders", headers=(("Host", "evil.example"),)) == (ON_HOST.id,)
    assert "Host: evil.example" in header_lines(bench.shop.requests[-1])


def test_what_no_parser_has_to_read_passes_as_it_came(bench: Bench) -> None:
    host, _, port = bench.endpoint.base_url.removeprefix("https://").partition(":")
    context = ssl.create_default_context(cafile=bench.endpoint.ca_certificate)
    with (
        socket.create_connection((host, int(port))) as plain,
        context.wrap_socket(plain, server_hostname=host) as stream,
    ):
        stream.settimeout(10)
        stream.sendall(b"HEAD /api/v1/orders HTTP/1.1\r\nHost : x\r\n\r\n")
        assert stream.recv(12) == b"HTTP/1.1 200"
    assert request_line(bench.shop.requests[-1]) == "HEAD /api/v1/orders HTTP/1.1"
    assert header_lines(bench.shop.requests[-1]) == ["Host : x"]
    assert not bench.fired.exists()


def test_a_bundle_reads_back_as_it_was_written(tmp_path: Path) -> None:
    kinds = [(requirement, kind) for requirement, kinds in VIOLATIONS.items() for kind in kinds]
    points = [PointFault(one, "methods", ((METHOD, "GET"), (VERSION, "v1")), kind) for one, kind in kinds]
    bundle = Bundle(LISTING, points)
    assert read_bundle(bundle.write(tmp_path / "bundle.json")) == bundle


def test_points_that_a_run_stands_on_go_alone_and_are_few() -> None:
    together = [point(0, (METHOD, f"M{number}")) for number in range(61)]
    alone = [
        PointFault("VAL-014", "methods", ((METHOD, f"M{number}"),), VIOLATIONS["VAL-014"][0]) for number in range(9)
    ]
    assert [len(one) for one in divide_points([*alone, *together])] == [60, 1, 1, 1, 1, 1, 1, 1]
