"""Provocations: one change of a request that works, the kind of answer that it is to get, and what else it may get."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from spec.checking.outcomes import Blocked, Inapplicable
from spec.surface import kinds_of_answer as kinds
from spec.surface.tour import Cell, CellState, Visit
from spec.target.adapter_context import NotOffered
from spec.target.answer_kinds import AnswerKind
from spec.target.circumstances import Identity
from spec.target.exchange import Exchange, Failure, Request, UnexpectedAnswer
from spec.target.steps import Verb
from spec.target.visitor import PreparationFailed, Unanswered, Visitor
from spec.target.windows import WindowUnusable

INVALID, NOT_FOUND, CONFLICT = AnswerKind.INVALID, AnswerKind.NOT_FOUND, AnswerKind.CONFLICT
UNAUTHENTICATED, FORBIDDEN = AnswerKind.UNAUTHENTICATED, AnswerKind.FORBIDDEN
DONE, UNSUPPORTED = AnswerKind.DONE, AnswerKind.UNSUPPORTED
REFUSED: Final = frozenset({INVALID, NOT_FOUND, CONFLICT, UNAUTHENTICATED, FORBIDDEN, UNSUPPORTED})
TURNED_AWAY: Final = frozenset({UNAUTHENTICATED, FORBIDDEN})
ANY: Final = REFUSED | {DONE}
"""All that a target may answer: neither a failure of its own nor a spent budget."""


NOT_IMPLEMENTED: Final = 501


class NotThere(Exception):
    """The target lacks it; the message is the reason."""


class OutOfReach(Exception):
    """The target may have it, but this run cannot ask for it; the message is the reason."""


UNPREPARED: Final = (
    OutOfReach, PreparationFailed, WindowUnusable, Blocked, NotOffered, Inapplicable, Unanswered, UnexpectedAnswer,
)  # fmt: skip
"""Why something could not be asked although the target may have it."""


@dataclass(frozen=True, slots=True)
class Ready:
    """An operation that is ready to be asked so that it succeeds: by whom, with which request."""

    visitor: Visitor
    verb: Verb[Any]
    request: Request
    """The verb's own request, without credentials."""
    ids: tuple[str, ...] = ()
    """The ids of things that it names."""


Change = Callable[[Request, Ready], Request]


@dataclass(frozen=True, slots=True)
class Provocation:
    """One change of a request that works, and the kind of answer that it is to get.

    `also` are answers that a target may give instead: then it has none of this kind. `statuses`, where they are given,
    are what it is to get instead. `identity` is as whom it is asked, None for the one to whom the operation belongs.
    """

    kind: str
    change: Change
    wanted: frozenset[AnswerKind]
    also: frozenset[AnswerKind] = frozenset()
    statuses: frozenset[int] = field(default=frozenset())
    identity: Identity | None = None
    redirects: bool = False
    """A redirect is of the kind as well."""
    method: str = ""
    """The method that the change gives the request; empty for the operation's own."""


def unchanged(request: Request, _ready: Ready) -> Request:
    """Leave the request as it is."""
    return request


def judge_silence(cell: Cell, exchange: Exchange, kind: str) -> Visit:
    """Tell what became of a visit without an answer: out of reach, unless the connection may be closed on it."""
    if kind == kinds.OVERSIZED_BODY and exchange.failure is Failure.CLOSED:
        # A server need not read on to answer (RFC 9110 §15.5.14), and what it answered is lost while this side writes.
        return Visit(cell, CellState.ABSENT, exchange, "the connection is closed while the body is sent")
    return Visit(cell, CellState.OUT_OF_REACH, exchange, f"there was no answer: {exchange.summary}")


def judge_answer(cell: Cell, exchange: Exchange, kind: AnswerKind | None, provocation: Provocation) -> Visit:
    """Tell what became of a visit: of the wanted kind, of another one that is allowed, a failure, or of no use."""
    if exchange.response is None or kind is None:
        return judge_silence(cell, exchange, provocation.kind)
    status = exchange.response.status
    fits = status in provocation.statuses if provocation.statuses else kind in provocation.wanted
    if status == NOT_IMPLEMENTED and provocation.kind != kinds.UNKNOWN_METHOD:
        # The method is one that the whole target lacks (RFC 9110 §15.6.2).
        return Visit(cell, CellState.ABSENT, exchange, f"it is answered {status}")
    if fits or (provocation.redirects and 300 <= status < 400) or status == NOT_IMPLEMENTED:
        return Visit(cell, CellState.EXAMINED, exchange)
    if kind in provocation.wanted | provocation.also:
        return Visit(cell, CellState.ABSENT, exchange, f"it is answered {status}")
    if exchange.response.is_server_error and DONE not in provocation.wanted:
        return Visit(cell, CellState.FAILED, exchange, f"it is answered {status}")
    return Visit(cell, CellState.OUT_OF_REACH, exchange, f"it is answered {status}")
