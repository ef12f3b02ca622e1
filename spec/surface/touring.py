"""Take the tour: visit each point of the surface, inside the target's budgets, and say what could not be reached."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from random import Random
from typing import Final

from spec.checking.outcomes import Blocked
from spec.surface.approaches import Approach
from spec.surface.beside_interface import Beside
from spec.surface.expired_access import ExpiredAccess
from spec.surface.kinds_of_answer import DECLARED_ORIGIN, PREFLIGHT_OF_DECLARED_ORIGIN, SUCCESS
from spec.surface.known import Known, learn_target
from spec.surface.other_origins import OtherOrigins
from spec.surface.people import People
from spec.surface.provocations import UNPREPARED, OutOfReach, Provocation, unchanged
from spec.surface.request_provocations import BAD_CREDENTIALS, list_provocations
from spec.surface.spent_budgets import BURST, SpentBudgets
from spec.surface.stops import Guide, Patience, Stop, absent
from spec.surface.surface_operations import SAFE_METHODS
from spec.surface.surface_reading import read_surface
from spec.surface.surroundings import surround
from spec.surface.thing_states import state_stops
from spec.surface.tour import Cell, CellState, Tour, Visit
from spec.surface.tour_selection import choose_pairwise, interleave
from spec.surface.troubled_probes import TroubledProbes
from spec.surface.verb_trials import REVIEW
from spec.target.answer_kinds import AnswerKind
from spec.target.circumstances import Identity
from spec.target.exchange import Request
from spec.target.profile.profile_model import Effect
from spec.target.shop import Shop
from spec.target.visitor import Visitor

UNPROVEN: Final = "none of the shop's verbs read what it promises, so no answer tells anything"

MOST_SILENT: Final = 5
"""Requests without an answer, one after another, after which nobody waits for the next."""
MOST_MISSED: Final = 20
"""Stops out of reach that are gone to once more. Where there are more of them, it is no matter of a moment."""


class Tourist:
    """Visits a target's surface.

    `roomy` is the target with its limits out of the way, where it can be had; `shipped` the target itself. `enough`
    tells that nothing more is to be learnt.
    """

    def __init__(
        self,
        roomy: Shop,
        shipped: Shop,
        tour: Tour,
        *,
        quick: bool,
        chance: Random,
        enough: Callable[[], bool] = lambda: False,
    ) -> None:
        self._roomy = roomy
        self._shipped = shipped
        self._tour = tour
        self._quick = quick
        self._chance = chance
        self._enough = enough
        self._known: Known = learn_target(roomy)
        self._patience = Patience(roomy.profile.policy_number("tour_minutes", 0))
        self._guide = Guide(People(roomy), self._patience)
        self._requests = 0
        self._silent = 0

    def travel(self) -> bool:
        """Visit every point, and add each visit to the tour; return False where it ended before, with enough.

        Raises Blocked where a tour has no sense.
        """
        began = time.monotonic()
        with (
            self._roomy.recorder.watched(self._count),
            closing(OtherOrigins(self._roomy, self._shipped)) as others,
            closing(ExpiredAccess(self._roomy)) as expired,
        ):
            try:
                approaches, missing = read_surface(self._roomy, self._known, self._guide.people)
            except OutOfReach as error:
                raise Blocked(f"the tour of the surface could not begin: {error}") from error
            self._tour.notes += [f"not tried: {one}" for one in missing]
            self._review_twice(approaches)
            for approach in approaches:
                if self._enough():
                    return False
                self._add([approach.succeed()], others)
            stops = self._chosen(list(self._stops(approaches, expired)))
            missed = []
            for stop in stops:
                if self._enough():
                    return False
                if unreached := self._add(stop.go(), others):
                    missed.append((stop, unreached))
            self._go_again(missed, others)
        if not any(approach.has_told for approach in approaches):
            self._tour.visits[:] = [
                replace(visit, state=CellState.OUT_OF_REACH, reason=UNPROVEN) for visit in self._tour.visits
            ]
        self._tour.notes.append(self._sum_up(time.monotonic() - began))
        return True

    def _chosen(self, stops: list[Stop]) -> Sequence[Stop]:
        if self._quick:
            stops = choose_pairwise(stops, self._chance)
        # Where limits are in the way, one of each kind is worth more than many of one.
        return list(interleave(stops)) if self._roomy is self._shipped else stops

    def _go_again(self, missed: Sequence[tuple[Stop, Sequence[Visit]]], others: OtherOrigins) -> None:
        """Go once more to a few stops that were out of reach for a moment, and say so."""
        if self._roomy is self._shipped or len(missed) > MOST_MISSED:
            return
        for stop, unreached in missed:
            gone = {id(visit) for visit in unreached}
            self._tour.visits[:] = [visit for visit in self._tour.visits if id(visit) not in gone]
            if not self._add(stop.go(), others):
                self._tour.notes.append(f"reached at the second attempt: {stop.cell.label} ({unreached[0].reason})")

    def _add(self, visits: Iterable[Visit], others: OtherOrigins) -> list[Visit]:
        """Add visits to the tour; return those out of reach. Raises Blocked where the target has stopped to answer."""
        unreached = []
        for visit in visits:
            if visit.state is CellState.OUT_OF_REACH:
                unreached.append(visit)
            self._tour.visits.append(visit)
            self._tour.visits.extend(others.ask_again([visit]))
            if visit.exchange is not None:
                self._silent = 0 if visit.exchange.response is not None else self._silent + 1
            if self._silent == MOST_SILENT:
                raise Blocked(f"the target answered none of {MOST_SILENT} requests: {visit.reason}")
        return unreached

    @property
    def _may_write(self) -> bool:
        return Effect.WRITES in self._roomy.profile.effects

    def _count(self, _exchange: object) -> None:
        self._requests += 1

    def _stops(self, approaches: Sequence[Approach], expired: ExpiredAccess) -> Iterator[Stop]:
        for approach in approaches:
            if approach.seen:
                around = surround(approach, approaches, self._roomy, self._guide.people)
                for provocation in list_provocations(approach, around):
                    stop = self._stop(approach, provocation)
                    if self._may_write or stop.cell.method in SAFE_METHODS:
                        yield stop
        yield from self._lacking()
        if self._may_write:
            yield from state_stops(self._roomy, approaches, self._guide)
        yield from Beside(self._roomy, self._known, self._guide).stops()
        yield from expired.stops(approaches, self._guide)
        yield from TroubledProbes(self._roomy, self._guide).stops()
        # Spending comes last: whoever has no budget left can do nothing else.
        yield from SpentBudgets(self._shipped, approaches, Guide(People(self._shipped), self._patience)).stops()

    def _lacking(self) -> Iterator[Stop]:
        """List the kinds of answer that the whole target lacks, or that this run cannot ask for, once each."""
        for identity, kind in BAD_CREDENTIALS.items():
            if not self._guide.people.has(identity):
                yield Stop(Cell("everything", "", "GET", identity, kind), partial(self._no_such, identity, kind))
        if not self._roomy.profile.policy_texts("allowed_origins"):
            for kind, method in ((DECLARED_ORIGIN, "GET"), (PREFLIGHT_OF_DECLARED_ORIGIN, "OPTIONS")):
                yield absent(Cell("everything", "", method, Identity.NOBODY, kind), "the profile declares no origin")

    def _no_such(self, identity: Identity, kind: str) -> list[Visit]:
        cell = Cell("everything", "", "GET", identity, kind)
        provocation = Provocation(kind, unchanged, frozenset(), identity=identity)
        return [self._guide.visit(cell, provocation, lambda: (self._guide.people.find(identity), Request("GET", "/")))]

    def _stop(self, approach: Approach, provocation: Provocation) -> Stop:
        identity, operation = provocation.identity or approach.identity, approach.operation
        cell = approach.cell(identity, provocation.kind, provocation.method)

        def make() -> tuple[Visitor, Request]:
            ready = approach.ready
            people = self._guide.people
            if identity is approach.identity:
                who = ready.visitor
            elif provocation.kind == SUCCESS and approach.identity is Identity.NOBODY and not operation.is_safe:
                # What changes things and needs no credentials gives or ends some: of another account, in this session.
                who = people.passing(identity)
            else:
                who = people.find(identity)
            return who, provocation.change(ready.request, ready)

        def go() -> Iterable[Visit]:
            visit = self._guide.visit(cell, provocation, make)
            if visit.state is CellState.ABSENT and AnswerKind.DONE in provocation.wanted and not operation.is_safe:
                # What it was to be done to may have gone since it was made ready.
                approach.use_up()
                visit = self._guide.visit(cell, provocation, make)
            exchange = visit.exchange
            done = exchange is not None and exchange.response is not None and exchange.response.succeeded
            if exchange is not None and done and exchange.request.method == operation.method:
                approach.note_success(identity, exchange)
            yield visit

        return Stop(cell, go)

    def _review_twice(self, approaches: Sequence[Approach]) -> None:
        """Have two customers review what is read of, so that there is a second page of reviews."""
        verbs, people = self._roomy.verbs, self._guide.people
        read = next(
            (one for one in approaches if one.operation.relative.startswith("GET") and one.deed == "list reviews"), None
        )
        if read is None or not verbs.offers("write_review") or not self._may_write:
            return
        try:
            for identity in (Identity.CUSTOMER, Identity.STRANGER):
                people.find(identity).look(verbs.write_review(read.ready.ids[0], **REVIEW))
        except UNPREPARED as error:
            self._tour.notes.append(f"no product could be reviewed twice: {error}")

    def _sum_up(self, seconds: float) -> str:
        tour = self._tour
        examined, unreached = len(tour.in_state(CellState.EXAMINED)), len(tour.in_state(CellState.OUT_OF_REACH))
        text = f"{self._requests} requests in {seconds:.0f} s; {examined} of {len(tour.there)} points examined"
        failed = len(tour.in_state(CellState.FAILED))
        text += f", {failed} answered by a failure" if failed else ""
        text += f", {len(tour.visits) - len(tour.there)} absent, {unreached} out of reach"
        if self._patience.met:
            text += f"; its limits were met {self._patience.met} times"
            needed = unreached / BURST
            text += f", and the rest takes about {needed:.0f} minutes more (tour_minutes)" if unreached else ""
        return text
