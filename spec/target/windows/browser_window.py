"""Window on a target's pages: a Chromium of this machine opens them and tells what a person would see.

Playwright's synchronous interface belongs to the thread that started it, and refuses a thread in which an event loop
runs. Checks come from threads of pytest and Hypothesis, so the browser has a thread of its own.
"""

from __future__ import annotations

import queue
import shutil
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Final, TypeVar

from reports.strict_model import StrictModel
from spec.catalogue import Need
from spec.target.client import Endpoint
from spec.target.observations import PageView
from spec.target.recording import Recorder
from spec.target.windows import WindowUnusable
from spec.target.windows.chromium import Chromium, ChromiumFailed
from spec.target.windows.option_types import FilePath
from spec.target.windows.window import Window, WindowContext

T = TypeVar("T")

KNOWN_NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
ANSWER_SECONDS: Final = 120.0
"""Longer than everything that playwright waits for inside one call: after this, the browser hangs."""
CLOSE_SECONDS: Final = 15.0


class BrowserOptions(StrictModel):
    """The browser: Chromium, or Chrome."""

    executable: FilePath | None = None
    """Path of the program. Default: the first of chromium, chromium-browser and google-chrome on the PATH."""


class BrowserWindow:
    """Opens pages, one after the other, each without the cookies of the one before. Thread-safe."""

    def __init__(self, executable: Path, endpoint: Endpoint, recorder: Recorder) -> None:
        self._endpoint = endpoint
        self._recorder = recorder
        self._worker = _Worker()
        try:
            self._chromium = self._call(lambda: Chromium(executable, endpoint))
        except BaseException:
            self._worker.end()
            raise

    def open(
        self, path: str, until: Callable[[str], bool] = lambda text: True, *, from_origin: bool = False
    ) -> PageView:
        """Open the page at a path of the target, and wait until it has loaded and its text is as `until` wants it.

        The path begins below the base URL, or with `from_origin` at the target's host.

        A page whose text is not as wanted within its time is shown as it then is, and one that does not load is a view
        with the failure in it. Raises WindowUnusable where the browser fails.
        """
        address = f"{self._endpoint.origin if from_origin else self._endpoint.base_url}{path}"
        return self._recorder.observe(self._call(lambda: self._chromium.view(address, until)))

    def _call(self, action: Callable[[], T]) -> T:
        try:
            return self._worker.do(action).result(ANSWER_SECONDS)
        except TimeoutError as error:
            raise WindowUnusable(f"the browser did not answer within {ANSWER_SECONDS:.0f} s") from error
        except ChromiumFailed as error:
            raise WindowUnusable(f"the browser failed: {error}") from error

    def close(self) -> None:
        """End the browser and everything that it has started, and remove its folder."""
        closing = self._worker.do(self._chromium.close)
        try:
            closing.result(CLOSE_SECONDS)
        except (TimeoutError, ChromiumFailed):
            # Its driver may be gone already: a Ctrl-C at the terminal reaches every process of the group.
            pass
        finally:
            self._worker.end()
            self._chromium.clean_up()


class _Worker:
    """A thread that does one thing after another."""

    def __init__(self) -> None:
        self._tasks: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="browser", daemon=True)
        self._thread.start()

    def do(self, action: Callable[[], T]) -> Future[T]:
        """Have the thread do something."""
        future: Future[T] = Future()

        def task() -> None:
            try:
                future.set_result(action())
            except BaseException as error:  # noqa: BLE001 - raised again where the result is asked for
                future.set_exception(error)

        self._tasks.put(task)
        return future

    def end(self) -> None:
        """End the thread once it has done what it was given; one that hangs ends with the run."""
        self._tasks.put(None)
        self._thread.join(1.0)

    def _work(self) -> None:
        while (task := self._tasks.get()) is not None:
            task()


def find_executable(options: BrowserOptions) -> Path | None:
    """Find the program that the options name, or a known one on the PATH."""
    if options.executable is not None:
        return options.executable if options.executable.is_file() else None
    found = next(filter(None, map(shutil.which, KNOWN_NAMES)), None)
    return Path(found) if found else None


def why_no_browser(options: BrowserOptions) -> str | None:
    """Say why no browser can be used from here; None where there is one."""
    if find_executable(options) is not None:
        return None
    if options.executable is not None:
        return f"there is no browser at {options.executable}"
    return f"there is no browser on this machine's PATH ({', '.join(KNOWN_NAMES)})"


def open_browser(options: BrowserOptions, context: WindowContext) -> BrowserWindow:
    """Start the browser. Raises WindowUnusable where there is none, or where it does not start."""
    executable = find_executable(options)
    if executable is None:
        raise WindowUnusable(str(why_no_browser(options)))
    return BrowserWindow(executable, context.target, context.recorder)


BROWSER = Window(
    name="browser",
    shows="pages as a person sees them: text, console, failed requests, a picture",
    need=Need.BROWSER,
    options=BrowserOptions,
    open=open_browser,
    absent=why_no_browser,
)
