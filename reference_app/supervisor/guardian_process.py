"""The program of the guardian: waits for the supervisor's end, however it comes, and clears up behind it.

Standard library only, started with ``-I -S``: it is up in an instant and depends on nothing that could be missing.
Standard input carries ``+PID`` and ``-PID``, one a line: a process group that began, and one that is over. When it
ends, the supervisor has ended. In good order no group is left then; after kill -9 those that are get killed. Either
way the folder is removed.
"""

import os
import shutil
import signal
import sys
import time
from contextlib import suppress

GONE_SECONDS = 5.0
POLL_SECONDS = 0.02


def main(folder: str) -> None:
    """Watch until standard input ends, then leave nothing."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: set[int] = set()
    for line in sys.stdin:
        change = groups.add if line.startswith("+") else groups.discard
        change(int(line[1:]))
    for group in groups:
        with suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)
    deadline = time.monotonic() + GONE_SECONDS
    while any(_exists(group) for group in groups) and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)  # nobody announces the end of a process that is not one's child
    shutil.rmtree(folder, ignore_errors=True)


def _exists(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


if __name__ == "__main__":
    main(sys.argv[1])
