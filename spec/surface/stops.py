"""Stops of the tour: the cell of each, and the one way in which all of them are visited."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Final

from spec.surface import kinds_of_answer as kinds
from spec.surface.people import People
from spec.surface.provocations import UNPREPARED, NotThere, OutOfReach, Provocation, judge_answer
from spec.surface.tour import Cell, CellState, Visit
from spec.target.answer_kinds import AnswerKind
from spec.target.circumstances import Identity
from spec.target.exchange import Exchange, Request
from spec.target.visitor import PreparationFailed, Visitor

MINUTE: Final = 60.0

SPENT: Final = "a budget is spent, and the profile's tour_minutes leaves no time to wait for another one"

Make = Callable[[], tuple[Visitor, Request]]
"""Makes a request, and chooses who sends it."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A point that is to be visited. Some lead to others, so one stop may make several visits."""

    cell: Cell
    go: Callable[[], Iterable[Visit]]


def absent(cell: Cell, reason: str) -> Stop:
    """Make a stop at what the target lacks, which needs no request."""
    return Stop(cell, lambda: [Visit(cell, CellState.ABSENT, None, reason)])


class Patience:
    """The time that the tour may wait where the target's limits cannot be lifted."""

    def __init__(self, minutes: float, wait: Callable[[float], None] = time.sleep) -> None:
        self._left = minutes * MINUTE
        self._wait = wait
        self.met = 0
        """The number of times that a limit was met."""
        self.waited = 0.0

    def wait_for(self, exchange: Exchange) -> None:
        """Wait until the budget that refused a request is renewed. Raises OutOfReach where that takes too long."""
        self.met += 1
        seconds = seconds_until_renewed(exchange)
        if seconds > self._left:
            raise OutOfReach(SPENT)
        self._left -= seconds
        self.waited += seconds
        self._wait(seconds)


def seconds_until_renewed(exchange: Exchange) -> float:
    """Return the seconds after which a budget is renewed, as its refusal says; a minute where it says nothing."""
    told = exchange.response.headers.get("Retry-After") if exchange.response else None
    return float(told) if told and told.isdecimal() and len(told) < 6 else MINUTE


class Guide:
    """Visits stops: as whom it is to be, once more where a budget was spent and there is a way around that."""

    def __init__(self, people: People, patience: Patience) -> None:
        self.people = people
        self.patience = patience
        self._spent: dict[Identity, float] = {}
        """The moment (monotonic) from which an identity whose budget is spent may be tried again."""

    def visit(self, cell: Cell, provocation: Provocation, make: Make) -> Visit:
        """Send a request, and tell what became of it."""
        try:
            if time.monotonic() < self._spent.get(cell.identity, 0.0):
                raise OutOfReach(SPENT)
            visit = self._once(cell, provocation, make)
            if provocation.kind != kinds.BUDGET_SPENT and visit.exchange and self._is_refused(visit.exchange):
                self._renew(cell.identity, visit.exchange)
                visit = self._once(cell, provocation, make)
        except NotThere as missing:
            return Visit(cell, CellState.ABSENT, None, str(missing))
        except UNPREPARED as error:
            return Visit(cell, CellState.OUT_OF_REACH, None, str(error))
        return visit

    def _once(self, cell: Cell, provocation: Provocation, make: Make) -> Visit:
        try:
            who, request = make()
        except PreparationFailed as failed:
            if not self._is_refused(failed.exchange):
                raise
            self._wait(cell.identity, failed.exchange)
            who, request = make()
        exchange = who.send_signed(replace(request, provokes=provocation.kind))
        return judge_answer(cell, exchange, who.settle(exchange) if exchange.response else None, provocation)

    def _is_refused(self, exchange: Exchange) -> bool:
        """Tell if a spent budget is what refused a request."""
        if exchange.response is None:
            return False
        return self.people.settle(exchange.response) is AnswerKind.BUDGET

    def _renew(self, identity: Identity, exchange: Exchange) -> None:
        if identity is Identity.NOBODY and self.people.renew_nobody():
            self.patience.met += 1
            return
        self._wait(identity, exchange)

    def _wait(self, identity: Identity, exchange: Exchange) -> None:
        try:
            self.patience.wait_for(exchange)
        except OutOfReach:
            self._spent[identity] = time.monotonic() + seconds_until_renewed(exchange)
            raise
