"""The proxy between raw sockets: who may speak, and which octets arrive on the other side."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field

import pytest

from spec.falsify.proxy.forwarding_proxy import Upstream
from tests.support.raw_server import RawServer, header_lines, request_line
from tests.targets.disguise.ids import IdCipher
from tests.targets.disguise.proxy import DisguisingProxy

KEY = b"ids of this test"
IDS = IdCipher(KEY)
TENANT = "tenant-1"
ORDER = {"id": 4, "number": "A", "status": "placed", "total": {"amount": "2.00", "currency": "EUR"}}
LINE = {"id": 9, "quantity": 2}
CHECKOUT = {
    "address": {"recipient": "A", "street": "B", "postalCode": "1", "city": "C"},
    "shipping": {"method": "post"},
    "payment": {"method": "invoice"},
}


def answer(status: str, content: object | None = None, *fields: str) -> bytes:
    """Return an answer of the shop."""
    body = b"" if content is None else json.dumps(content).encode()
    lines = [f"HTTP/1.1 {status}", *fields, "Content-Type: application/json", f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode() + body


def shop(request: bytes) -> bytes:
    """Answer as the shop does, as far as these tests ask."""
    line = request_line(request)
    if line.startswith("POST /api/v2/tokens "):
        return answer("200 OK", {"access": "a-token", "refresh": "r-token"})
    if line.startswith("POST /api/v2/orders "):
        return answer("201 Created", ORDER)
    if line.startswith("POST /api/v2/cart/lines "):
        return answer("201 Created", LINE, "Location: /api/v2/cart/lines/9")
    if line.startswith("POST /api/v2/products/3/reviews "):
        return answer("201 Created", {"id": 6, "rating": 4})
    if line.startswith("GET /api/v2/cart "):
        return answer("200 OK", {"lines": [LINE]})
    return answer("200 OK", {"results": [], "next": None, "previous": None}, 'ETag: "one"', "X-Odd: \xe4")


@dataclass
class Browser:
    """One client with a connection of its own, a cookie, and the CSRF token of the last answer."""

    stream: socket.socket
    cookie: str = ""
    csrf: str = ""
    received: bytearray = field(default_factory=bytearray)

    def ask(self, line: str, content: object = None, *, csrf: str | None = None, tenant: str = TENANT) -> str:
        """Send a request; return the answer as text."""
        body = b"" if content is None else json.dumps(content).encode()
        token = self.csrf if csrf is None else csrf
        lines = [
            f"{line} HTTP/1.1", "Host: shop", f"X-Tenant-Key: {tenant}", f"Cookie: {self.cookie}",
            f"X-CSRF-Token: {token}", f"Content-Length: {len(body)}", "", "",
        ]  # fmt: skip
        said = self.send("\r\n".join(lines).encode() + body)
        for name, value in re.findall(r"(Set-Cookie|X-CSRF-Token): ([^;\r]*)", said):
            if name == "Set-Cookie":
                self.cookie = value
            else:
                self.csrf = value
        return said

    def send(self, data: bytes) -> str:
        """Send octets; return the answer as text."""
        self.stream.sendall(data)
        while b"\r\n\r\n" not in self.received:
            self._receive()
        head, _, rest = bytes(self.received).partition(b"\r\n\r\n")
        found = re.search(rb"(?i)content-length: *(\d+)", head)
        length = int(found[1]) if found else 0
        while len(rest) < length:
            self._receive()
            rest = bytes(self.received).partition(b"\r\n\r\n")[2]
        self.received = bytearray(rest[length:])
        return (head + b"\r\n\r\n" + rest[:length]).decode("latin-1")

    def _receive(self) -> None:
        data = self.stream.recv(65536)
        assert data, f"the connection ended after {bytes(self.received)!r}"
        self.received += data

    def sign_in(self) -> None:
        """Fetch a token and sign in."""
        self.ask("GET /shop/api/session")
        assert self.ask("POST /shop/api/tokens", {}).startswith("HTTP/1.1 200 ")


@dataclass
class Bench:
    """A shop of a few lines behind a proxy."""

    shop: RawServer
    proxy: DisguisingProxy
    streams: list[socket.socket] = field(default_factory=list)

    def browser(self, source: str = "127.0.0.1") -> Browser:
        """Connect another client, from this address."""
        host, _, port = self.proxy.authority.partition(":")
        stream = socket.create_connection((host, int(port)), timeout=10, source_address=(source, 0))
        self.streams.append(stream)
        return Browser(stream)

    @property
    def last(self) -> bytes:
        """The last request that reached the shop."""
        return self.shop.requests[-1]


@pytest.fixture
def bench() -> Iterator[Bench]:
    with RawServer(shop) as server:
        port = int(server.base_url.rpartition(":")[2])
        proxy = DisguisingProxy(Upstream("127.0.0.1", port), tenant_key=TENANT, id_key=KEY)
        proxy.start()
        made = Bench(server, proxy)
        with closing(proxy):
            yield made
            for stream in made.streams:
                stream.close()


@pytest.mark.parametrize(("origin", "allowed"), [("https://storefront.example", True), ("https://a.example", False)])
def test_the_proxy_s_own_answers_may_be_read_by_the_declared_origin_alone(
    bench: Bench, origin: str, allowed: bool
) -> None:
    said = bench.browser().send(f"GET /shop/api/products HTTP/1.1\r\nHost: a\r\nOrigin: {origin}\r\n\r\n".encode())
    assert said.startswith("HTTP/1.1 401 ")
    assert ("\r\nAccess-Control-Allow-Origin: https://storefront.example\r\n" in said) == allowed


def test_the_shop_sees_each_client_s_own_address(bench: Bench) -> None:
    for source in ("127.0.0.1", "127.3.2.1", "127.9.8.7"):
        bench.browser(source).ask("GET /shop/api/products")
    assert bench.shop.peers == ["127.0.0.1", "127.3.2.1", "127.9.8.7"]


def test_a_client_s_connection_is_one_connection_to_the_shop(bench: Bench) -> None:
    client = bench.browser()
    for _ in range(3):
        client.ask("GET /shop/api/products")
    assert (len(bench.shop.requests), len(bench.shop.peers)) == (3, 1)


@pytest.mark.parametrize(("tenant", "status"), [("", "403"), ("another", "403")])
def test_a_wrong_tenant_s_key_is_refused_by_a_problem_document(bench: Bench, tenant: str, status: str) -> None:
    said = bench.browser().ask("GET /shop/livez", tenant=tenant)
    assert said.startswith(f"HTTP/1.1 {status} ")
    assert "Content-Type: application/problem+json" in said
    assert bench.shop.requests == []


def test_a_request_without_a_tenant_s_key_is_refused(bench: Bench) -> None:
    said = bench.browser().send(b"GET /shop/api/products HTTP/1.1\r\nHost: shop\r\n\r\n")
    assert said.startswith("HTTP/1.1 401 ")
    assert bench.shop.requests == []


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_an_unsafe_request_without_a_current_csrf_token_never_reaches_the_shop(bench: Bench, method: str) -> None:
    client = bench.browser()
    assert client.ask(f"{method} /shop/api/cart", {}).startswith("HTTP/1.1 403 ")
    client.ask("GET /shop/api/session")
    assert client.ask(f"{method} /shop/api/cart", {}, csrf="invented").startswith("HTTP/1.1 403 ")
    assert bench.shop.requests == []
    assert client.ask(f"{method} /shop/api/cart", {}).startswith("HTTP/1.1 200 ")


def test_each_unsafe_answer_gives_another_csrf_token_and_the_one_before_ends(bench: Bench) -> None:
    client = bench.browser()
    client.ask("GET /shop/api/session")
    first, seen = client.csrf, set()
    for _ in range(3):
        client.ask("DELETE /shop/api/cart")
        seen.add(client.csrf)
    assert len(seen | {first}) == 4
    assert client.ask("DELETE /shop/api/cart", csrf=first).startswith("HTTP/1.1 403 ")


def test_a_cookie_stands_for_the_access_token_and_sign_in_gives_another_one(bench: Bench) -> None:
    client = bench.browser()
    client.ask("GET /shop/api/session")
    anonymous = client.cookie
    client.ask("POST /shop/api/tokens", {})
    assert client.cookie != anonymous
    client.ask("GET /shop/api/cart")
    assert "Authorization: Bearer a-token" in header_lines(bench.last)
    assert not any(line.lower().startswith(("cookie", "x-csrf", "x-tenant")) for line in header_lines(bench.last))
    client.cookie = anonymous
    client.ask("GET /shop/api/cart")
    assert not any(line.startswith("Authorization") for line in header_lines(bench.last))


def test_only_the_last_request_of_the_checkout_reaches_the_shop(bench: Bench) -> None:
    client = bench.browser()
    client.sign_in()
    before = len(bench.shop.requests)
    for step, content in CHECKOUT.items():
        assert client.ask("POST /shop/api/orders", {}).startswith("HTTP/1.1 409 ")
        assert client.ask(f"PUT /shop/api/checkout/{step}", content).startswith("HTTP/1.1 200 ")
    assert len(bench.shop.requests) == before
    placed = client.ask("POST /shop/api/orders", {})
    assert placed.startswith("HTTP/1.1 303 ")
    assert f"Location: /shop/api/orders/{IDS.encode('order', 4)}\r\n" in placed
    assert request_line(bench.last) == "POST /api/v2/orders HTTP/1.1"
    assert client.ask("POST /shop/api/orders", {}).startswith("HTTP/1.1 409 ")


def test_a_checkout_step_is_refused_before_its_turn_and_without_its_texts(bench: Bench) -> None:
    client = bench.browser()
    client.sign_in()
    assert client.ask("PUT /shop/api/checkout/payment", CHECKOUT["payment"]).startswith("HTTP/1.1 409 ")
    said = client.ask("PUT /shop/api/checkout/address", {"recipient": "A"})
    assert said.startswith("HTTP/1.1 400 ")
    errors = json.loads(said.partition("\r\n\r\n")[2])["errors"]
    assert [error["pointer"] for error in errors] == ["/street", "/postalCode", "/city"]


def test_a_line_is_read_out_of_the_cart_of_who_asks(bench: Bench) -> None:
    maker, other = bench.browser(), bench.browser()
    maker.sign_in()
    place = f"/shop/api/cart/lines/{IDS.encode('line', 9)}"
    assert f"Location: {place}\r\n" in maker.ask("POST /shop/api/cart/lines", {})
    shown = json.loads(maker.ask(f"GET {place}").partition("\r\n\r\n")[2])
    assert shown == {"data": {"id": IDS.encode("line", 9), "quantity": 2}, "meta": {}}
    assert request_line(bench.last) == "GET /api/v2/cart HTTP/1.1"
    assert maker.ask(f"GET /shop/api/cart/lines/{IDS.encode('line', 8)}").startswith("HTTP/1.1 404 ")
    other.ask(f"GET {place}")
    assert request_line(bench.last) == "GET /api/v2/cart/lines/9 HTTP/1.1"


def test_what_has_no_page_in_the_shop_is_read_once_by_who_made_it(bench: Bench) -> None:
    maker, other = bench.browser(), bench.browser()
    maker.sign_in()
    other.sign_in()
    reviews = f"/shop/api/products/{IDS.encode('product', 3)}/reviews"
    place = f"{reviews}/{IDS.encode('review', 6)}"
    assert f"Location: {place}\r\n" in maker.ask(f"POST {reviews}", {})
    assert other.ask(f"GET {place}").startswith("HTTP/1.1 404 ")
    shown = json.loads(maker.ask(f"GET {place}").partition("\r\n\r\n")[2])
    assert shown == {"data": {"id": IDS.encode("review", 6), "rating": 4}, "meta": {}}
    assert maker.ask(f"GET {place}").startswith("HTTP/1.1 404 ")


def test_fields_of_the_shop_s_answer_stay_as_they_are(bench: Bench) -> None:
    said = bench.browser().ask("GET /shop/api/products")
    assert 'ETag: "one"\r\n' in said
    assert "X-Odd: \xc3\xa4\r\n" in said
    assert json.loads(said.partition("\r\n\r\n")[2]) == {"data": [], "meta": {}}


@pytest.mark.parametrize(
    "octets",
    [
        b"GET /shop/api/products HTTP/9.9\r\nHost: a\r\n\r\n",
        b"GET  /shop/api/products HTTP/1.1\r\n\r\n",
        b"GET /livez HTTP/1.1\r\nno field\r\nX: \x00\r\n\r\n",
        b"GET /livez HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n",
        b"\x16\x03\x01nonsense\r\n\r\n",
        b"POST /livez HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST /livez HTTP/1.1\r\nContent-Type : x\r\nTransfer-Encoding: chunked\r\n\r\n",
    ],
)
def test_octets_that_are_no_request_reach_the_shop_unchanged(octets: bytes) -> None:
    answers = iter([answer("400 Bad Request")])
    with RawServer(lambda _: next(answers)) as server:
        port = int(server.base_url.rpartition(":")[2])
        proxy = DisguisingProxy(Upstream("127.0.0.1", port), tenant_key=TENANT, id_key=KEY)
        proxy.start()
        bench = Bench(server, proxy)
        with closing(proxy):
            client = bench.browser()
            assert client.send(octets).startswith("HTTP/1.1 400 ")
            client.stream.close()
        expected = octets.replace(b"/shop/api/", b"/api/v2/").replace(b" /livez", b" /outside/livez")
    assert server.requests == [expected if len(octets.split(b"\r\n")[0].split(b" ")) == 3 else octets]


@pytest.mark.parametrize("body", [b'{"email": ', b"\xff\x00", b'{"a":1,"a":2}', b'{"price":{"cents":1e3}'])
def test_a_broken_body_reaches_the_shop_unchanged(bench: Bench, body: bytes) -> None:
    client = bench.browser()
    client.ask("GET /shop/api/session")
    head = (
        f"POST /shop/api/accounts HTTP/1.1\r\nX-Tenant-Key: {TENANT}\r\nCookie: {client.cookie}\r\n"
        f"X-CSRF-Token: {client.csrf}\r\nX-Odd: \xfc\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    client.send(head.encode("latin-1") + body)
    assert bench.last.partition(b"\r\n\r\n")[2] == body
    assert b"\r\nX-Odd: \xfc\r\n" in bench.last


def test_an_odd_method_and_an_odd_target_reach_the_shop_as_they_are(bench: Bench) -> None:
    bench.browser().ask("BREW /shop//%00/..;/?a=%zz&&")
    assert request_line(bench.last) == "BREW //%00/..;/?a=%zz&& HTTP/1.1"


def test_a_shop_that_gives_no_answer_gives_none_here(bench: Bench) -> None:
    bench.shop.close()
    client = bench.browser()
    client.stream.sendall(f"GET /shop/livez HTTP/1.1\r\nX-Tenant-Key: {TENANT}\r\n\r\n".encode())
    assert client.stream.recv(1) == b""


def test_a_client_hears_of_the_end_of_its_connection_at_the_shop(bench: Bench) -> None:
    client = bench.browser()
    client.ask("GET /shop/livez")
    bench.shop.close()
    assert client.stream.recv(1) == b""
