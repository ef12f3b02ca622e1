"""Progress of a running load: one line a second on a terminal, one in ten seconds elsewhere."""

from __future__ import annotations

import sys
from typing import Final

import gevent

from load.health import Heartbeat
from load.load_plan import LoadPlan
from load.recorder import SampleRecorder

_SECONDS_WITHOUT_TERMINAL: Final = 10


class LoadProgress:
    """Writes the progress to standard error."""

    def __init__(self, recorder: SampleRecorder, heartbeat: Heartbeat, plan: LoadPlan) -> None:
        self._recorder = recorder
        self._heartbeat = heartbeat
        self._plan = plan

    def run(self) -> None:
        """Report until killed."""
        on_terminal = sys.stderr.isatty()
        every = 1 if on_terminal else _SECONDS_WITHOUT_TERMINAL
        while True:
            gevent.sleep(every)
            line = self._line(every)
            sys.stderr.write(f"\r\x1b[K{line}" if on_terminal else f"{line}\n")
            sys.stderr.flush()

    def _line(self, every: float) -> str:
        now = self._recorder.clock.now()
        measured = now - self._plan.warm_up_seconds
        phase = f"measuring {measured:.0f} s of at most {self._plan.looks[-1]:.0f}" if measured >= 0 else "warming up"
        lag = self._heartbeat.lag(now - every, now)
        return (
            f"[load] {phase}: {len(self._recorder.samples)} requests, {self._recorder.in_flight} in flight, "
            f"{self._recorder.errors} errors, generator {lag.longest:.1f} ms late at most"
        )
