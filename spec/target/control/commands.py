"""Commands that a target offers: run by its supervisor, or as its profile spells them, on this machine."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from typing import IO, Final

from spec.target.observations import CommandOutput
from spec.target.recording import Recorder
from spec.target.windows import WindowUnusable

COMMAND_SECONDS: Final = 60.0
"""The longest time of a command that stops or starts something."""
LONG_COMMAND_SECONDS: Final = 600.0
"""The longest time of a named command: a migration of many rows is not quick."""
OUTPUT_BYTES: Final = 1 << 20
"""The bytes that are read of each stream of a command; what follows is counted."""

Runner = Callable[[str, Sequence[str]], CommandOutput]


def run_command(command: str, arguments: Sequence[str] = (), *, seconds: float = COMMAND_SECONDS) -> CommandOutput:
    """Run a command line of a profile to its end, and wait for no process that it leaves behind.

    Raises WindowUnusable where it cannot be run or takes too long.
    """
    began = time.monotonic()
    # Files instead of pipes: a server that the command starts keeps its streams open, and a pipe would wait for it.
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        try:
            words = [*shlex.split(command), *arguments]
            exit_code = subprocess.run(words, stdout=output, stderr=errors, timeout=seconds, check=False).returncode
        except subprocess.TimeoutExpired as error:
            raise WindowUnusable(f"{command!r} did not end within {seconds:g} s") from error
        except (OSError, ValueError) as error:
            # A ValueError is a quote that is not closed, or a null byte.
            raise WindowUnusable(f"{command!r} cannot be run: {error}") from error
        seconds_taken = time.monotonic() - began
        return CommandOutput(shlex.join(words), exit_code, _text(output), _text(errors), seconds_taken)


def _text(stream: IO[bytes]) -> str:
    """Read the beginning of a stream, and say how much of it is left out."""
    # One offset serves this process and any that still writes, so read at a place instead of moving it.
    content = os.pread(stream.fileno(), OUTPUT_BYTES, 0)
    left_out = os.fstat(stream.fileno()).st_size - len(content)
    return content.decode(errors="replace") + (f"\n… {left_out} more bytes" if left_out else "")


class Commands:
    """The named commands of one shop."""

    def __init__(self, names: Sequence[str], run: Runner, recorder: Recorder) -> None:
        self._names = tuple(names)
        self._run = run
        self._recorder = recorder

    def output(self, name: str, *arguments: str) -> CommandOutput:
        """Run a command to its end. Raises WindowUnusable where it is not offered."""
        if name not in self._names:
            offered = f"; it offers {', '.join(self._names)}" if self._names else ""
            raise WindowUnusable(f"the target offers no command {name!r}{offered}")
        return self._recorder.observe(self._run(name, arguments))


def profile_runner(commands: Mapping[str, str]) -> Runner:
    """Make a runner of the profile's own command lines."""

    def run(name: str, arguments: Sequence[str]) -> CommandOutput:
        try:
            return run_command(commands[name], arguments, seconds=LONG_COMMAND_SECONDS)
        except WindowUnusable as error:
            raise WindowUnusable(f"command {name!r} of the profile failed: {error}") from error

    return run
