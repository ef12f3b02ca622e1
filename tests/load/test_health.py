"""The generator's account of itself: lateness, and use of the processors."""

from pathlib import Path

import gevent
import pytest

from load.health import Heartbeat, send_lag
from load.manifest import Lag
from load.processors import Processors, read_ticks
from load.recorder import Clock
from load.samples import RequestOutcome, Sample


def test_lateness_is_summed_up_by_nearest_rank() -> None:
    lateness = [float(number) for number in range(1, 101)]
    assert Lag.of(lateness) == Lag(p50=50, p95=95, p99=99, longest=100, count=100)


def test_nothing_sent_is_not_late() -> None:
    unsent = Sample(1.0, None, None, 0, 0, 0, 0, RequestOutcome.UNSENT)
    assert send_lag([unsent]) == Lag(p50=0, p95=0, p99=0, longest=0, count=0)


def test_a_loop_that_is_held_up_is_late() -> None:
    clock = Clock(0)
    heartbeat = Heartbeat(clock)
    beating = gevent.spawn(heartbeat.run)
    gevent.sleep(0.1)
    held_up = clock.now()
    while clock.now() < held_up + 0.2:
        pass
    gevent.sleep(0.1)
    beating.kill()
    assert heartbeat.lag(0, clock.now()).longest == pytest.approx(200, abs=40)


def test_busy_is_what_is_neither_idle_nor_waiting(tmp_path: Path) -> None:
    (tmp_path / "stat").write_text("cpu  10 20 30 400 50 6 7 8 999 999\ncpu0 1 2 3 4\n")
    assert read_ticks(tmp_path / "stat") == (81, 531)


def test_a_system_that_does_not_tell_gives_no_share(tmp_path: Path) -> None:
    assert read_ticks(tmp_path / "none") == (0, 0)
    processors = Processors(Clock(0))
    assert processors.machine_share(0, 10) is None
    assert processors.own_share(0, 10) == pytest.approx(0)
