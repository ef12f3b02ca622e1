"""Spend each budget of the shipped target, and ask everything else of whoever has none left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

from spec.surface import kinds_of_answer as kinds
from spec.surface.approaches import Approach
from spec.surface.provocations import ANY, UNPREPARED, NotThere, Provocation, judge_answer, unchanged
from spec.surface.request_changes import by_method, to_head, with_id
from spec.surface.request_provocations import UNKNOWN
from spec.surface.stops import Guide, Stop
from spec.surface.tour import Cell, CellState, Visit
from spec.target.answer_kinds import AnswerKind
from spec.target.circumstances import Identity
from spec.target.exchange import Request
from spec.target.shop import Shop
from spec.target.visitor import Visitor

BURST: Final = 60
"""Requests of any identity in a minute (roadmap 1.1)."""
WHOM: Final = (Identity.STAFF, Identity.CUSTOMER, Identity.NOBODY)
"""Those whose budgets are spent; nobody's last, from which sign-ins may be paid."""
BUDGET: Final = Provocation(kinds.BUDGET_SPENT, unchanged, frozenset({AnswerKind.BUDGET}), ANY)


@dataclass
class SpentBudgets:
    """Lists the stops of identities whose budgets on the shipped target are spent. `guide` knows its people."""

    shop: Shop
    approaches: Sequence[Approach]
    guide: Guide
    _spent: dict[Identity, Visit] = field(default_factory=dict)

    def stops(self) -> Iterator[Stop]:
        """List the spending of each identity, and a mixed bag that is asked afterwards."""
        for identity in WHOM:
            cell = Cell("products", "", "GET", identity, kinds.BUDGET_SPENT)
            yield Stop(cell, partial(self._spend_once, cell))
            for approach in self.approaches:
                if approach.seen:
                    for method in self._methods_of(approach, identity):
                        point = approach.cell(identity, kinds.BUDGET_SPENT, method)
                        yield Stop(point, partial(self._visit, approach, point, cell))

    def _methods_of(self, approach: Approach, identity: Identity) -> Iterator[str]:
        """Yield the methods by which an operation is asked: others by the first operation of its resource alone.

        Of those who have signed in the first operation is enough, and one more method in turn.
        """
        same = [one for one in self.approaches if one.operation.resource == approach.operation.resource]
        others = ["OPTIONS", UNKNOWN, "PUT", "DELETE"]
        is_first, is_nobodys = same[0] is approach, identity is Identity.NOBODY
        if is_first or is_nobodys:
            yield approach.operation.method
        if is_first:
            turn = sum(map(ord, approach.operation.resource)) % len(others)
            yield from others[:2] if is_nobodys else others[turn : turn + 1]
        if approach.operation.method == "GET" and is_nobodys:
            yield "HEAD"

    def _spend_once(self, cell: Cell) -> Iterator[Visit]:
        if cell.identity not in self._spent:
            self._spent[cell.identity] = self._spend(cell)
            yield self._spent[cell.identity]

    def _spend(self, cell: Cell) -> Visit:
        try:
            who = self.guide.people.find(cell.identity)
        except NotThere as missing:
            return Visit(cell, CellState.ABSENT, None, str(missing))
        except UNPREPARED as error:
            return Visit(cell, CellState.OUT_OF_REACH, None, str(error))
        verb = self.shop.verbs.list_products(page_size=1)
        for _ in range(BURST + 2):
            exchange = who.provoke(verb)
            visit = judge_answer(cell, exchange, who.settle(exchange) if exchange.response else None, BUDGET)
            if visit.state is not CellState.ABSENT:
                return visit
        return replace(visit, reason=f"{BURST + 2} requests are answered")

    def _visit(self, approach: Approach, cell: Cell, spending: Cell) -> Iterator[Visit]:
        yield from self._spend_once(spending)
        # Where there is no budget, its spending has said so once for all.
        if self._spent[cell.identity].state is CellState.EXAMINED:
            yield self.guide.visit(cell, BUDGET, lambda: self._make(approach, cell))

    def _make(self, approach: Approach, cell: Cell) -> tuple[Visitor, Request]:
        who, ready = self.guide.people.find(cell.identity), approach.ready
        nothing = self.shop.verbs.nobody("product")
        try:
            # The things are those of another start: what is asked for is to be nobody's here.
            request = with_id(nothing.__str__)(ready.request, ready)
        except NotThere:
            request = ready.request
        if cell.method == "HEAD":
            return who, to_head(request, ready)
        return who, request if cell.method == request.method else by_method(cell.method)(request, ready)
