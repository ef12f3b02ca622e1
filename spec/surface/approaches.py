"""Approaches: one operation each, with a way to ask it that has succeeded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Final

from spec.surface.kinds_of_answer import SUCCESS
from spec.surface.provocations import UNPREPARED, OutOfReach, Ready
from spec.surface.surface_operations import SurfaceOperation
from spec.surface.tour import Cell, CellState, Visit
from spec.surface.ways import Way
from spec.target.circumstances import Identity
from spec.target.exchange import Exchange, Request
from spec.target.values import Account, Cart, CartLine, Category, Order, Product, ProductPage, Review

MOST_TRIED: Final = 24
"""Requests of one way until an operation has succeeded."""


class Approach:
    """One operation of the surface, with a way to ask it, and what became of asking it rightly."""

    def __init__(self, operation: SurfaceOperation, ways: Sequence[Way], learn: Callable[[Exchange], None]) -> None:
        self.operation = operation
        self.has_told = False
        """A verb has read something of its success that no constant answer tells."""
        self._learn = learn
        self.seen: dict[Identity, Exchange] = {}
        """The last success of each identity."""
        self.identity = Identity.NOBODY
        """As whom it is asked rightly, once it has succeeded."""
        self._ways = tuple(ways)
        self._ready: Ready | None = None
        self._left: Iterator[Ready] = iter(())

    @property
    def ready(self) -> Ready:
        """The operation, ready to be asked as it succeeded. Raises one of UNPREPARED where it cannot be made so."""
        if self._ready is None:
            self._ready = self._next_way()
        return self._ready

    @property
    def deed(self) -> str:
        """The deed of a shopper that it is, as verbs name it; empty where only a document knows of it."""
        return self._ways[0].deed

    @property
    def has_body(self) -> bool:
        """Tell if it has succeeded with a body."""
        return bool(self.seen) and bool(self.sample.encoded_body())

    def _next_way(self) -> Ready:
        # The next thing before the same one again: many succeed once.
        for left in (self._left, *(way.ways() for way in self._ways)):
            for ready in left:
                if not self.seen or ready.visitor.session.identity is self.identity:
                    self._left = left if self._ways[0].goes_on else iter(())
                    return ready
        raise OutOfReach("there is no way to ask it")

    @property
    def fresh(self) -> Ready:
        """The same, of things that nothing else can have touched since. To be sent once."""
        self.use_up()
        ready = self.ready
        self.use_up()
        return ready

    @property
    def sample(self) -> Request:
        """The request that has succeeded, or the one that should."""
        exchange = self.seen.get(self.identity)
        return exchange.request if exchange else self.ready.request

    def use_up(self) -> None:
        """Forget what was made ready: it has had its effect."""
        if not self.operation.is_safe:
            self._ready = None

    def note_success(self, identity: Identity, exchange: Exchange) -> None:
        """Keep a success: what was made ready has had its effect, and the answer may name things."""
        self.seen[identity] = exchange
        self._learn(exchange)
        self.use_up()

    def cell(self, identity: Identity, kind: str, method: str = "") -> Cell:
        """Name a point of this operation."""
        return Cell(self.operation.resource, self.operation.version, method or self.operation.method, identity, kind)

    def succeed(self) -> Visit:
        """Ask it rightly, by one way after another until one succeeds."""
        reason, seen = "there is no way to ask it", None
        for way in self._ways:
            ways = way.ways()
            try:
                for ready in islice(ways, MOST_TRIED):
                    reply = ready.visitor.do(ready.verb)
                    seen, reason = reply.exchange, f"it was not seen to succeed: {reply.exchange.summary}"
                    if reply.answered and reply.worked:
                        self._keep(way, ready, reply.exchange)
                        self._left = ways if way.goes_on else iter(())
                        self.has_told = tells(reply.value)
                        return Visit(self.cell(self.identity, SUCCESS), CellState.EXAMINED, reply.exchange)
            except UNPREPARED as error:
                reason = str(error)
        return Visit(self.cell(self.identity, SUCCESS), CellState.OUT_OF_REACH, seen, reason)

    def _keep(self, way: Way, ready: Ready, exchange: Exchange) -> None:
        self._ways, self._ready = (way,), ready
        self.identity = ready.visitor.session.identity
        self.note_success(self.identity, exchange)


def tells(value: object) -> bool:
    """Tell if what a verb has read is more than an empty list or a session: no constant answer holds it."""
    if isinstance(value, ProductPage):
        return bool(value.products)
    if isinstance(value, tuple):
        return bool(value)
    return isinstance(value, Account | Category | Product | CartLine | Cart | Order | Review)
