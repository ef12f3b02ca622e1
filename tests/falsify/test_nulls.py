"""Servers that are no shop: what they answer, and the proxy that nulls one exchange and passes on the rest."""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from spec.falsify.nulls.null_answers import HttpNull, NullAnswer, answer
from spec.falsify.nulls.null_server import NullingProxy, NullServer
from spec.target.client import Client, Endpoint
from spec.target.exchange import Exchange, Failure, Request
from spec.target.recording import Recorder
from tests.support.certificates import make_tls
from tests.support.raw_server import RawServer, header_lines, request_line

DOCUMENT: dict[str, object] = {
    "paths": {
        "/products/{product_id}": {
            "get": {"responses": {"404": {}, "200": {"content": {"application/json": {"example": {"id": 1}}}}}},
            "delete": {"responses": {"204": {"description": "gone"}}},
        },
        "/products": {
            "get": {"responses": {"200": {"$ref": "#/components/responses/Page"}}},
            "post": {"responses": {"201": {"content": {"application/json": {"examples": {"a": {"value": [7]}}}}}}},
        },
    },
    "components": {
        "responses": {"Page": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Page"}}}}},
        "schemas": {
            "Page": {
                "type": "object",
                "properties": {
                    "results": {"type": "array", "items": {"$ref": "#/components/schemas/Node"}},
                    "next": {"type": ["string", "null"]},
                    "kind": {"enum": ["list"]},
                    "count": {"allOf": [{"type": "integer"}]},
                },
            },
            "Node": {"type": "object", "properties": {"parent": {"$ref": "#/components/schemas/Node"}}},
        },
    },
}


@pytest.mark.parametrize(
    ("kind", "null"),
    [
        (HttpNull.CONSTANT_200, NullAnswer(200, "application/json", b'{"status": "ok", "results": [], "next": null}')),
        (HttpNull.ALWAYS_500, NullAnswer(500, "application/json", b'{"status": "error"}')),
        (HttpNull.EMPTY_404, NullAnswer(404, "application/json", b"")),
        (HttpNull.ECHO, NullAnswer(200, "application/json", b'{"a": 1}')),
    ],
)
def test_each_kind_of_null_answers_in_its_way(kind: HttpNull, null: NullAnswer) -> None:
    assert answer(kind, "POST", "/cart", b'{"a": 1}', {}) == null


def test_an_echo_without_a_body_says_what_was_asked() -> None:
    assert json.loads(answer(HttpNull.ECHO, "GET", "/cart?x=1", b"", {}).body) == {"method": "GET", "path": "/cart?x=1"}


@pytest.mark.parametrize(
    ("method", "path", "status", "content"),
    [
        ("GET", "/products/9?x=1", 200, {"id": 1}),
        ("POST", "/products", 201, [7]),
        ("DELETE", "/products/9", 204, None),
        ("GET", "/nothing", 200, {}),
        ("PUT", "/products", 200, {}),
    ],
)
def test_examples_are_the_documented_success(method: str, path: str, status: int, content: object) -> None:
    null = answer(HttpNull.EXAMPLES, method, path, b"", DOCUMENT)
    assert (null.status, json.loads(null.body) if null.body else None) == (status, content)


def test_documented_paths_begin_at_the_server_of_the_document() -> None:
    moved = {**DOCUMENT, "servers": [{"url": "/api/v2"}]}
    statuses = [
        answer(HttpNull.EXAMPLES, "POST", path, b"", moved).status for path in ("/api/v2/products", "/products")
    ]
    assert statuses == [201, 200]


def test_an_example_is_made_from_the_schema_where_there_is_none_and_ends_where_the_schema_does_not() -> None:
    page = json.loads(answer(HttpNull.EXAMPLES, "GET", "/products", b"", DOCUMENT).body)
    assert (page["next"], page["kind"], page["count"], len(page["results"])) == ("text", "list", 1, 1)
    depth, node = 0, page["results"][0]
    while node:
        depth, node = depth + 1, node["parent"]
    assert 0 < depth < 10


def ask(endpoint: Endpoint, request: Request, *, examined: bool = False, source: str | None = None) -> Exchange:
    """One exchange of a client of its own."""
    with Client(endpoint, Recorder(), source) as client:
        return client.send(request, examined=examined)


def test_a_null_server_answers_everything_alike_over_tls_too(tmp_path: Path) -> None:
    tls, authority = make_tls(tmp_path / "tls")
    server = NullServer(HttpNull.EMPTY_404, {}, tls=tls)
    server.start()
    try:
        for method in ("GET", "POST", "HEAD", "OPTIONS", "BREW"):
            exchange = ask(Endpoint(server.base_url, authority), Request(method, "/any", json={"a": 1}))
            assert exchange.response is not None, exchange.summary
            assert (exchange.response.status, exchange.response.body) == (404, b"")
    finally:
        server.close()
    assert ask(Endpoint(server.base_url, authority), Request("GET", "/")).failure is Failure.REFUSED


def upstream_answer(request: bytes) -> bytes | None:
    """The real shop: each way of ending an answer."""
    path = request_line(request).split()[1]
    if request.startswith(b"HEAD"):
        return b"HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n"
    if path == "/nothing":
        return b"HTTP/1.1 204 No Content\r\nX-Kept: 1\r\n\r\n"
    if path == "/unchanged":
        return b'HTTP/1.1 304 Not Modified\r\nETag: "x"\r\n\r\n'
    if path == "/chunked":
        return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    if path == "/closed":
        return None
    return b"HTTP/1.1 207 Odd\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Length: 4\r\n\r\nreal"


@dataclass(frozen=True)
class Proxied:
    """A proxy before a real server."""

    upstream: RawServer
    endpoint: Endpoint
    proxy: NullingProxy


@pytest.fixture(scope="module")
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxied]:
    folder = tmp_path_factory.mktemp("tls")
    shop_tls, shop_authority = make_tls(folder / "shop")
    own_tls, own_authority = make_tls(folder / "proxy")
    with RawServer(upstream_answer, tls=shop_tls) as upstream:
        trust = ssl.create_default_context(cafile=shop_authority)
        proxy = NullingProxy(HttpNull.ALWAYS_500, {}, upstream=upstream.base_url, trust=trust, tls=own_tls)
        proxy.start()
        yield Proxied(upstream, Endpoint(proxy.base_url, own_authority, mark_examined=True), proxy)
        proxy.close()


