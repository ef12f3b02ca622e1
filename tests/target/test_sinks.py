"""The sinks that a run listens with: what error trackers and mail servers are sent, by real clients of theirs."""

from __future__ import annotations

import gc
import gzip
import json
import smtplib
import socket
import struct
import threading
import urllib.error
import urllib.request
import warnings
import zlib
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from http.client import HTTPConnection
from urllib.parse import urlsplit

import brotli
import pytest
import sentry_sdk
from hypothesis import given
from hypothesis import strategies as st
from sentry_sdk.consts import CompressionAlgo

from spec.target.observations import ErrorReports, ObservationKind
from spec.target.recording import Recorder
from spec.target.windows import WindowUnusable
from spec.target.windows.arrivals import Arrivals
from spec.target.windows.envelopes import LARGEST_BODY, NotAnEnvelope, read_envelope
from spec.target.windows.error_sink import ErrorOptions, ErrorSink
from spec.target.windows.mail_sink import MailSink

FREE = ErrorOptions().listen
ENVELOPE = b'{"event_id": "9"}\n{"type": "event", "length": 14}\n{"message": 1}\n'
EVENT: dict[str, object] = {"message": 1}


@pytest.fixture
def sink() -> Iterator[ErrorSink]:
    sink = ErrorSink(FREE, Recorder())
    yield sink
    sink.close()


