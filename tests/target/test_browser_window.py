"""The window on pages: a real Chromium looks at pages of a server of a few lines, over HTTP and over TLS."""

from __future__ import annotations

import asyncio
import os
import signal
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Error, Page

from spec.target.client import Endpoint
from spec.target.observations import ObservationKind
from spec.target.recording import Recorder
from spec.target.windows import WindowUnusable
from spec.target.windows.browser_window import BrowserOptions, BrowserWindow, open_browser, why_no_browser
from spec.target.windows.window import WindowContext
from tests.support.certificates import make_tls
from tests.support.processes import wait_until

pytestmark = pytest.mark.skipif(why_no_browser(BrowserOptions()) is not None, reason="no browser on this machine")
PAGES = {
    "/right": "<title>Shop</title><p>Chairs</p><script>document.body.append(' and ' + 'tables')</script>",
    "/noisy": "<title>Noise</title><script>console.info('fine'); console.warn('odd'); console.error('bad')</script>"
    "<img src='/missing.png'><script>throw new Error('thrown')</script><img src='http://127.0.0.1:1/x.png'>",
    "/aborts": "<title>Aborts</title><script>const stop = new AbortController();"
    "fetch('/right', {signal: stop.signal}).catch(() => 0); stop.abort()</script>",
    "/hangs": "<title>Hangs</title><p>Soon<script>onload = () => setTimeout(() => { for (;;); }, 100)</script>",
    "/spins": "<title>Spins</title><script>for (;;);</script>",
    "/endless": "<title>Endless</title><div style='height: 9000000px'>long</div>",
    "/waits": "<title>Waits</title><img src='/never.png'>",
    "/cookie": "<title>Cookie</title><script>document.body.append(document.cookie || 'none');"
    "document.cookie='seen=yes'</script>",
}