def test_the_marked_exchange_is_nulled_and_does_not_reach_the_shop(proxied: Proxied) -> None:
    before = len(proxied.upstream.requests)
    exchange = ask(proxied.endpoint, Request("POST", "/cart", json={"a": 1}), examined=True)
    assert exchange.response is not None
    assert (exchange.response.status, exchange.response.body) == (500, b'{"status": "error"}')
    assert len(proxied.upstream.requests) == before


def test_what_is_not_marked_passes_through_as_it_is_from_the_clients_own_address(proxied: Proxied) -> None:
    request = Request("BREW", "//a/../b%00?x=<y>", headers=(("X-B", "1"), ("X-A", "2"), ("X-B", "3")), body=b"\xff\x00")
    exchange = ask(proxied.endpoint, request, source="127.44.3.2")
    assert exchange.response is not None
    assert (exchange.response.status, exchange.response.body) == (207, b"real")
    assert exchange.response.headers.get_all("Set-Cookie") == ("a=1", "b=2")
    received = proxied.upstream.requests[-1]
    assert request_line(received) == "BREW //a/../b%00?x=<y> HTTP/1.1"
    lines = header_lines(received)
    assert [line for line in lines if line.startswith("X-")] == ["X-B: 1", "X-A: 2", "X-B: 3"]
    assert f"Host: {proxied.upstream.base_url.removeprefix('https://')}" in lines
    assert received.endswith(b"\r\n\r\n\xff\x00")
    assert proxied.upstream.peers[-1] == "127.44.3.2"


def test_a_host_that_the_client_chose_itself_is_passed_on(proxied: Proxied) -> None:
    ask(proxied.endpoint, Request("GET", "/", headers=(("Host", "evil.example"),)))
    assert "Host: evil.example" in header_lines(proxied.upstream.requests[-1])


@pytest.mark.parametrize(
    ("request_", "answer_", "length"),
    [
        (Request("HEAD", "/"), (200, b""), "1234"),
        (Request("GET", "/nothing"), (204, b""), None),
        (Request("GET", "/unchanged"), (304, b""), None),
        (Request("GET", "/chunked"), (200, b"abcde"), "5"),
    ],
)
def test_answers_without_content_and_in_chunks_arrive_whole(
    proxied: Proxied, request_: Request, answer_: tuple[int, bytes], length: str | None
) -> None:
    with Client(proxied.endpoint, Recorder()) as client:
        # Twice on one connection: what belongs to the first answer is not read as the second.
        exchanges = [client.send(request_) for _ in range(2)]
    for exchange in exchanges:
        assert exchange.response is not None, exchange.summary
        assert (exchange.response.status, exchange.response.body) == answer_
        assert exchange.response.headers.get("Content-Length") == length


def test_a_shop_that_does_not_answer_gives_no_answer_through_the_proxy(proxied: Proxied) -> None:
    assert ask(proxied.endpoint, Request("GET", "/closed")).failure is Failure.CLOSED


def test_a_length_that_is_none_is_for_the_shop_to_refuse(proxied: Proxied) -> None:
    port = int(proxied.endpoint.base_url.rpartition(":")[2])
    context = ssl.create_default_context(cafile=proxied.endpoint.ca_certificate)
    with (
        socket.create_connection(("127.0.0.1", port)) as plain,
        context.wrap_socket(plain, server_hostname="127.0.0.1") as stream,
    ):
        stream.settimeout(10)
        stream.sendall(b"GET /odd HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n")
        assert stream.recv(12) == b"HTTP/1.1 207"
    assert "Content-Length: -5" in header_lines(proxied.upstream.requests[-1])
