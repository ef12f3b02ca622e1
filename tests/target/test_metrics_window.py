"""The window on metrics: the page is read with a token where one is named, and each way to miss it is told apart."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from spec.target.client import Endpoint
from spec.target.observations import ObservationKind, Scrape
from spec.target.recording import Recorder
from spec.target.visitor import Unanswered
from spec.target.windows import WindowUnusable
from spec.target.windows.metrics_window import MOST_BYTES, MetricsOptions, MetricsWindow, open_metrics
from spec.target.windows.window import WindowContext
from tests.support.raw_server import RawServer, header_lines, request_line

TEXT = b'requests_total{method="GET"} 3\n'
TYPE = "text/plain; version=0.0.4"


def answer(status: int, body: bytes = TEXT) -> bytes:
    """Write a whole answer."""
    return b"HTTP/1.1 %d X\r\nContent-Length: %d\r\nContent-Type: %s\r\nConnection: close\r\n\r\n%s" % (
        status,
        len(body),
        TYPE.encode(),
        body,
    )


def window(server: RawServer, options: dict[str, object], recorder: Recorder | None = None) -> MetricsWindow:
    """Open the window on a server."""
    endpoint = Endpoint(f"{server.base_url}/shop", timeout_seconds=5)
    return open_metrics(MetricsOptions.model_validate(options), WindowContext(recorder or Recorder(), endpoint))


def test_the_page_is_read_with_the_token_that_is_named() -> None:
    recorder = Recorder()
    with RawServer(lambda _: answer(200)) as server:
        opened = window(server, {"path": "/numbers", "token": SecretStr("t-1")}, recorder)
        assert opened.scrape() == Scrape(f"{server.base_url}/shop/numbers", TEXT.decode(), 200, TYPE)
        assert request_line(server.requests[0]) == "GET /shop/numbers HTTP/1.1"
        assert "Authorization: Bearer t-1" in header_lines(server.requests[0])
        opened.close()
    assert recorder.kinds == {ObservationKind.SCRAPE}


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize(
    ("options", "why"),
    [({"path": "/m"}, "is not given"), ({"path": "/m", "token": SecretStr("t")}, "does not suffice")],
)
def test_a_page_that_is_refused_is_a_window_that_is_shut(status: int, options: dict[str, object], why: str) -> None:
    with RawServer(lambda _: answer(status)) as server:
        opened = window(server, options)
        with pytest.raises(WindowUnusable) as refused:
            opened.scrape()
        opened.close()
    assert str(refused.value) == (
        f"the metrics at /m are refused with {status}: they need a token, and `token` in [windows.metrics] {why}"
    )


@pytest.mark.parametrize("options", [{}, {"path": "/metrics"}])
@pytest.mark.parametrize("status", [204, 302, 404, 500])
def test_any_other_answer_is_a_scrape_with_its_status(status: int, options: dict[str, object]) -> None:
    with RawServer(lambda _: answer(status, b"")) as server:
        opened = window(server, options)
        seen = opened.scrape()
        opened.close()
        assert seen == Scrape(f"{server.base_url}/shop/metrics", "", status, TYPE)
        assert seen.summary == f"scrape of {server.base_url}/shop/metrics → {status}, 0 lines"
    assert Scrape("x", "a\n").summary == "scrape of x → 1 lines"


@pytest.mark.parametrize("more", [0, 1, 1_000_000])
def test_a_page_is_read_no_further_than_its_limit(more: int) -> None:
    with RawServer(lambda _: answer(200, b"x" * (MOST_BYTES + more))) as server:
        opened = window(server, {})
        assert len(opened.scrape().text) == MOST_BYTES
        opened.close()


def test_a_target_that_does_not_answer_is_no_window_that_is_shut() -> None:
    with RawServer(lambda _: None) as server:
        opened = window(server, {})
        with pytest.raises(Unanswered):
            opened.scrape()
        opened.close()


def test_a_scrape_is_nulled_where_that_is_asked_for() -> None:
    with RawServer(lambda _: answer(200)) as server:
        opened = window(server, {}, Recorder(ObservationKind.SCRAPE))
        assert opened.scrape().text == ""
        opened.close()
