"""Readiness under many probes at once: true, and no flood of connections (HLTH)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from reference_app.observability import readiness
from reference_app.observability.readiness import MOST_WAITING, PATIENCE_SECONDS, ServiceProbe
from tests.reference_app.services import await_condition


class Service:
    """Answers a look with `up`, once it is let."""

    def __init__(self) -> None:
        self.up = True
        self.looks = 0
        self.free = threading.Event()
        self.free.set()

    def answers(self) -> bool:
        self.looks += 1
        assert self.free.wait(20)
        return self.up


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(16) as pool:
        yield pool


@dataclass
class Clock:
    """The time of the probes, as the test sets it."""

    now: float = 0.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(readiness, "time", clock)
    return clock


@pytest.fixture
def never_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every probe has a look due."""
    monkeypatch.setattr(readiness, "FRESH_SECONDS", 0.0)


def timed(check: Callable[[], bool]) -> tuple[bool, float]:
    """Return what a probe says, and after how many seconds."""
    began = time.monotonic()
    return check(), time.monotonic() - began


def hang(service: Service, probe: ServiceProbe, threads: ThreadPoolExecutor) -> Future[bool]:
    """Return a look that is in progress until the service is set free."""
    service.free.clear()
    seen = service.looks
    looking = threads.submit(probe.check, service.answers)
    await_condition(lambda: service.looks == seen + 1)
    return looking


@pytest.mark.parametrize("up", [True, False])
def test_a_flood_of_probes_looks_four_times_a_second(service: Service, clock: Clock, up: bool) -> None:
    probe, service.up = ServiceProbe(), up
    for thousandth in range(1000):
        clock.now = thousandth / 1000
        assert probe.check(service.answers) is up
    assert service.looks == 4


@pytest.mark.parametrize("was_up", [True, False])
def test_what_has_changed_is_said_after_a_quarter_of_a_second(service: Service, clock: Clock, was_up: bool) -> None:
    probe, service.up = ServiceProbe(), was_up
    said = []
    for thousandth in (0, 1, 249, 250, 251):
        clock.now = thousandth / 1000
        said.append(probe.check(service.answers))
        service.up = not was_up
    assert said == [was_up, was_up, was_up, not was_up, not was_up]


@pytest.mark.usefixtures("never_fresh")
def test_probes_at_once_share_one_look(service: Service, threads: ThreadPoolExecutor) -> None:
    probe = ServiceProbe()
    looking = hang(service, probe, threads)
    waiting = [threads.submit(probe.check, service.answers) for _ in range(MOST_WAITING)]
    await_condition(lambda: probe._waiting == MOST_WAITING)
    service.free.set()
    assert [looking.result(), *(each.result() for each in waiting)] == [True] * (MOST_WAITING + 1)
    assert service.looks == 1


@pytest.mark.usefixtures("never_fresh")
def test_a_service_that_hangs_holds_three_threads_for_a_second_and_then_one(
    service: Service, threads: ThreadPoolExecutor
) -> None:
    probe = ServiceProbe()
    assert probe.check(service.answers) is True
    looking = hang(service, probe, threads)
    waiting = [threads.submit(timed, lambda: probe.check(service.answers)) for _ in range(MOST_WAITING)]
    await_condition(lambda: probe._waiting == MOST_WAITING)
    said, seconds = timed(lambda: probe.check(service.answers))
    assert (said, seconds < 0.1) == (True, True)  # a third does not wait: what the last look found
    for said, seconds in (each.result() for each in waiting):
        assert said is False
        assert seconds <= PATIENCE_SECONDS + 0.2
    said, seconds = timed(lambda: probe.check(service.answers))
    assert (said, seconds < 0.1) == (False, True)
    assert service.looks == 2
    service.free.set()
    assert looking.result() is True
    assert probe.check(service.answers) is True


@pytest.mark.usefixtures("never_fresh")
def test_no_probe_waits_for_a_service_that_was_down(service: Service, threads: ThreadPoolExecutor) -> None:
    probe, service.up = ServiceProbe(), False
    assert probe.check(service.answers) is False
    looking = hang(service, probe, threads)
    said, seconds = timed(lambda: probe.check(service.answers))
    assert (said, seconds < 0.1) == (False, True)
    service.free.set()
    assert looking.result() is False


@pytest.mark.usefixtures("never_fresh")
def test_a_look_that_fails_leaves_the_service_down_and_the_next_probe_free_to_look(service: Service) -> None:
    probe = ServiceProbe()

    def fail() -> bool:
        raise LookupError

    with pytest.raises(LookupError):
        probe.check(fail)
    assert probe.check(service.answers) is True
