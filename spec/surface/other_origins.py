"""Ask again what was refused and what can be read twice: as pages of other origins would, and with other headers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from itertools import cycle
from typing import Final
from urllib.parse import urlsplit

from spec.surface import kinds_of_answer as kinds
from spec.surface.content_provocations import FOREIGN, ODD_REQUEST_IDS
from spec.surface.provocations import judge_silence
from spec.surface.tour import CellState, Visit
from spec.target.client import Client
from spec.target.exchange import Exchange, Headers
from spec.target.shop import Shop

SAFE: Final = ("GET", "HEAD")


Fields = tuple[tuple[str, str], ...]
CONDITIONAL: Final[Fields] = (("If-None-Match", '"nothing"'), ("X-Request-ID", ODD_REQUEST_IDS[0]))
"""Fields that change nothing of an answer, sent along so that what minds them is seen."""
PLAIN: Final[Fields] = (("Accept", "application/json, */*;q=0.5"), ("X-Request-ID", ODD_REQUEST_IDS[-1]))
"""The same, of fields for which no request may be refused."""


class OtherOrigins:
    """Asks once more for each kind of answer that a tour sees, and for each status of each resource.

    For each status of a kind a foreign, a declared and a look-alike origin ask, for each other answer one of them in
    turn, which sends a condition and a request id along. Once for each status, method and identity a request id is sent
    by itself.
    Whoever asked before asks again, from the same address: a budget that is spent stays so. Where limits cannot be
    lifted, only those ask whose budget is spent anyway. The preflight of a foreign origin is asked again by null and a
    look-alike, once for each version and status. Close it when the tour is over.
    """

    def __init__(self, roomy: Shop, shipped: Shop) -> None:
        self._shops = {True: roomy, False: shipped}
        self._declared = roomy.profile.policy_texts("allowed_origins")
        alike = look_alikes(self._declared[0] if self._declared else roomy.endpoint.origin)
        self._look_alikes = cycle(alike)
        self._beside_null = cycle(one for one in alike if one != "null")
        self._turn = cycle((FOREIGN, *self._declared[:1], "look-alike"))
        self._seen: set[tuple[object, ...]] = set()
        self._clients: dict[tuple[bool, str | None], Client] = {}
        self._open = ExitStack()

    def close(self) -> None:
        """Close the connections by which it has asked."""
        self._open.close()

    def ask_again(self, visits: Iterable[Visit]) -> Iterator[Visit]:
        """Ask again where one of these visits saw something new, and yield what was answered."""
        for visit in visits:
            exchange = visit.exchange
            if exchange is None or not _can_be_repeated(exchange, visit.cell.kind):
                continue
            for origin, fields in self._origins(visit, exchange):
                yield self._visit(visit, exchange, origin, fields)
            if self._is_new_by_itself(visit, exchange):
                yield self._visit(visit, exchange, "", PLAIN)

    def _origins(self, visit: Visit, exchange: Exchange) -> list[tuple[str, Fields]]:
        cell, status = visit.cell, _status(exchange)
        if cell.kind == kinds.PREFLIGHT_OF_FOREIGN_ORIGIN:
            is_new = self._is_new("preflight", cell.version, status)
            return [("null", ()), (next(self._beside_null), ())] if is_new else []
        is_new_kind = self._is_new("kind", cell.kind, status)
        # All are noted: one request may be the first of each sort.
        is_new_method = self._is_new("method", cell.version, cell.method, cell.kind, status)
        is_new_resource = self._is_new("resource", cell.version, cell.resource, status)
        if is_new_kind:
            return [(one, ()) for one in (FOREIGN, *self._declared[:1], next(self._look_alikes))]
        if is_new_method or is_new_resource:
            origin = next(self._turn)
            return [(next(self._look_alikes) if origin == "look-alike" else origin, CONDITIONAL)]
        return []

    def _is_new_by_itself(self, visit: Visit, exchange: Exchange) -> bool:
        cell = visit.cell
        is_preflight = cell.kind == kinds.PREFLIGHT_OF_FOREIGN_ORIGIN
        return not is_preflight and self._is_new("headers", cell.version, cell.method, cell.identity, _status(exchange))

    def _is_new(self, *facts: object) -> bool:
        is_new = facts not in self._seen
        self._seen.add(facts)
        return is_new

    def _visit(self, visit: Visit, exchange: Exchange, origin: str, fields: Fields) -> Visit:
        is_preflight = visit.cell.kind == kinds.PREFLIGHT_OF_FOREIGN_ORIGIN
        kind = kinds.DECLARED_ORIGIN if origin in self._declared else kinds.FOREIGN_ORIGIN
        # Without an origin of its own it is the same visit once more.
        kind = visit.cell.kind if is_preflight or not origin else kind
        asked, asker = exchange.request.with_defaults(fields), exchange.circumstances
        if origin:
            others = tuple(one for one in asked.headers if one[0].lower() != "origin")
            asked = replace(asked, headers=others).with_header("Origin", origin)
        client = self._client(asker.roomy, exchange.source_address)
        again = client.send(asked, examined=True, identity=asker.identity, account=asker.account)
        cell = replace(visit.cell, kind=kind)
        if again.response is None:
            return judge_silence(cell, again, visit.cell.kind)
        if origin:
            return Visit(cell, CellState.EXAMINED, again)
        return Visit(cell, visit.state, again, visit.reason)

    def _client(self, roomy: bool, source_address: str | None) -> Client:
        """Return the client of this address: one for all its requests, for a handshake costs more than an answer."""
        client = self._clients.get((roomy, source_address))
        if client is None:
            client = self._open.enter_context(self._shops[roomy].client(source_address))
            self._clients[roomy, source_address] = client
        return client


def look_alikes(origin: str) -> list[str]:
    """List origins that a careless comparison takes for this one (Fetch standard; RFC 6454 §6.1)."""
    parts = urlsplit(origin)
    other = "http" if parts.scheme == "https" else "https"
    return [
        "null",
        f"{origin}.foreign.example",
        f"{other}://{parts.netloc}",
        f"{parts.scheme}://foreign-{parts.netloc}",
        f"{parts.scheme}://foreign.{parts.netloc}",
        f"{parts.scheme}://{parts.hostname}:8443",
        f"{parts.scheme}://foreign.example/{parts.netloc}",
        origin.replace(".", "x", 1) if "." in origin else f"{origin}x",
    ]


def _status(exchange: Exchange) -> int:
    return exchange.response.status if exchange.response else 0


def _can_be_repeated(exchange: Exchange, kind: str) -> bool:
    """Tell if asking again leaves no trace, and takes no budget that something else needs."""
    request, response = exchange.request, exchange.response
    # Of a start with other settings the tokens mean nothing to these shops.
    if response is None or request.malformed or exchange.circumstances.settings:
        return False
    if kind == kinds.PREFLIGHT_OF_FOREIGN_ORIGIN:
        return exchange.circumstances.roomy
    if "Origin" in Headers(request.headers):
        return False
    harmless = request.method in SAFE or 400 <= response.status < 500
    return harmless and (exchange.circumstances.roomy or kind == kinds.BUDGET_SPENT)
