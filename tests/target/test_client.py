"""The client against a server that keeps the bytes as they came."""

from __future__ import annotations

import resource
import socket
from collections.abc import Iterator
from pathlib import Path
from threading import Timer

import pytest

from spec.target.client import Client, Endpoint, OwnLimitReached
from spec.target.exchange import EXAMINED_FIELD, Exchange, Failure, Request
from spec.target.observations import ObservationKind
from spec.target.recording import KEPT, Recorder
from tests.support.certificates import make_tls
from tests.support.raw_server import RawServer, header_lines, request_line


@pytest.fixture
def server() -> Iterator[RawServer]:
    with RawServer() as running:
        yield running


def ask(base_url: str, request: Request, *, timeout: float = 10, source: str | None = None) -> Exchange:
    """One exchange of a client of its own."""
    with Client(Endpoint(base_url, timeout_seconds=timeout), Recorder(), source) as client:
        return client.send(request)


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ("/a%00b", "/a%00b"),
        ("/a/../../etc", "/a/../../etc"),
        ("//products///1", "//products///1"),
        ("/%2e%2e/%C3%BC", "/%2e%2e/%C3%BC"),
        ("/p?x=<script>&y=\"'`{}|\\^", "/p?x=<script>&y=\"'`{}|\\^"),
        ("/gr\u00fcn sp\tx#f", "/gr%C3%BCn%20sp%09x#f"),
        ("*", "*"),
    ],
)
def test_a_target_goes_over_the_wire_as_it_is_written(server: RawServer, path: str, written: str) -> None:
    assert ask(server.base_url, Request("GET", path)).failure is None
    assert request_line(server.requests[0]) == f"GET {written} HTTP/1.1"


def test_a_base_url_with_a_path_stands_before_each_target(server: RawServer) -> None:
    ask(f"{server.base_url}/shop/", Request("GET", "/products", query=(("a", "1 2"),)))
    assert request_line(server.requests[0]) == "GET /shop/products?a=1+2 HTTP/1.1"


def test_header_fields_keep_their_order_repetition_and_case(server: RawServer) -> None:
    headers = (("X-b", "1"), ("x-B", "2"), ("X-Forwarded-For", "1.2.3.4"), ("X-Raw", "gr\u00fcn"), ("X-b", ""))
    ask(server.base_url, Request("GET", "/", headers=headers))
    lines = header_lines(server.requests[0])
    assert [line for line in lines if line.lower().startswith("x-")] == [
        "X-b: 1", "x-B: 2", "X-Forwarded-For: 1.2.3.4", "X-Raw: gr\u00fcn", "X-b: ",
    ]  # fmt: skip
    assert "User-Agent: shopspec" in lines
    assert "Accept: */*" in lines


def test_what_a_request_states_itself_is_not_stated_for_it(server: RawServer) -> None:
    stated = (("user-agent", "mine"), ("ACCEPT", "text/html"), ("Host", "evil.example"), ("content-type", "text/xml"))
    ask(server.base_url, Request("POST", "/", headers=stated, json={"a": 1}))
    lines = [line.lower() for line in header_lines(server.requests[0])]
    names = [line.partition(":")[0] for line in lines]
    assert {"user-agent: mine", "accept: text/html", "host: evil.example", "content-type: text/xml"} <= set(lines)
    assert len(names) == len(set(names))


def test_a_body_goes_as_the_bytes_that_it_is(server: RawServer) -> None:
    ask(server.base_url, Request("POST", "/", body=b'{"a":\xff'))
    assert server.requests[0].endswith(b'\r\n\r\n{"a":\xff')
    assert "Content-Length: 6" in header_lines(server.requests[0])


def test_an_answer_keeps_status_repeated_headers_and_bytes() -> None:
    raw = b"HTTP/1.1 418 T\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nX-Latin: \xe9\r\nContent-Length: 3\r\n\r\n\x00\xff!"
    with RawServer(lambda request: raw) as server:
        exchange = ask(server.base_url, Request("GET", "/"))
    assert exchange.response is not None
    assert (exchange.response.status, exchange.response.body) == (418, b"\x00\xff!")
    assert exchange.response.headers.get_all("set-cookie") == ("a=1", "b=2")
    assert exchange.response.headers.get("X-Latin") == "\xe9"
    assert exchange.failure is None
    assert 0 < exchange.seconds < 10


def test_a_cookie_is_not_sent_back_and_a_redirection_is_not_followed() -> None:
    raw = b"HTTP/1.1 302 Found\r\nLocation: /other\r\nSet-Cookie: a=1; Path=/\r\nContent-Length: 0\r\n\r\n"
    with RawServer(lambda request: raw) as server, Client(Endpoint(server.base_url), Recorder()) as client:
        client.send(Request("GET", "/one"))
        client.send(Request("GET", "/two"))
    assert [request_line(one) for one in server.requests] == ["GET /one HTTP/1.1", "GET /two HTTP/1.1"]
    assert "cookie:" not in server.requests[1].decode().lower()


def test_no_answer_in_time_is_a_timeout() -> None:
    with RawServer(lambda request: b"") as server:
        exchange = ask(server.base_url, Request("GET", "/"), timeout=0.2)
    assert (exchange.response, exchange.failure) == (None, Failure.TIMEOUT)


def test_a_port_that_nobody_listens_on_refuses() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    assert ask(f"http://127.0.0.1:{port}", Request("GET", "/")).failure is Failure.REFUSED


