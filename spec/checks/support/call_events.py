"""Calls and the events that they left in the log, paired by request id, and what is wrong in an event."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from spec.target.answer_kinds import AnswerKind
from spec.target.circumstances import Identity
from spec.target.exchange import Exchange
from spec.target.values import UNTOLD, Untold
from spec.target.windows.log_window import LogFields

Event = Mapping[str, object]

REQUEST_ID: Final = "X-Request-ID"
SLACK_SECONDS: Final = 0.02
"""A duration may be this much longer than the client waited: clocks are rounded, and an event is written afterwards."""
LEAST_SHARE: Final = 0.01
"""Of the time that the client waited, the target worked at least this much in one call of many."""
MANY: Final = 20
"""Calls from which something can be said of all durations together."""
NOBODYS: Final = frozenset({Identity.NOBODY, Identity.FORGED})
ENDED: Final = frozenset({Identity.EXPIRED, Identity.SIGNED_OUT})


@dataclass(frozen=True, slots=True)
class LoggedCall:
    """An answered call, and the kind of its answer."""

    exchange: Exchange
    kind: AnswerKind

    @property
    def request_id(self) -> str:
        """The id that the answer names; empty where it names none."""
        return (self.exchange.response.headers.get(REQUEST_ID) if self.exchange.response else None) or ""

    @property
    def status(self) -> int:
        """The status of the answer."""
        return self.exchange.response.status if self.exchange.response else 0

    @property
    def user(self) -> str | Untold | None:
        """The account as which it was made: None for nobody's, UNTOLD where the account is not known."""
        circumstances = self.exchange.circumstances
        return None if circumstances.identity in NOBODYS else circumstances.account or UNTOLD

    @property
    def told(self) -> str:
        """The call in words: what was asked, as whom, and how it was answered."""
        return f"{self.exchange.summary} as {self.exchange.circumstances.identity}"

    def names_its_user(self, user: object) -> bool:
        """Tell if an event may name this user. Credentials that were not good may be told as nobody's or as theirs."""
        is_nobody = user is None or user == ""
        if self.user is None:
            return is_nobody
        if is_nobody:
            return self.exchange.circumstances.identity in ENDED or self.kind is AnswerKind.UNAUTHENTICATED
        return self.user is UNTOLD or str(user) == self.user


def find_wrong_facts(fields: LogFields, call: LoggedCall, event: Event) -> list[str]:
    """List what an event does not say as the call was: method, status, route, duration, user id."""
    route = event.get(fields.route)
    right = {
        "method": event.get(fields.method) == call.exchange.request.method,
        "status": event.get(fields.status) == call.status,
        "route": isinstance(route, str) and bool(route),
        "duration": _is_duration(event.get(fields.duration), call, fields),
        "user id": call.names_its_user(event.get(fields.user)),
    }
    return [name for name, holds in right.items() if not holds]


def read_duration(fields: LogFields, event: Event) -> float | None:
    """Return an event's duration in seconds; None where it has none."""
    value = event.get(fields.duration)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value * fields.seconds_of_unit


def _is_duration(value: object, call: LoggedCall, fields: LogFields) -> bool:
    seconds = read_duration(fields, {fields.duration: value})
    if seconds is None or seconds > call.exchange.seconds + SLACK_SECONDS:
        return False
    # Where whole units are told, a short time is none.
    return seconds > 0 or (seconds == 0 and isinstance(value, int))


def doubt_durations(fields: LogFields, calls: Sequence[LoggedCall], events: Sequence[Event]) -> str:
    """Say why the durations of many calls, each with its event, are not what was measured; empty where they may be."""
    told = [read_duration(fields, event) or 0.0 for event in events]
    if len(told) < MANY:
        return ""
    if len(set(told)) == 1:
        return f"all {len(told)} calls took {told[0]:g} s"
    share = max(one / max(call.exchange.seconds, 1e-6) for one, call in zip(told, calls, strict=True))
    if share < LEAST_SHARE:
        return (
            f"no call of {len(told)} took even {LEAST_SHARE:.0%} of the time that its client waited, so the unit is off"
        )
    return ""


@dataclass(frozen=True, slots=True)
class PairedCall:
    """A call, the events of its request id, and the number of calls that were answered with that id."""

    call: LoggedCall
    events: Sequence[Event]
    sharing: int

    @property
    def is_logged_once(self) -> bool:
        """Tell if there is exactly one event for each call of this id."""
        return len(self.events) == self.sharing

    def nearest(self, fields: LogFields) -> tuple[Event, list[str]]:
        """Return the event that fits the call best, and what is wrong in it. There has to be one."""
        return min(
            ((one, find_wrong_facts(fields, self.call, one)) for one in self.events), key=lambda one: len(one[1])
        )


def pair_calls(calls: Sequence[LoggedCall], events: Iterable[Event], fields: LogFields) -> Iterator[PairedCall]:
    """Pair each call with its events. An id that a client has sent may stand in several answers."""
    by_id: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        by_id[str(event.get(fields.request_id))].append(event)
    sharing = Counter(one.request_id for one in calls)
    return (PairedCall(one, by_id[one.request_id], sharing[one.request_id]) for one in calls)
