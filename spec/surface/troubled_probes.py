"""Probes while a service that the target stands on is stopped: what readiness says then is an answer like any other."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from typing import Final

from spec.surface import kinds_of_answer as kinds
from spec.surface.provocations import ANY, UNPREPARED, Provocation, unchanged
from spec.surface.stops import Guide, Stop, absent
from spec.surface.tour import Cell, CellState, Visit
from spec.target.circumstances import Identity
from spec.target.control.services import RECOVERY_SECONDS, Service
from spec.target.exchange import Request
from spec.target.profile.profile_model import Effect
from spec.target.shop import Shop
from spec.target.steps import first_request
from spec.target.visitor import Visitor

NOTICED_WITHIN: Final = 10.0
"""Seconds after which the tour no longer waits for readiness to say that something is wrong."""
POLL: Final = 0.1
UNAVAILABLE: Final = 503
ASKED: Final = tuple(product(("GET", "HEAD"), (Identity.NOBODY, Identity.CUSTOMER, Identity.STAFF)))


@dataclass
class TroubledProbes:
    """Lists the stop at readiness with the cache stopped: what a target can do longest without."""

    shop: Shop
    guide: Guide

    def stops(self) -> Iterator[Stop]:
        """List the one stop, or why there is none."""
        cell = Cell("readiness", "", "GET", Identity.NOBODY, kinds.PROBE_IN_TROUBLE)
        if not self.shop.verbs.offers("readiness"):
            yield absent(cell, "the target offers no readiness")
            return
        yield Stop(cell, lambda: self._visit(cell))

    def _visit(self, cell: Cell) -> Iterator[Visit]:
        if Effect.BREAKS not in self.shop.profile.effects:
            reason = "the profile's [effects] do not allow that services are stopped"
            yield Visit(cell, CellState.OUT_OF_REACH, None, reason)
            return
        try:
            with self.shop.services.stopped(Service.CACHE):
                if self._wait(NOTICED_WITHIN, lambda status: status == UNAVAILABLE):
                    yield from self._ask_all(cell)
                else:
                    reason = f"readiness says nothing of a stopped cache within {NOTICED_WITHIN:g} s"
                    yield Visit(cell, CellState.OUT_OF_REACH, None, reason)
        except UNPREPARED as error:
            yield Visit(cell, CellState.OUT_OF_REACH, None, str(error))
        seconds = self.shop.profile.policy_number("recovery_time", RECOVERY_SECONDS)
        if not self._wait(seconds, lambda status: status == 200):
            reason = f"readiness does not say within {seconds:g} s that the cache is back"
            yield Visit(cell, CellState.OUT_OF_REACH, None, reason)

    def _ask_all(self, cell: Cell) -> Iterator[Visit]:
        verbs = self.shop.verbs
        request = first_request(verbs.readiness(), verbs.stranger())
        for method, identity in ASKED:
            point = Cell(cell.resource, "", method, identity, cell.kind)
            troubled = Provocation(cell.kind, unchanged, ANY, statuses=frozenset({UNAVAILABLE}), identity=identity)
            yield self.guide.visit(point, troubled, partial(self._make, identity, replace(request, method=method)))

    def _make(self, identity: Identity, request: Request) -> tuple[Visitor, Request]:
        return self.guide.people.find(identity), request

    def _wait(self, seconds: float, is_there: Callable[[int], bool]) -> bool:
        """Wait until readiness has a status, as long as that may take; tell if it came."""
        visitor, until = self.shop.visitor(), time.monotonic() + seconds
        while time.monotonic() < until:
            response = visitor.look(self.shop.verbs.readiness()).exchange.response
            if response is not None and is_there(response.status):
                return True
            time.sleep(POLL)
        return False
