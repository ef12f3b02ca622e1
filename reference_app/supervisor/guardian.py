"""The second process of a supervisor: it ends what is left when the supervisor was killed and could not.

The kernel's own signal at the death of a parent reaches the direct children only. The workers of an application server
may hang in a request, or be suspended, and would live on; so a guardian knows every process group that runs.
"""

import subprocess
import sys
from contextlib import suppress
from pathlib import Path

PROGRAM = Path(__file__).with_name("guardian_process.py")
END_SECONDS = 2.0  # what it has still to do is to remove a folder, which its caller does as well


class Guardian:
    """Started before all other processes, ended after them."""

    def __init__(self, folder: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(PROGRAM), str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            process_group=0,
            cwd="/",
        )

    def watch(self, group: int) -> None:
        """A process group has begun."""
        self._tell(f"+{group}\n")

    def release(self, group: int) -> None:
        """A process group is over."""
        self._tell(f"-{group}\n")

    def end(self) -> None:
        """Everything is over; the guardian removes the folder as its last act. One that takes too long is killed."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _tell(self, line: str) -> None:
        with suppress(BrokenPipeError):  # killed by somebody: the kernel's signal to the children remains
            if self._process.stdin is not None:
                self._process.stdin.write(line.encode())
                self._process.stdin.flush()
