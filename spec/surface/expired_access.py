"""Access that has ended: a customer of a start of its own, on which access tokens live for a moment."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from typing import Final

from spec.surface import kinds_of_answer as kinds
from spec.surface.approaches import Approach
from spec.surface.provocations import ANY, UNPREPARED, OutOfReach, Provocation, unchanged
from spec.surface.request_changes import to_head
from spec.surface.stops import Guide, Stop
from spec.surface.tour import Cell, Visit
from spec.target.answer_kinds import REFUSED_CREDENTIALS
from spec.target.circumstances import Identity
from spec.target.exchange import Request
from spec.target.shop import Shop
from spec.target.visitor import Visitor

LIFETIME: Final = "0.02"
"""Minutes that access lasts there: a bit more than a second."""
LONGEST: Final = 5.0
"""Seconds after which access that was to last a second has to have ended."""
EXPIRED: Final = Provocation(kinds.EXPIRED_CREDENTIALS, unchanged, REFUSED_CREDENTIALS, ANY, identity=Identity.EXPIRED)


class ExpiredAccess:
    """Lists the stops of a customer whose access has expired. The start comes up while the tour goes on."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._open = ExitStack()
        self._beginning = ThreadPoolExecutor(1, thread_name_prefix="expired-access")
        self._found: Future[Visitor] = self._beginning.submit(self._begin)

    def stops(self, approaches: Sequence[Approach], guide: Guide) -> Iterator[Stop]:
        """List the stops, each operation once, and each read by HEAD as well; one where there is no such start."""
        start = self._shop.profile.start
        if start is None or "access_lifetime" not in start.settings:
            cell = Cell("everything", "", "GET", Identity.EXPIRED, kinds.EXPIRED_CREDENTIALS)
            yield Stop(cell, lambda: [guide.visit(cell, EXPIRED, lambda: (self._find(), Request("GET", "/")))])
            return
        for approach in approaches:
            if approach.seen:
                for method in (approach.operation.method, *(["HEAD"] if approach.operation.method == "GET" else [])):
                    cell = approach.cell(Identity.EXPIRED, kinds.EXPIRED_CREDENTIALS, method)
                    yield Stop(cell, partial(self._visit, guide, cell, approach))

    def _visit(self, guide: Guide, cell: Cell, approach: Approach) -> Iterator[Visit]:
        yield guide.visit(cell, EXPIRED, lambda: self._make(approach, cell.method))

    def _make(self, approach: Approach, method: str) -> tuple[Visitor, Request]:
        who, ready = self._find(), approach.ready
        return who, to_head(ready.request, ready) if method == "HEAD" else ready.request

    def _find(self) -> Visitor:
        try:
            return self._found.result()
        except UNPREPARED as error:
            raise OutOfReach(f"no access can be had that ends while the tour lasts: {error}") from error

    def _begin(self) -> Visitor:
        shop = self._open.enter_context(self._shop.started(roomy=True, access_lifetime=LIFETIME))
        customer = shop.customer()
        expired = customer.with_session(customer.session.known_as(Identity.EXPIRED))
        own = shop.verbs.whoami() if shop.verbs.offers("whoami") else shop.verbs.view_cart()
        until = time.monotonic() + LONGEST
        while time.monotonic() < until:
            seen = expired.look(own)
            if seen.answered and seen.kind in REFUSED_CREDENTIALS:
                return expired
            time.sleep(0.1)
        raise OutOfReach(f"access that was to last {LIFETIME} minutes had not ended after {LONGEST:g} s")

    def close(self) -> None:
        """End the start."""
        self._beginning.shutdown()
        self._open.close()
