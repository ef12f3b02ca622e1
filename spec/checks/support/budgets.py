"""Spending budgets: requests that are told apart into admitted, refused and everything else, and the clock they run on.

A request counts as admitted only when its answer is the one that an unhurried client gets: a shop that answers
something else in place of 429 admits nobody.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, Final

from spec.checking.examination import Examination
from spec.checking.outcomes import Outcome, Undecided
from spec.run.run_state import RunState
from spec.target.exchange import Exchange
from spec.target.profile.profile_model import Profile
from spec.target.shop import Shop
from spec.target.verbs import Call
from spec.target.visitor import Reply, Visitor

HOUR_LIMIT: Final = 100
"""Requests of an anonymous client in an hour (roadmap 1.1)."""
BURST_LIMIT: Final = 60
"""Requests of any identity in a minute (roadmap 1.1)."""
MINUTE: Final = 60.0
HOUR: Final = 3600.0
REFUSED: Final = 429


@dataclass(frozen=True, slots=True)
class Probe:
    """A call and what its answer says to a client that is admitted."""

    call: Call[Any]
    answer: object


@dataclass(frozen=True, slots=True)
class Period:
    """Seconds from a moment (monotonic) in which time alone renews no budget that is spent in them."""

    began: float
    seconds: float

    @property
    def passed(self) -> float:
        """Seconds since it began."""
        return time.monotonic() - self.began

    def expect_not_over(self) -> None:
        """To be asked after requests and before they are judged. Raises Undecided where the period is over."""
        taken = self.passed
        if taken > self.seconds:
            raise Undecided(
                f"the requests took {taken:.0f} s, and after {self.seconds:.0f} s time may have renewed their budget"
            )


def shop_without_burst(run: RunState) -> AbstractContextManager[Shop]:
    """Open the target with the burst limit out of the way, where it can be started so; else the target as it is."""
    start = run.profile.start
    if start is not None and "burst_limit" in start.settings:
        return run.shipped().started(burst_limit="100000/minute")
    return nullcontext(run.shipped())


def tolerated(profile: Profile, limit: int) -> int:
    """Return the requests beyond the limit that the target declares to admit; it may declare 1 % at most."""
    share = float(str(profile.policies.get("rate_tolerance", 0)))
    return math.floor(limit * min(share, 0.01))


def begin_period(profile: Profile, window: float, needed: float) -> Period:
    """A period that begins now: whatever is spent in it is still counted when it ends.

    Where limits run by the clock it ends with the clock's window. It has at least the seconds needed: a minute's end is
    waited for; an hour's is not: raises Undecided.
    """
    if profile.policies.get("rate_window") != "clock":
        return Period(time.monotonic(), window)
    left = window - time.time() % window
    if left < needed:
        if left > MINUTE:
            raise Undecided(f"the clock's window of {window:.0f} s ends in {left:.0f} s, too soon for this check")
        time.sleep(left + 0.1)
        left = window - time.time() % window
    return Period(time.monotonic(), left)


def catalogue_probe(shop: Shop) -> Probe:
    """Reading the first products: open to everybody, and the same for everybody."""
    call = shop.verbs.list_products(page_size=3)
    return Probe(call, shop.visitor().must(call))


def account_probe(shop: Shop, customer: Visitor) -> Probe:
    """Reading one's own account."""
    return Probe(shop.verbs.whoami(), customer.account)


def was_admitted(examine: Examination, probe: Probe, reply: Reply[Any]) -> bool:
    """Tell if the reply is the answer of an admitted request. Anything that is neither that nor a 429 is a violation.

    Raises UnexpectedAnswer for an answer that is no success, Unanswered for none.
    """
    if reply.status == REFUSED:
        return False
    examine.that(
        reply.value == probe.answer,
        Outcome.WRONG_CONTENT,
        f"429, or what an admitted client is answered: {probe.answer}",
        saw=reply,
        observed=reply.value,
    )
    return True


def spend(examine: Examination, visitor: Visitor, probe: Probe, requests: int) -> tuple[list[bool], list[Exchange]]:
    """Send so many requests one after another: which were admitted, and their exchanges.

    Each on a connection of its own: a connection belongs to one worker, and a budget to all of them.
    """
    call = probe.call.with_header("Connection", "close")
    replies = [visitor.do(call) for _ in range(requests)]
    return [was_admitted(examine, probe, reply) for reply in replies], [reply.exchange for reply in replies]


def expect_budget(
    examine: Examination,
    admitted: Sequence[bool],
    exchanges: Sequence[Exchange],
    *,
    limit: int,
    tolerance: int,
    who: str,
) -> None:
    """The first `limit` are admitted, at most the tolerance beyond it, and after the first refusal nobody is."""
    if False in admitted[:limit]:
        place = list(admitted).index(False)
        examine.fail(
            Outcome.REFUSED_WITHIN_BUDGET,
            f"{limit} requests admitted to {who}",
            saw=exchanges[place],
            observed=f"request {place + 1} refused",
        )
    count = sum(admitted)
    examine.that(
        limit <= count <= limit + tolerance and not any(admitted[limit + tolerance :]),
        Outcome.ADMITTED_BEYOND_BUDGET,
        f"{who} gets {limit} requests (tolerance {tolerance}), the next is refused with 429",
        saw=exchanges[limit + tolerance],
        observed=f"{count} of {len(admitted)} admitted",
    )
