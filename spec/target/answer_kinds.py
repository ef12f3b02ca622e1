"""The kinds of answer: what a backend says, whichever status it says it with."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Protocol

from jsonpointer import JsonPointerException, resolve_pointer

from spec.target.exchange import Response, UnexpectedAnswer

if TYPE_CHECKING:
    from collections.abc import Mapping


class AnswerKind(StrEnum):
    """The meaning of an answer to a request."""

    DONE = "done"
    INVALID = "invalid"
    """The request makes no sense in any state."""
    CONFLICT = "conflict"
    """It makes sense, but not in the present state."""
    NOT_FOUND = "not found"
    UNAUTHENTICATED = "unauthenticated"
    """The shop does not know who asks."""
    FORBIDDEN = "forbidden"
    """It knows who asks, and they may not."""
    UNSUPPORTED = "unsupported"
    """The method is not for this resource."""
    BUDGET = "budget spent"
    UNKNOWN = "unknown"
    """Anything else: a server's failure, a redirect, a status that says nothing of these."""


REFUSED_CREDENTIALS: Final = frozenset({AnswerKind.INVALID, AnswerKind.UNAUTHENTICATED, AnswerKind.FORBIDDEN})
"""The kinds by which a shop may refuse a wrong password or token (RFC 6749 §5.2 has it as invalid)."""

REFUSALS: Final = frozenset(AnswerKind) - {AnswerKind.DONE, AnswerKind.BUDGET, AnswerKind.UNKNOWN}
"""The kinds that refuse a request for what it is."""

_BY_STATUS: Final[Mapping[int, AnswerKind]] = MappingProxyType(
    {
        303: AnswerKind.DONE,
        **dict.fromkeys((400, 406, 411, 413, 414, 415, 421, 422, 431), AnswerKind.INVALID),
        401: AnswerKind.UNAUTHENTICATED,
        403: AnswerKind.FORBIDDEN,
        **dict.fromkeys((404, 410), AnswerKind.NOT_FOUND),
        405: AnswerKind.UNSUPPORTED,
        **dict.fromkeys((409, 412), AnswerKind.CONFLICT),
        429: AnswerKind.BUDGET,
    }
)
_SUCCESSES: Final = range(200, 300)
_FAILURES: Final = 500
"""From here on a server has failed, and no profile makes anything else of that."""


class StatusMeaning(Protocol):
    """An entry of the profile's [[statuses]]: answers with this status, and this value in the body, are of a kind."""

    @property
    def status(self) -> int:
        """The status."""

    @property
    def at(self) -> str | None:
        """A JSON pointer into the body; None where the status alone decides."""

    @property
    def value(self) -> object:
        """The value that stands there."""

    @property
    def kind(self) -> AnswerKind:
        """The kind of such an answer."""


def settle_by_status(response: Response, meanings: Iterable[StatusMeaning] = ()) -> AnswerKind:
    """Name the kind of an answer: as the first meaning that fits has it, else by its status (RFC 9110 §15)."""
    if response.status >= _FAILURES:
        return AnswerKind.UNKNOWN
    for meaning in meanings:
        if meaning.status == response.status and _fits(response, meaning):
            return meaning.kind
    if response.status in _SUCCESSES:
        return AnswerKind.DONE
    return _BY_STATUS.get(response.status, AnswerKind.UNKNOWN)


def _fits(response: Response, meaning: StatusMeaning) -> bool:
    if meaning.at is None:
        return True
    try:
        # Profiles are read with floats, so such an answer is compared as one.
        return bool(resolve_pointer(response.json(real=float), meaning.at) == meaning.value)
    except (UnexpectedAnswer, JsonPointerException):
        return False