def post(sink: ErrorSink, body: bytes, *, path: str = "/api/1/envelope/", **fields: str) -> tuple[int, str]:
    """Send a body as it is; return status and answer."""
    parts = urlsplit(sink.dsn)
    headers = {name.replace("_", "-"): value for name, value in fields.items()}
    request = urllib.request.Request(f"http://{parts.hostname}:{parts.port}{path}", body, headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - always http
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


@pytest.mark.parametrize("algorithm", [CompressionAlgo.GZIP, CompressionAlgo.BROTLI])
def test_a_failure_that_the_sdk_reports_arrives(sink: ErrorSink, algorithm: CompressionAlgo) -> None:
    with sentry_sdk.Client(
        dsn=sink.dsn, default_integrations=False, _experiments={"transport_compression_algo": algorithm}
    ) as client:
        client.capture_event({"message": "no stock"})
        client.capture_event({"message": "no price", "tags": {"request_id": "r-1"}})
        seen = sink.wait_for(2, 10)
    assert [report["message"] for report in seen.reports] == ["no stock", "no price"]
    assert seen.reports[1]["tags"] == {"request_id": "r-1"}
    assert sink.reports() == seen


@pytest.mark.parametrize(
    ("encoding", "encode"),
    [("", bytes), ("identity", bytes), ("gzip", gzip.compress), ("deflate", zlib.compress), ("br", brotli.compress)],
)
def test_a_body_is_read_in_each_encoding(sink: ErrorSink, encoding: str, encode: Callable[[bytes], bytes]) -> None:
    assert post(sink, encode(ENVELOPE), Content_Encoding=encoding)[0] == 200
    assert post(sink, encode(b'{"message": 1}'), path="/api/1/store/?sentry_key=x", Content_Encoding=encoding)[0] == 200
    assert sink.reports() == ErrorReports((EVENT, EVENT))


def test_a_body_in_chunks_is_read(sink: ErrorSink) -> None:
    parts = urlsplit(sink.dsn)
    connection = HTTPConnection(str(parts.hostname), parts.port, timeout=10)
    connection.request("POST", "/api/1/envelope/", iter([ENVELOPE[:20], ENVELOPE[20:]]), encode_chunked=True,
                       headers={"Transfer-Encoding": "chunked"})  # fmt: skip
    answer = connection.getresponse()
    assert (answer.status, json.loads(answer.read())) == (200, {"id": "None"})
    connection.close()
    assert sink.reports() == ErrorReports((EVENT,))


@pytest.mark.parametrize(
    ("body", "fields", "status", "sentence"),
    [
        (b"{", {}, 400, "an event has to be JSON"),
        (b"[]", {}, 400, "an event has to be a JSON object"),
        (b'{}\n{"type": "event", "length": 99}\n{}', {}, 400, "an item has 99 bytes, and 2 are there"),
        (ENVELOPE, {"Content_Encoding": "zstd"}, 400, "the content encoding 'zstd' is not read here; identity, gzip, "),
        (ENVELOPE, {"Content_Encoding": "gzip"}, 400, "the body is not in the encoding 'gzip' ("),
        (ENVELOPE, {"path": "/api/1/minidump/"}, 404, "only /api/1/envelope/ and /api/1/store/ are here"),
        (ENVELOPE, {"path": "/api/2/envelope/"}, 404, "only /api/1/envelope/ and /api/1/store/ are here"),
    ],
)
def test_what_is_no_report_is_refused_with_a_sentence_and_kept_out(
    sink: ErrorSink, body: bytes, fields: dict[str, str], status: int, sentence: str
) -> None:
    refused, said = post(sink, body, **fields)
    assert (refused, sentence in json.loads(said)["detail"]) == (status, True), said
    assert sink.reports().reports == ()


BOMB = b"\0" * (LARGEST_BODY + 1)


@pytest.mark.parametrize(
    ("encoding", "encode"),
    [("gzip", gzip.compress), ("deflate", zlib.compress), ("br", lambda body: brotli.compress(body, quality=1))],
)
def test_a_body_that_grows_too_large_when_decoded_is_refused(
    sink: ErrorSink, encoding: str, encode: Callable[[bytes], bytes]
) -> None:
    assert post(sink, encode(BOMB), Content_Encoding=encoding)[0] == 413
    assert post(sink, encode(ENVELOPE)[:-4], Content_Encoding=encoding)[0] == 400


def raw(sink: ErrorSink, message: bytes) -> bytes:
    """Send bytes as they are, and read the status line of the answer."""
    parts = urlsplit(sink.dsn)
    with socket.create_connection((str(parts.hostname), parts.port or 0), 10) as connection:
        connection.sendall(message)
        return connection.makefile("rb").readline()


@pytest.mark.parametrize(("size", "status"), [(b"-1", 400), (b"x", 400), (b"", 400), (b"1_0", 400), (b"fffffff", 413)])
def test_a_chunk_of_an_impossible_size_is_refused(sink: ErrorSink, size: bytes, status: int) -> None:
    head = b"POST /api/1/envelope/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert raw(sink, head + size + b"\r\n").split()[1] == b"%d" % status


@pytest.mark.parametrize("depth", [101, 100_000])
def test_json_that_is_nested_too_deep_is_refused(sink: ErrorSink, depth: int) -> None:
    body = b'{"a":' + b"[" * (depth - 1) + b"]" * (depth - 1) + b"}"
    status, said = post(sink, body, path="/api/1/store/")
    assert (status, json.loads(said)) == (400, {"detail": "the JSON of an event may be nested 100 deep"})
    assert post(sink, b'{"a":' + b"[" * 99 + b"]" * 99 + b"}", path="/api/1/store/")[0] == 200


def test_no_more_events_are_kept_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    for most_events, most_bytes in ((2, 10_000), (10_000, 2 * len(ENVELOPE))):
        monkeypatch.setattr("spec.target.windows.error_sink.MOST_EVENTS", most_events)
        monkeypatch.setattr("spec.target.windows.error_sink.MOST_BYTES", most_bytes)
        sink = ErrorSink(FREE, Recorder())
        assert [post(sink, ENVELOPE)[0] for _ in range(3)] == [200, 200, 429]
        assert sink.reports() == ErrorReports((EVENT, EVENT))
        sink.close()


def test_a_client_that_hangs_up_leaves_the_terminal_alone(sink: ErrorSink, capfd: pytest.CaptureFixture[str]) -> None:
    parts = urlsplit(sink.dsn)
    connection = socket.create_connection((str(parts.hostname), parts.port or 0), 10)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.sendall(b"POST /api/1/envelope/ HTTP/1.1\r\nContent-Length: 9\r\n\r\n")
    connection.close()
    assert post(sink, ENVELOPE)[0] == 200
    sink.close()
    assert capfd.readouterr() == ("", "")


@given(st.lists(st.dictionaries(st.text(), st.integers() | st.text(), max_size=3), max_size=4), st.booleans())
def test_every_event_of_an_envelope_is_read_and_nothing_else(
    events: list[dict[str, object]], with_length: bool
) -> None:
    lines = [b'{"event_id": "9", "dsn": "x"}']
    for event in events:
        payload = json.dumps(event).encode()
        other = b'{"type": "attachment", "length": 3}\na\nb'
        head = json.dumps({"type": "event", **({"length": len(payload)} if with_length else {})}).encode()
        lines += [other, head, payload]
    assert read_envelope(b"\n".join(lines) + b"\n") == events


@given(st.binary(max_size=80))
def test_any_bytes_are_an_envelope_or_refused_as_none(body: bytes) -> None:
    try:
        read_envelope(body)
    except NotAnEnvelope as error:
        assert "\n" not in str(error)  # noqa: PT017 - what it says when it refuses is what is tested


def test_events_are_observed_and_nulled_when_that_is_asked_for() -> None:
    recorder = Recorder(ObservationKind.ERROR_REPORTS)
    sink = ErrorSink(FREE, recorder)
    post(sink, ENVELOPE)
    assert sink.wait_for(1, 10) == ErrorReports(())
    assert recorder.kinds == {ObservationKind.ERROR_REPORTS}
    assert recorder.count == 1
    sink.close()


def test_waiting_ends_with_what_is_there_and_sees_one_too_many_that_comes_late() -> None:
    arrivals: Arrivals[int] = Arrivals()
    arrivals.add(1)
    assert arrivals.wait_for(2, 0.05) == (1,)
    late = threading.Timer(0.1, arrivals.add, [2])
    late.start()
    assert arrivals.wait_for(1, 5) == (1,)
    assert arrivals.wait_for(1, 5, quiet_seconds=1.0) == (1, 2)


def test_an_address_that_is_taken_is_a_window_that_is_shut() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        for name, open_sink in (("errors", ErrorSink), ("mail", MailSink)):
            with pytest.raises(WindowUnusable) as refused:
                open_sink(listen, Recorder())
            assert str(refused.value).startswith(f"the sink for {name} cannot listen at {listen} (")


def test_a_message_that_is_sent_arrives_as_it_was_written() -> None:
    sink = MailSink(FREE, Recorder())
    parts = urlsplit(sink.address)
    assert parts.scheme == "smtp"
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = "Your order", "shop@shop.example", "ann@shopper.example"
    message.set_content("Dear Ann,\n.\nit is on its way — today.\n")
    with smtplib.SMTP(str(parts.hostname), parts.port or 0, timeout=10) as client:
        client.send_message(message)
        client.send_message(message)
    seen = sink.wait_for(2, 10)
    assert len(seen.messages) == 2
    assert "Subject: Your order" in seen.messages[0]
    assert sink.messages() == seen
    sink.close()
    with pytest.raises(ConnectionRefusedError):
        smtplib.SMTP(str(parts.hostname), parts.port or 0, timeout=10)


@pytest.mark.parametrize("open_sink", [ErrorSink, MailSink])
def test_a_sink_listens_on_ipv6_too(open_sink: Callable[[str, Recorder], ErrorSink | MailSink]) -> None:
    sink = open_sink("[::1]:0", Recorder())
    parts = urlsplit(sink.address)
    socket.create_connection(("::1", parts.port or 0), 5).close()
    assert parts.hostname == "::1"
    sink.close()


def test_a_mail_sink_that_closes_leaves_no_connection_open() -> None:
    with warnings.catch_warnings(record=True) as left_open:
        warnings.simplefilter("always", ResourceWarning)
        for clients in range(60):
            sink = MailSink(FREE, Recorder())
            port = urlsplit(sink.address).port or 0
            for _ in range(clients % 3):
                socket.create_connection(("127.0.0.1", port), 5).close()
            sink.close()
        gc.collect()
    assert [str(warning.message) for warning in left_open] == []
