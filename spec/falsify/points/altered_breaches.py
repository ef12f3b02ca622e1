"""A pytest plugin of falsify's own runs: it notes which altered exchanges break a rule.

The ledger of a run keeps the first breaches of a rule, which is enough for a reader. Here each point of a bundle has to
be told from the others, so each altered exchange is judged once more, by the same rules and in the same order.
"""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path
from typing import Final

import pytest

from spec.checking.rules import Answer, RuleJudge
from spec.falsify.points.bundles import ALTERED_FIELD
from spec.run.run_state import RUN_STATE, RunState
from spec.surface.known import Known, learn_target
from spec.target.exchange import Exchange

NOTICED_VARIABLE: Final = "SHOPSPEC_NOTICED"
"""The file that gets requirement → the points of which a breach cites an exchange."""


class AlteredBreaches:
    """Keeps the exchanges of a run, and judges them when it ends."""

    def __init__(self) -> None:
        self._exchanges: list[Exchange] = []
        self._lock = threading.Lock()

    def add(self, exchange: Exchange) -> None:
        """Keep an exchange."""
        with self._lock:
            self._exchanges.append(exchange)

    def judge(self, run: RunState, known: Known) -> dict[str, list[str]]:
        """Return the points that each requirement's rules notice."""
        noticed: dict[str, set[str]] = {}
        for exchange in self._exchanges:
            known.note_verb(exchange.request)
        for rule in run.ledger.entries:
            judge, found = RuleJudge(rule), noticed.setdefault(rule.requirement, set())
            for exchange in self._exchanges:
                if exchange.response is None:
                    continue
                for breached in judge.judge(Answer(exchange, known)) or ():
                    found.update(breached.answer.headers.get_all(ALTERED_FIELD))
        return {requirement: sorted(found) for requirement, found in noticed.items()}


_BREACHES: Final = AlteredBreaches()


@pytest.hookimpl(trylast=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    """Watch the run from its first exchange on."""
    session.config.stash[RUN_STATE].recorder.watch(_BREACHES.add)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write down what was noticed, while the target still runs."""
    run = session.config.stash[RUN_STATE]
    if run.open_shops:
        noticed = _BREACHES.judge(run, learn_target(run.open_shops[0]))
        Path(os.environ[NOTICED_VARIABLE]).write_text(json.dumps(noticed), encoding="utf-8")
