"""A target that the run has started itself, spoken to by the control protocol (docs/control-protocol.md).

The process is the run's child and reads its standard input: when the run ends, however it ends, the pipe closes and the
target goes with it.
"""

from __future__ import annotations

import itertools
import json
import os
import queue
import shlex
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Annotated, Final, TypeVar

import psutil
from pydantic import Field, PositiveInt

from reports.strict_model import InvalidContent, StrictModel, validate
from spec.target.control.services import ControlFailed, Service
from spec.target.observations import CommandOutput

M = TypeVar("M", bound=StrictModel)

ANSWER_SECONDS: Final = 90.0
STOP_SECONDS: Final = 20.0


class StartFailed(Exception):
    """The target did not come up; the message is its own last word.

    `exit_code` is None where its command did not end by itself; `said` is the end of its standard error.
    """

    def __init__(self, message: str, *, exit_code: int | None = None, said: str = "") -> None:
        super().__init__(message)
        self.exit_code = exit_code
        self.said = said


class Supervised:
    """The process, its first line, and its commands. Use `stop` when the run is over."""

    def __init__(
        self,
        command: tuple[str, ...],
        *,
        settings: Mapping[str, str],
        removed: Sequence[str] = (),
        ready_within_seconds: float,
        progress: Callable[[str], None],
    ) -> None:
        arguments = [part.replace("{python}", sys.executable) for part in command]
        for name, value in settings.items():
            arguments += ["--set", f"{name}={value}"]
        for name in removed:
            arguments += ["--unset", name]
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
                encoding="utf-8",
                errors="replace",
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
            # Interrupted while it came up: only this frame knows of the process.
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
            message = f"the target was not ready within {seconds:.0f} s: {self._said()}"
            raise StartFailed(message, said="\n".join(self._last_words)) from None
        if line is None:
            self._progress_thread.join(STOP_SECONDS)
            code = self._process.wait()
            message = f"the target's start command ended with exit code {code}: {self._said()}"
            raise StartFailed(message, exit_code=code, said="\n".join(self._last_words))
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
        answer = self.ask(command, **arguments)
        if answer.get("ok") is not True:
            raise ControlFailed(f"the target's supervisor refused {command!r}: {answer.get('error')}")
        return answer

    def ask(self, command: str, **arguments: object) -> Mapping[str, object]:
        """Send a command and return its answer, a refusal too. Raises ControlFailed when there is none."""
        with self._lock:
            number = next(self._ids)
            message = json.dumps({"id": number, "command": command, **arguments})
            # One deadline for the whole: a supervisor that writes events and no answer would move one of each line.
            deadline = time.monotonic() + ANSWER_SECONDS
            try:
                assert self._process.stdin is not None  # noqa: S101 - opened as a pipe above
                self._process.stdin.write(message + "\n")
                self._process.stdin.flush()
                while True:
                    left = deadline - time.monotonic()
                    if left <= 0:
                        raise queue.Empty
                    line = self._lines.get(timeout=left)
                    if line is None:
                        raise ControlFailed(f"the target's supervisor ended while it was asked to {command}")
                    answer = json.loads(line)
                    if isinstance(answer, dict) and answer.get("id") == number:
                        break
            except queue.Empty:
                sentence = f"the target's supervisor did not answer {command!r} within {ANSWER_SECONDS:g} s"
                raise ControlFailed(sentence) from None
            except (OSError, ValueError) as error:
                raise ControlFailed(f"the target's supervisor did not answer {command!r}: {error!r}") from error
        return dict(answer)

    def wait(self, seconds: float) -> bool:
        """Wait so long for the process to end by itself; tell if it has."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def begin_to_stop(self) -> None:
        """Tell the target to end, and wait for nothing: several end in the time of one."""
        if self._process.stdin is not None:
            with suppress(OSError):  # the target may be gone already
                self._process.stdin.close()

    def stop(self) -> None:
        """End the target and wait until it is gone; after STOP_SECONDS kill it with all that it has started."""
        self.begin_to_stop()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            # It leads a session of its own: what it has started goes with it.
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        for thread, pipe in (
            (self._answers_thread, self._process.stdout),
            (self._progress_thread, self._process.stderr),
        ):
            # A grandchild may still hold the pipe; its reader is a daemon and ends with the run.
            thread.join(1.0)
            if pipe is not None and not thread.is_alive():
                pipe.close()


class RunAnswer(StrictModel):
    """The answer to `run`, as far as it is read."""

    exit_code: int
    output: str
    errors: str
    seconds: Annotated[float, Field(ge=0, allow_inf_nan=False)]


class PidsAnswer(StrictModel):
    """The answer to `kill` and `reload`, as far as it is read."""

    pids: tuple[PositiveInt, ...]


class SupervisedControl:
    """Control over services, processes and commands of a supervised target. Each call raises ControlFailed."""

    def __init__(self, supervised: Supervised, pids: Mapping[Service, int]) -> None:
        self._supervised = supervised
        self._pids = pids

    def stop(self, service: Service) -> None:
        """Stop the service; return when it no longer runs."""
        self._supervised.command("stop", service=str(service))

    def start(self, service: Service) -> None:
        """Start the service; return when it accepts connections."""
        self._supervised.command("start", service=str(service))

    def suspend(self, service: Service) -> None:
        """Suspend every process of the service: it accepts connections and answers nothing."""
        self._supervised.command("suspend", service=str(service))

    def resume(self, service: Service) -> None:
        """Let the service go on."""
        self._supervised.command("resume", service=str(service))

    def kill_worker(self) -> tuple[int, ...]:
        """Kill one worker of the application; return its process id."""
        return _pids(self._supervised.command("kill", service=str(Service.APPLICATION), which="worker"), "kill")

    def kill_workers(self) -> tuple[int, ...]:
        """Kill the workers that run now, one after the other; return their process ids.

        The oldest goes first, so the ones that replace them are spared.
        """
        parent = self._pids.get(Service.APPLICATION)
        if parent is None or not psutil.pid_exists(parent):
            raise ControlFailed(
                "the target has announced no process of its application, whose workers could be counted"
            )
        workers = psutil.Process(parent).children()
        if not workers:
            raise ControlFailed(f"the application's process {parent} has no workers that could be killed")
        return tuple(pid for _ in workers for pid in self.kill_worker())

    def kill(self, service: Service) -> tuple[int, ...]:
        """Kill every process of the service; return their process ids."""
        return _pids(self._supervised.command("kill", service=str(service), which="all"), "kill")

    def reload(self) -> tuple[int, ...]:
        """Renew the application's workers; return the process ids of the new ones."""
        return _pids(self._supervised.command("reload", service=str(Service.APPLICATION)), "reload")

    def run(self, name: str, arguments: Sequence[str]) -> CommandOutput:
        """Run one of the announced commands in the application's environment."""
        asked = self._supervised.command("run", name=name, arguments=list(arguments))
        answer = _read(RunAnswer, asked, "run")
        return CommandOutput(
            command=shlex.join([name, *arguments]),
            exit_code=answer.exit_code,
            output=answer.output,
            errors=answer.errors,
            seconds=answer.seconds,
        )


def _read(model: type[M], answer: Mapping[str, object], command: str) -> M:
    """Read the members of an answer that the model knows. Raises ControlFailed for the first that is wrong."""
    known = {name: answer[name] for name in model.model_fields if name in answer}
    try:
        return validate(model, known, f"the supervisor's answer to {command!r}")
    except InvalidContent as error:
        raise ControlFailed(str(error)) from error


def _pids(answer: Mapping[str, object], command: str) -> tuple[int, ...]:
    pids = _read(PidsAnswer, answer, command).pids
    if not pids:
        raise ControlFailed(f"the supervisor's answer to {command!r} names no process ids, so nothing shows its effect")
    return pids
