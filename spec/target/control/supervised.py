"""A target that the run has started itself, spoken to by the control protocol (docs/control-protocol.md).

The process is the run's child and reads its standard input: when the run ends, however it ends, the pipe closes and the
target goes with it.
"""

from __future__ import annotations

import itertools
import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from spec.target.control.services import ControlFailed, NotRestored, Service

ANSWER_SECONDS: Final = 90.0
STOP_SECONDS: Final = 20.0


class StartFailed(Exception):  # noqa: N818 - the name says it
    """The target did not come up; the message is its own last word."""


class Supervised:
    """The process, its first line, and its commands. Use `stop` when the run is over."""

    def __init__(
        self,
        command: tuple[str, ...],
        *,
        settings: Mapping[str, str],
        ready_within_seconds: float,
        progress: Callable[[str], None],
    ) -> None:
        arguments = [part.replace("{python}", sys.executable) for part in command]
        for name, value in settings.items():
            arguments += ["--set", f"{name}={value}"]
        self._ids = itertools.count(1)
        self._lock = threading.Lock()
        self._lines: queue.Queue[str | None] = queue.Queue()
        self._last_words: list[str] = []
        self._progress = progress
        try:
            self._process = subprocess.Popen(
                arguments,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                bufsize=1,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
                # A Ctrl-C at the terminal is for the run; the target is stopped by the run, in order.
                start_new_session=True,
            )
        except OSError as error:
            raise StartFailed(f"the target's start command {arguments[0]!r} cannot be run: {error.strerror}") from error
        self._answers_thread = threading.Thread(target=self._read_answers, daemon=True)
        self._progress_thread = threading.Thread(target=self._read_progress, daemon=True)
        self._answers_thread.start()
        self._progress_thread.start()
        try:
            self.ready = self._await_ready(ready_within_seconds)
        except BaseException:
            # Interrupted while it came up: nobody else knows of it, so nobody else could end it.
            self.stop()
            raise

    def _read_answers(self) -> None:
        assert self._process.stdout is not None  # noqa: S101 - opened as a pipe above
        for line in self._process.stdout:
            self._lines.put(line)
        self._lines.put(None)

    def _read_progress(self) -> None:
        assert self._process.stderr is not None  # noqa: S101 - opened as a pipe above
        for line in self._process.stderr:
            self._last_words = [*self._last_words[-9:], line.rstrip()]
            self._progress(line.rstrip())

    def _await_ready(self, seconds: float) -> Mapping[str, object]:
        try:
            line = self._lines.get(timeout=seconds)
        except queue.Empty:
            raise StartFailed(f"the target was not ready within {seconds:.0f} s: {self._said()}") from None
        if line is None:
            self._progress_thread.join(STOP_SECONDS)
            code = self._process.wait()
            raise StartFailed(f"the target's start command ended with exit code {code}: {self._said()}")
        try:
            ready = json.loads(line)
        except ValueError:
            ready = None
        if not isinstance(ready, dict) or ready.get("event") != "ready" or not isinstance(ready.get("base_url"), str):
            raise StartFailed(f"the target's first line is no ready event of the control protocol: {line[:200]!r}")
        return ready

    def _said(self) -> str:
        return self._last_words[-1] if self._last_words else "it said nothing"

    def command(self, command: str, **arguments: object) -> Mapping[str, object]:
        """Send a command and wait for its answer. Raises ControlFailed when it is refused or not answered."""
        with self._lock:
            number = next(self._ids)
            message = json.dumps({"id": number, "command": command, **arguments})
            try:
                assert self._process.stdin is not None  # noqa: S101 - opened as a pipe above
                self._process.stdin.write(message + "\n")
                self._process.stdin.flush()
                while True:
                    line = self._lines.get(timeout=ANSWER_SECONDS)
                    if line is None:
                        raise ControlFailed(f"the target's supervisor ended while it was asked to {command}")
                    answer = json.loads(line)
                    if isinstance(answer, dict) and answer.get("id") == number:
                        break
            except (OSError, queue.Empty, ValueError) as error:
                raise ControlFailed(f"the target's supervisor did not answer {command!r}: {error!r}") from error
        if answer.get("ok") is not True:
            raise ControlFailed(f"the target's supervisor refused {command!r}: {answer.get('error')}")
        return answer

    def stop_service(self, service: Service) -> None:
        """Stop one of the services."""
        self.command("stop", service=str(service))

    def start_service(self, service: Service) -> None:
        """Start one of the services."""
        self.command("start", service=str(service))

    def wait(self, seconds: float) -> bool:
        """Wait so long for the process to end by itself; whether it has."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def begin_to_stop(self) -> None:
        """Tell the target to end, and wait for nothing: several end in the time of one."""
        if self._process.stdin is not None:
            with suppress(OSError):  # what was left to send reaches nobody any more
                self._process.stdin.close()

    def stop(self) -> None:
        """End the target and wait until it is gone."""
        self.begin_to_stop()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for thread, pipe in (
            (self._answers_thread, self._process.stdout),
            (self._progress_thread, self._process.stderr),
        ):
            # A grandchild may still hold the pipe; its reader is a daemon and ends with the run.
            thread.join(1.0)
            if pipe is not None and not thread.is_alive():
                pipe.close()


class SupervisedControl:
    """`Control` over a supervised target."""

    def __init__(self, supervised: Supervised) -> None:
        self._supervised = supervised

    def stop(self, service: Service) -> None:
        """Stop the service; returns when it no longer runs."""
        self._supervised.stop_service(service)

    def start(self, service: Service) -> None:
        """Start the service; returns when it accepts connections."""
        try:
            self._supervised.start_service(service)
        except ControlFailed as error:
            raise NotRestored(service, error) from error


def path_or_none(value: object) -> Path | None:
    """A path from a ready line."""
    return Path(value) if isinstance(value, str) else None