class Pages(ThreadingHTTPServer):
    """Serves the pages above."""

    daemon_threads = True


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/never.png":
            # Until the browser hangs up.
            self.rfile.read(1)
            return
        page = PAGES.get(self.path)
        self.send_response(200 if page else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(f"<!doctype html><body>{page or 'nothing'}".encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that the base class gives it
        """Keep no log."""


def serve(tls: ssl.SSLContext | None = None) -> Pages:
    """Serve on a thread of its own."""
    server = Pages(("127.0.0.1", 0), _Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    return server


def browsers() -> list[psutil.Process]:
    """Find what this process has started of a browser and its driver."""
    family = psutil.Process().children(recursive=True)
    ours = ("playwright/driver/", "shopspec-browser-")
    return [one for one in family if any(part in " ".join(one.cmdline()) for part in ours)]


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    server = serve()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture(scope="module")
def window(base_url: str, recorder: Recorder) -> Iterator[BrowserWindow]:
    window = open_browser(BrowserOptions(), WindowContext(recorder, Endpoint(base_url)))
    yield window
    window.close()
    assert wait_until(lambda: browsers() == [], 30), browsers()


def test_a_page_is_seen_as_a_person_sees_it(window: BrowserWindow, base_url: str, recorder: Recorder) -> None:
    view = window.open("/right")
    assert (view.address, view.title, view.text) == (f"{base_url}/right", "Shop", "Chairs\n\nand tables")
    # The browser asks for an icon by itself, and this server has none: that is no fault of the page.
    assert (view.console, view.failures) == ((), ())
    assert view.picture.startswith(b"\x89PNG")
    assert recorder.kinds == {ObservationKind.PAGE}


def test_what_a_page_says_and_asks_for_in_vain_is_collected(window: BrowserWindow, base_url: str) -> None:
    view = window.open("/noisy")
    assert {"error: bad", "error: thrown"} <= set(view.console)
    assert not any("fine" in said or "odd" in said for said in view.console)
    assert f"GET {base_url}/missing.png: 404" in view.failures
    assert any(said.startswith("GET http://127.0.0.1:1/x.png: net::ERR_") for said in view.failures)


def test_a_page_that_is_not_there_is_a_view_with_its_failure(window: BrowserWindow, base_url: str) -> None:
    view = window.open("/none")
    assert (view.text, view.failures) == ("nothing", (f"GET {base_url}/none: 404",))


def test_a_request_that_the_page_itself_gives_up_is_no_failure(window: BrowserWindow) -> None:
    view = window.open("/aborts")
    assert (view.title, view.console, view.failures) == ("Aborts", (), ())


@pytest.mark.parametrize("path", ["/hangs", "/spins"])
def test_a_page_that_hangs_is_a_view_that_says_so(
    window: BrowserWindow, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("spec.target.windows.chromium.READ_MILLISECONDS", 1_000)
    monkeypatch.setattr("spec.target.windows.chromium.LOAD_MILLISECONDS", 3_000)
    view = window.open(path)
    assert (view.text, view.failures, view.picture) == ("", ("the page did not answer",), b"")
    assert window.open("/right").title == "Shop"


def test_a_page_that_waits_for_its_server_is_not_one_that_hangs(
    window: BrowserWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("spec.target.windows.chromium.LOAD_MILLISECONDS", 2_000)
    assert window.open("/waits").failures == ("Page.goto: Timeout 2000ms exceeded.",)


@pytest.mark.parametrize(("fails", "size"), [({True}, "the viewport"), ({True, False}, "none")])
def test_a_page_that_cannot_be_pictured_whole_is_pictured_in_part_or_not_at_all(
    window: BrowserWindow, fails: set[bool], size: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    take = Page.screenshot

    def screenshot(page: Page, *, full_page: bool, timeout: float) -> bytes:
        if full_page in fails:
            raise Error("Unable to capture screenshot")
        return take(page, full_page=full_page, timeout=timeout)

    monkeypatch.setattr(Page, "screenshot", screenshot)
    view = window.open("/right")
    assert (view.title, view.picture[:4]) == ("Shop", b"\x89PNG" if size == "the viewport" else b"")


def test_a_page_of_any_length_is_a_view(window: BrowserWindow) -> None:
    view = window.open("/endless")
    assert (view.text, view.failures, view.picture[:4]) == ("long", (), b"\x89PNG")


def test_a_page_sees_no_cookie_of_an_earlier_one(window: BrowserWindow) -> None:
    assert [window.open("/cookie").text for _ in range(2)] == ["none", "none"]


def test_it_opens_from_any_thread_and_inside_an_event_loop(window: BrowserWindow) -> None:
    titles: list[str] = []
    threads = [threading.Thread(target=lambda: titles.append(window.open("/right").title)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    async def inside() -> str:
        return window.open("/right").title

    assert [*titles, asyncio.run(inside())] == ["Shop"] * 4


def test_a_target_that_is_not_there_is_a_view_with_its_failure() -> None:
    window = open_browser(BrowserOptions(), WindowContext(Recorder(), Endpoint("http://127.0.0.1:1")))
    view = window.open("/x")
    assert (view.title, view.picture) == ("", b"")
    assert any("http://127.0.0.1:1/x" in said for said in view.failures)
    window.close()


def test_only_a_certificate_that_the_runs_authority_signed_is_trusted(tmp_path: Path) -> None:
    tls, authority = make_tls(tmp_path / "own")
    _, other = make_tls(tmp_path / "other")
    server = serve(tls)
    base_url = f"https://127.0.0.1:{server.server_port}"
    window = open_browser(BrowserOptions(), WindowContext(Recorder(), Endpoint(base_url, authority)))
    assert window.open("/right").title == "Shop"
    window.close()
    with pytest.raises(WindowUnusable, match=r"^the browser failed: the target's certificate cannot be trusted \("):
        open_browser(BrowserOptions(), WindowContext(Recorder(), Endpoint(base_url, other)))
    # Without an authority the browser decides by itself, and refuses.
    window = open_browser(BrowserOptions(), WindowContext(Recorder(), Endpoint(base_url)))
    assert any("ERR_CERT" in said for said in window.open("/right").failures)
    window.close()
    server.shutdown()
    server.server_close()


def test_a_browser_that_dies_is_a_window_that_is_shut_and_closes(base_url: str) -> None:
    window = open_browser(BrowserOptions(), WindowContext(Recorder(), Endpoint(base_url)))
    folder = window._chromium.folder
    # All are found before the first is killed: the children of a dead one have no command line any more.
    for process in [one for one in browsers() if str(folder) in " ".join(one.cmdline())]:
        process.kill()
    with pytest.raises(WindowUnusable, match=r"^the browser failed: "):
        window.open("/right")
    window.close()
    assert not folder.exists()


def test_what_is_no_browser_is_a_window_that_is_shut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    fake = tmp_path / "chromium"
    fake.write_text("#!/bin/sh\nexit 3\n")
    fake.chmod(0o755)
    context = WindowContext(Recorder(), Endpoint("http://127.0.0.1:1"))
    with pytest.raises(WindowUnusable, match=r"^the browser failed: "):
        open_browser(BrowserOptions(executable=fake), context)
    with pytest.raises(WindowUnusable, match=rf"^there is no browser at {tmp_path / 'none'}$"):
        open_browser(BrowserOptions(executable=tmp_path / "none"), context)
    assert list(tmp_path.iterdir()) == [fake]


INTERRUPTED = """
import signal, sys, time
from spec.target.client import Endpoint
from spec.target.recording import Recorder
from spec.target.windows.browser_window import BrowserOptions, open_browser
from spec.target.windows.window import WindowContext
# A job in the background of a shell inherits an ignored SIGINT.
signal.signal(signal.SIGINT, signal.default_int_handler)
window = open_browser(BrowserOptions(), WindowContext(Recorder(), Endpoint(sys.argv[1])))
print(window._chromium.folder, flush=True)
try:
    while True:
        window.open("/right")
except KeyboardInterrupt:
    window.close()
    print("closed", flush=True)
"""


def test_ctrl_c_ends_browser_and_driver_and_removes_the_folder(base_url: str) -> None:
    # As a terminal does: every process of the group is interrupted at once.
    run = subprocess.Popen([sys.executable, "-c", INTERRUPTED, base_url], stdout=subprocess.PIPE, text=True,
                           start_new_session=True)  # fmt: skip
    assert run.stdout is not None
    folder = Path(run.stdout.readline().strip())
    family = psutil.Process(run.pid).children(recursive=True)
    assert folder.is_dir()
    time.sleep(0.3)
    os.killpg(run.pid, signal.SIGINT)
    said, _ = run.communicate(timeout=60)
    assert (said, run.returncode) == ("closed\n", 0)
    gone, left = psutil.wait_procs(family, 30)
    assert (left, folder.exists()) == ([], False), gone
