"""Examine in two lanes: a second process takes checks from the other end, against a copy of the target of its own.

Client and target mostly wait for each other, so that two of each fit on two cores. What measures under load waits until
the other lane has ended, and the rules are judged once, over what both lanes saw.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
from abc import abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from hashlib import sha256
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

import pytest

from reports.results import Ended
from spec.checking.check_record import CheckRecord
from spec.run.lane_reports import LaneReport, absorb, pack
from spec.run.plugin import RunPlugin
from spec.run.rule_items import RuleItem
from spec.run.run_state import RunState
from spec.surface.known import learn_target
from spec.target.profile.profile_model import Effect

LEAST_CHECKS: Final = 20
"""Checks from which on a second lane saves more than the start of a second target costs."""
TOURING: Final = "take_tour"
"""The fixture of a check that takes the run's one tour."""
END_SECONDS: Final = 60.0
"""Time that the other lane gets to write what it found, once it is told to end."""


@dataclass(frozen=True, slots=True)
class Claims:
    """Lets each check be taken once, by the lane that comes to it first and makes its file."""

    folder: Path

    def take(self, node: str) -> bool:
        """Take a check; return False where the other lane has it."""
        try:
            os.close(os.open(self.folder / sha256(node.encode()).hexdigest(), os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            return False
        return True


class Lane(RunPlugin):
    """Takes the checks that it runs one by one, so that the other lane can take the rest."""

    claims: Claims | None = None

    def is_shared(self, item: pytest.Item) -> bool:
        """Tell if either lane may run a check: it takes no tour, judges no rule and measures nothing under load."""
        is_judge = isinstance(item, RuleItem)
        return not (is_judge or _takes_tour(item) or Effect.LOADS in self.checks[item.nodeid].effects)

    @abstractmethod
    def choose(self, items: Sequence[pytest.Item], claims: Claims) -> Iterator[pytest.Item]:
        """Yield what this lane runs, each as soon as it is claimed."""

    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Run what this lane claims. pytest has to know what comes next, so one more is always claimed."""
        if self.claims is None or session.config.option.collectonly:
            return None
        chosen = self.choose(session.items, self.claims)
        item = next(chosen, None)
        while item is not None:
            following = next(chosen, None)
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if session.shouldfail:
                raise session.Failed(session.shouldfail)
            if session.shouldstop:
                raise session.Interrupted(session.shouldstop)
            item = following
        return True


class FirstLane(Lane):
    """The lane that takes the tour, measures, judges the rules and writes the results. It starts the second one.

    `words` are the arguments at the end of this process' command line: the second lane gets the same, after its own.
    """

    def __init__(self, run: RunState, words: Sequence[str]) -> None:
        super().__init__(run)
        self._words = words
        self._process: subprocess.Popen[bytes] | None = None
        self._reader: threading.Thread | None = None
        self._report: LaneReport | None = None
        self._closing = ExitStack()

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Start the second lane if it is worth it."""
        super().pytest_collection_modifyitems(config, items)
        if not config.option.collectonly and sum(map(self.is_shared, items)) >= LEAST_CHECKS:
            self._start()

    def choose(self, items: Sequence[pytest.Item], claims: Claims) -> Iterator[pytest.Item]:
        """Yield the check that tours, then what is roomy, then what is for this lane alone."""
        # The tour takes longest, and it spends budgets of the target as it is deployed: after it only checks of the
        # roomy copy come, until the second lane has ended.
        yield from filter(_takes_tour, items)
        yield from (one for one in items if self.is_shared(one) and _is_roomy(one) and claims.take(one.nodeid))
        yield from (one for one in items if not self.is_shared(one) and not _takes_tour(one))

    def _start(self) -> None:
        folder = Path(self._closing.enter_context(tempfile.TemporaryDirectory(prefix="shopspec-lanes-")))
        self.claims = Claims(folder)
        receiving, sending = Pipe(duplex=False)
        handed = ["--second-lane", str(sending.fileno()), str(folder), str(self.run.folder)]
        before = len(sys.orig_argv) - len(self._words)
        command = [sys.executable, *sys.orig_argv[1:before], *handed, "--seed", str(self.run.seed), *self._words]
        self._process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, pass_fds=[sending.fileno()]
        )
        sending.close()
        self._reader = threading.Thread(target=self._read, args=(receiving,), name="second lane", daemon=True)
        self._reader.start()

    def _read(self, receiving: Connection) -> None:
        with receiving:
            while True:
                try:
                    said = receiving.recv()
                except (EOFError, OSError):
                    return
                if isinstance(said, CheckRecord):
                    self._keep(said)
                else:
                    self._report = said

    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Run what this lane claims, and wait for the other one."""
        done = super().pytest_runtestloop(session)
        self._join()
        return done

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> bool | None:
        """Wait for the end of the second lane before what has to be alone."""
        if self.claims is None or _takes_tour(item) or self.is_shared(item):
            return None
        self._join()
        if self.run.ended is Ended.COMPLETE:
            return None
        item.session.shouldstop = "the second lane did not come to its end"
        return True

    def _join(self) -> None:
        """Wait for the second lane, and add what it saw to the run."""
        if self._process is None or self._reader is None:
            return
        code = self._process.wait()
        self._process = None
        self._reader.join()
        self._closing.close()
        report = self._report
        if report is None:
            self._end(Ended.HARNESS_ERROR, [f"the second lane ended with exit code {code} and without a report"])
            return
        self._end(report.ended, report.warnings)
        self.run.recorder.add_secret(*report.secrets)
        absorb(self.run.ledger, report.rules, lambda: learn_target(self.run.roomy()))

    def _end(self, ended: Ended, warnings: Iterable[str]) -> None:
        self.run.warnings += [warning for warning in warnings if warning not in self.run.warnings]
        if self.run.ended is Ended.COMPLETE:
            self.run.ended = ended

    def _write(self) -> None:
        """End the second lane where the run ends before it, and write the results of both."""
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
            self._join()
        super()._write()


class SecondLane(Lane):
    """The lane that begins at the other end, and sends the first one what it finds."""

    def __init__(self, run: RunState, descriptor: int, claims: Path) -> None:
        super().__init__(run)
        self.claims = Claims(claims)
        self._sending = Connection(descriptor, readable=False)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Leave it to the first lane to show progress."""
        super().pytest_collection_modifyitems(config, items)
        self.progress = None

    def choose(self, items: Sequence[pytest.Item], claims: Claims) -> Iterator[pytest.Item]:
        """Yield what is not roomy, and then what is, the last of it first."""
        shared = list(filter(self.is_shared, items))
        yield from (one for one in shared if not _is_roomy(one) and claims.take(one.nodeid))
        yield from (one for one in reversed(shared) if _is_roomy(one) and claims.take(one.nodeid))

    def _keep(self, record: CheckRecord) -> None:
        self._sending.send(record)

    def _write(self) -> None:
        run = self.run
        told = LaneReport(run.ended, tuple(run.warnings), run.recorder.secrets, pack(run.ledger))
        self._sending.send(told)
        run.close()


def _takes_tour(item: pytest.Item) -> bool:
    return TOURING in getattr(item, "fixturenames", ())


def _is_roomy(item: pytest.Item) -> bool:
    """Tell if a check asks for the roomy copy alone."""
    asked = set(getattr(item, "fixturenames", ()))
    return "roomy" in asked and "target" not in asked
