"""The window on a container engine: one sentence where there is none, a client where there is one."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from spec.target.recording import Recorder
from spec.target.windows import WindowUnusable
from spec.target.windows.docker_window import DOCKER, DockerOptions, open_docker, why_no_engine
from spec.target.windows.window import WindowContext

CONTEXT = WindowContext(Recorder())


class _Engine(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = b"OK" if self.path.endswith("_ping") else json.dumps({"ApiVersion": "1.44"}).encode()
        self.send_response_only(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that the base class gives it
        """Keep no log."""


@pytest.fixture(autouse=True)
def forget() -> Iterator[None]:
    """Look at the machine again: a run looks once."""
    why_no_engine.cache_clear()
    yield
    why_no_engine.cache_clear()


def test_a_machine_without_an_engine_says_so_in_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path / 'none.sock'}")
    reason = why_no_engine(DockerOptions())
    assert reason == "no container engine answers on this machine (No such file or directory)"
    with pytest.raises(WindowUnusable) as refused:
        open_docker(DockerOptions(), CONTEXT)
    assert str(refused.value) == reason
    assert DOCKER.absent is why_no_engine


def test_an_address_that_is_none_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "gopher://x")
    reason = why_no_engine(DockerOptions())
    assert reason is not None
    assert reason.startswith("no container engine answers on this machine (")
    assert "gopher" in reason


def test_an_engine_that_answers_is_looked_into_through_its_client(monkeypatch: pytest.MonkeyPatch) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Engine) as engine:
        thread = threading.Thread(target=engine.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        monkeypatch.setenv("DOCKER_HOST", f"tcp://127.0.0.1:{engine.server_port}")
        assert why_no_engine(DockerOptions()) is None
        window = open_docker(DockerOptions(), CONTEXT)
        assert window.client.ping() is True
        window.close()
        engine.shutdown()
        thread.join()


def test_an_engine_that_does_not_answer_in_time_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("spec.target.windows.docker_window.PING_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("DOCKER_HOST", f"tcp://127.0.0.1:{silent.getsockname()[1]}")
        reason = why_no_engine(DockerOptions())
    assert reason is not None
    assert reason.startswith("no container engine answers on this machine (")