def test_an_address_that_this_machine_does_not_have_says_nothing_about_the_target(server: RawServer) -> None:
    with pytest.raises(OwnLimitReached, match=r"^no connection could be opened on this side: "):
        ask(server.base_url, Request("GET", "/"), source="203.0.113.9")
    assert server.requests == []


def test_running_out_of_descriptors_says_nothing_about_the_target(server: RawServer) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with Client(Endpoint(server.base_url), Recorder()) as client:
        taken = len(list(Path("/proc/self/fd").iterdir()))
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(taken, 3), hard))
            with pytest.raises(
                OwnLimitReached, match=r"^no connection could be opened on this side: Too many open files"
            ):
                client.send(Request("GET", "/"))
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        assert client.send(Request("GET", "/")).failure is None


@pytest.mark.parametrize("answer", [None, b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", b"nonsense\r\n\r\n"])
def test_a_connection_that_closes_or_speaks_no_http_gives_no_answer(answer: bytes | None) -> None:
    calls: list[bytes] = []

    def once(request: bytes) -> bytes | None:
        calls.append(request)
        return answer

    server = RawServer(once)
    with Client(Endpoint(server.base_url, timeout_seconds=2), Recorder()) as client:
        if answer and answer.endswith(b"abc"):
            # The rest never comes: the server ends while the client waits.
            Timer(0.2, server.close).start()
        exchange = client.send(Request("GET", "/"))
    server.close()
    assert exchange.failure is Failure.CLOSED
    assert len(calls) == 1


def test_a_connection_is_used_again_until_it_was_idle_for_long(
    server: RawServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Client(Endpoint(server.base_url), Recorder()) as client:
        assert [client.send(Request("GET", "/")).failure for _ in range(3)] == [None] * 3
    assert len(server.peers) == 1
    monkeypatch.setattr("spec.target.client.IDLE_SECONDS", 0.0)
    with Client(Endpoint(server.base_url), Recorder()) as client:
        assert [client.send(Request("GET", "/")).failure for _ in range(3)] == [None] * 3
    assert len(server.peers) == 4


def test_a_certificate_that_is_not_trusted_fails_the_handshake_and_a_trusted_one_does_not(tmp_path: Path) -> None:
    tls, authority = make_tls(tmp_path / "one")
    _, stranger = make_tls(tmp_path / "two")
    with RawServer(tls=tls) as server:
        for trusted, failure in ((authority, None), (stranger, Failure.TLS), (None, Failure.TLS)):
            with Client(Endpoint(server.base_url, trusted), Recorder()) as client:
                assert client.send(Request("GET", "/")).failure is failure
        plain = server.base_url.replace("https", "http")
        assert ask(plain, Request("GET", "/"), timeout=2).failure in {Failure.CLOSED, Failure.TIMEOUT}


def test_speaking_tls_to_a_server_without_it_fails_the_handshake(server: RawServer) -> None:
    with Client(Endpoint(server.base_url.replace("http", "https"), timeout_seconds=0.5), Recorder()) as client:
        assert client.send(Request("GET", "/")).failure in {Failure.TLS, Failure.TIMEOUT}


def test_a_request_that_http_cannot_carry_is_the_fault_of_whoever_made_it(server: RawServer) -> None:
    with pytest.raises(ValueError, match="HTTP cannot carry this request"):
        ask(server.base_url, Request("GET", "/", headers=(("X-Split", "a\r\nX-Smuggled: b"),)))
    assert server.requests == []


def test_only_an_examined_exchange_is_marked_and_only_where_the_endpoint_asks_for_it(server: RawServer) -> None:
    for wanted in (True, False):
        with Client(Endpoint(server.base_url, mark_examined=wanted), Recorder()) as client:
            client.send(Request("GET", "/"), examined=True)
            client.send(Request("GET", "/"))
    marked = [f"{EXAMINED_FIELD}: 1" in header_lines(one) for one in server.requests]
    assert marked == [True, False, False, False]


def test_a_client_speaks_from_the_address_that_it_was_given(server: RawServer) -> None:
    exchange = ask(server.base_url, Request("GET", "/"), source="127.77.66.55")
    assert server.peers == ["127.77.66.55"]
    assert exchange.source_address == "127.77.66.55"


def test_a_recorder_keeps_the_last_exchanges_counts_all_and_keeps_secrets_over_checks(server: RawServer) -> None:
    recorder = Recorder()
    recorder.add_secret("first", "", "second")
    with Client(Endpoint(server.base_url), recorder) as client:
        sent = [client.send(Request("GET", f"/{number}")) for number in range(KEPT + 3)]
    assert recorder.exchanges == tuple(sent[3:])
    assert recorder.count == KEPT + 3
    recorder.start_over()
    assert (recorder.exchanges, recorder.count) == ((), 0)
    assert recorder.secrets == {"first", "second"}


def test_what_is_observed_aside_is_nothing_that_the_present_check_has_examined(server: RawServer) -> None:
    recorder = Recorder()
    with Client(Endpoint(server.base_url), recorder) as client:
        with recorder.aside():
            client.send(Request("GET", "/"), examined=True)
        assert recorder.kinds == frozenset()
        client.send(Request("GET", "/"), examined=True)
        with recorder.aside():
            recorder.credit(1, ObservationKind.LOG_LINES)
        assert recorder.kinds == {ObservationKind.EXCHANGE}
