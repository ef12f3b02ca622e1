"""One Chromium, driven by playwright: how it starts, what it trusts, and the view of a page.

It trusts one certificate beyond the public ones: that of the target, once the run's own authority has vouched for it.
To ignore all certificate errors would hide a wrong certificate, and to install an authority takes NSS tools that few
machines have.
"""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import socket
import ssl
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import psutil
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import Error, sync_playwright
from playwright.sync_api import TimeoutError as TookTooLong

from spec.target.observations import PageView

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage, Page, Request, Response

    from spec.target.client import Endpoint

LOAD_MILLISECONDS: Final = 30_000
QUIET_MILLISECONDS: Final = 5_000
"""A page that still asks for things after this is looked at all the same."""
LAUNCH_MILLISECONDS: Final = 60_000
FLAGS: Final = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
    "--disable-gpu-watchdog",
)
"""A browser that speaks to the target alone, by TCP. Drawing slowly, on a busy machine, is no reason to end."""
RENDER_SECONDS: Final = 15.0
"""The longest time that a page may take to show what is looked for, once its own program renders it."""
POLL_MILLISECONDS: Final = 100
READ_MILLISECONDS: Final = 15_000
"""A page that has loaded and does not give its text in this time hangs."""
PICTURE_MILLISECONDS: Final = 10_000
SILENT: Final = "the page did not answer"
HEARD: Final = "error"
"""Level of the console messages that a view keeps. A warning is no error."""
ABORTED: Final = "net::ERR_ABORTED"
"""The page itself has given a request up: it went on, or its script thought better of it."""
UNASKED: Final = "/favicon.ico"
"""A browser asks for it by itself, whatever the page says."""


class ChromiumFailed(Exception):
    """The browser did not start or broke down; the message is one line."""


class Chromium:
    """A running browser with a profile folder of its own. Belongs to the thread that made it."""

    def __init__(self, executable: Path, endpoint: Endpoint) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="shopspec-browser-"))
        try:
            trusted = trusted_certificate(endpoint)
            self._playwright = sync_playwright().start()
            try:
                self._context = self._playwright.chromium.launch_persistent_context(
                    self.folder,
                    executable_path=executable,
                    args=[*FLAGS, *([f"--ignore-certificate-errors-spki-list={trusted}"] if trusted else [])],
                    # As root Chromium has no sandbox, and refuses to start with one.
                    chromium_sandbox=os.geteuid() != 0,
                    # The run ends the browser in order, whatever signal ends the run.
                    handle_sigint=False,
                    handle_sigterm=False,
                    handle_sighup=False,
                    timeout=LAUNCH_MILLISECONDS,
                )
            except BaseException:
                self._playwright.stop()
                raise
        except Error as error:
            self.clean_up()
            raise ChromiumFailed(error.message.splitlines()[0]) from error
        except BaseException:
            self.clean_up()
            raise

    def view(self, address: str, until: Callable[[str], bool]) -> PageView:
        """Open a page without the cookies of an earlier one, and look at it. Raises ChromiumFailed."""
        try:
            self._context.clear_cookies()
            page = self._context.new_page()
            try:
                return _view(page, address, until)
            finally:
                page.close()
        except Error as error:
            raise ChromiumFailed(error.message.splitlines()[0]) from error

    def close(self) -> None:
        """Close the browser in good order. Raises ChromiumFailed where it is gone or does not answer."""
        try:
            try:
                self._context.close()
            finally:
                # Its driver is a process of its own, which outlives a browser that is gone.
                self._playwright.stop()
        except Error as error:
            raise ChromiumFailed(error.message.splitlines()[0]) from error

    def clean_up(self) -> None:
        """End what is left of the browser, and remove its folder."""
        left = list(_processes_of(self.folder))
        for process in left:
            process.kill()
        psutil.wait_procs(left, timeout=5)
        shutil.rmtree(self.folder, ignore_errors=True)


def _view(page: Page, address: str, until: Callable[[str], bool]) -> PageView:
    console: list[str] = []
    failures: list[str] = []
    page.on("console", lambda said: console.append(f"{said.type}: {said.text}") if _is_heard(said) else None)
    page.on("pageerror", lambda error: console.append(f"error: {error.message}"))
    page.on("requestfailed", lambda one: failures.append(_failure(one)) if one.failure != ABORTED else None)
    page.on("response", lambda one: failures.append(_refusal(one)) if one.status >= 400 else None)
    try:
        page.goto(address, timeout=LOAD_MILLISECONDS)
        _await_quiet(page)
    except Error as error:
        if page.is_closed():
            raise
        # The failed request has told of itself, unless it was the page that took too long.
        if isinstance(error, TookTooLong) and _hangs(page):
            failures.append(SILENT)
        elif isinstance(error, TookTooLong) or not failures:
            failures.append(error.message.splitlines()[0])
        return PageView(address, "", "", tuple(console), tuple(failures))
    try:
        # The text first: it is given up after a time, which a title never is.
        text, title = _read_text(page, until), page.title()
    except TookTooLong:
        return PageView(address, "", "", tuple(console), (*failures, SILENT))
    return PageView(address, title, text, tuple(console), tuple(failures), _picture(page))


def _read_text(page: Page, until: Callable[[str], bool]) -> str:
    """Read the text of a page as soon as it is as wanted, or as it is when its time is over."""
    deadline = time.monotonic() + RENDER_SECONDS
    while True:
        text = page.inner_text("body", timeout=READ_MILLISECONDS)
        if until(text) or time.monotonic() > deadline:
            return text
        page.wait_for_timeout(POLL_MILLISECONDS)


def _hangs(page: Page) -> bool:
    """Tell a page that does nothing any more from one that still waits for its server."""
    try:
        page.inner_text("html", timeout=READ_MILLISECONDS)
    except TookTooLong:
        return True
    return False


def _picture(page: Page) -> bytes:
    """Take a picture of the page, of its visible part where the whole is too large, or none."""
    for whole in (True, False):
        try:
            return page.screenshot(full_page=whole, timeout=PICTURE_MILLISECONDS)
        except Error:
            if page.is_closed():
                raise
    return b""


def _is_heard(said: ConsoleMessage) -> bool:
    """Tell if a message is the page's own and of a level that counts."""
    return said.type == HEARD and urlsplit(said.location["url"]).path != UNASKED


def _await_quiet(page: Page) -> None:
    try:
        page.wait_for_load_state("networkidle", timeout=QUIET_MILLISECONDS)
    except TookTooLong:
        return


def _failure(request: Request) -> str:
    return f"{request.method} {request.url}: {request.failure}"


def _refusal(response: Response) -> str:
    return f"{response.request.method} {response.url}: {response.status}"


def _processes_of(folder: Path) -> list[psutil.Process]:
    """List the processes that were started with this profile folder; their children have it in their arguments too."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        if f"--user-data-dir={folder}" in (process.info["cmdline"] or ()):
            found += [process, *process.children(recursive=True)]
    return found


def trusted_certificate(endpoint: Endpoint) -> str | None:
    """Return the digest of the target's public key, once the run's own authority has vouched for its certificate.

    None where the target speaks plain HTTP, or where the system's authorities are trusted. Raises ChromiumFailed where
    the authority does not vouch for it.
    """
    parts = urlsplit(endpoint.base_url)
    if parts.scheme != "https" or endpoint.ca_certificate is None or parts.hostname is None:
        return None
    trust = ssl.create_default_context(cafile=endpoint.ca_certificate)
    try:
        with (
            socket.create_connection((parts.hostname, parts.port or 443), endpoint.timeout_seconds) as plain,
            trust.wrap_socket(plain, server_hostname=parts.hostname) as secure,
        ):
            certificate = secure.getpeercert(binary_form=True)
    except OSError as error:  # SSLError is one
        raise ChromiumFailed(f"the target's certificate cannot be trusted ({error})") from error
    if certificate is None:
        return None
    key = x509.load_der_x509_certificate(certificate).public_key()
    digest = hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()
    return base64.b64encode(digest).decode()
