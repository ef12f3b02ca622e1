"""Spending budgets: requests that are told apart into admitted, refused and everything else, and the clock they run on.

A request counts as admitted only when its answer is the one that an unhurried client gets: a shop that answers
something else in place of a refusal admits nobody. Budgets count requests, so they are spent with verbs of one request.
"""

from __future__ import annotations

import math
import reprlib
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Final

from spec.checking.examination import Examination
from spec.checking.outcomes import Blocked, Outcome, Undecided
from spec.run.run_state import RunState
from spec.target.answer_kinds import AnswerKind
from spec.target.exchange import Exchange
from spec.target.profile.profile_model import Profile
from spec.target.shop import Shop
from spec.target.steps import Verb
from spec.target.verbs import ShopVerbs
from spec.target.visitor import Reply, Visitor

HOUR_LIMIT: Final = 100
"""Requests of an anonymous client in an hour (roadmap 1.1)."""
BURST_LIMIT: Final = 60
"""Requests of any identity in a minute (roadmap 1.1)."""
MOST_SPENT: Final = 1000
SPENDING_SECONDS: Final = 15.0
"""The most that is spent where a limit is another than the specification's and its size does not matter."""
MINUTE: Final = 60.0
HOUR: Final = 3600.0


@dataclass(frozen=True, slots=True)
class AdmissionProbe:
    """A verb of one request, and what its answer says to a client that is admitted."""

    verb: Verb[Any]
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
        """Raise Undecided where the period is over. To be asked after requests and before they are judged."""
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
    """Begin a period now: whatever is spent in it is still counted when it ends.

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


def catalogue_probe(shop: Shop) -> AdmissionProbe:
    """Return a read of the catalogue, which is open to everybody and the same for everybody."""
    verbs = [shop.verbs.list_products(page_size=3)]
    return _first_of_one_request(shop.visitor(), [*verbs, *_other_reads(shop.verbs)])


def account_probe(shop: Shop, customer: Visitor) -> AdmissionProbe:
    """Return a read of what is a new customer's own. Another one tries it, so that no budget to be counted is spent."""
    other = shop.customer()
    if shop.verbs.offers("whoami"):
        verb = shop.verbs.whoami()
        _first_of_one_request(other, [verb])
        return AdmissionProbe(verb, customer.account)
    # The cart of each new customer is empty.
    return _first_of_one_request(other, [shop.verbs.view_cart()])


def customer_with_probe(shop: Shop) -> tuple[Visitor, AdmissionProbe]:
    """Return a new customer and a read of what is their own.

    Raises Blocked where accounts are brought: others have spent of the budget of each.
    """
    if not shop.verbs.offers("register"):
        raise Blocked("the target opens no account, so there is no customer whose budget is whole")
    customer = shop.customer()
    return customer, account_probe(shop, customer)


def _other_reads(verbs: ShopVerbs) -> list[Verb[Any]]:
    return [verbs.list_categories()] if verbs.offers("list_categories") else []


def _first_of_one_request(visitor: Visitor, verbs: Sequence[Verb[Any]]) -> AdmissionProbe:
    for verb in verbs:
        answer = visitor.must(verb)
        # The first time may take more: a cookie that is fetched, a cart that is opened.
        if visitor.look(verb).walked.requests == 1:
            return AdmissionProbe(verb, answer)
    tried = ", ".join(verb.operation for verb in verbs)
    raise Blocked(f"budgets count requests, and each of these verbs takes several: {tried}")


def was_admitted(examine: Examination, probe: AdmissionProbe, reply: Reply[Any]) -> bool:
    """Tell if the reply is the answer of an admitted request. Anything else that is no refusal is a violation.

    Raises UnexpectedAnswer for an answer that is no success, Unanswered for none.
    """
    if reply.kind is AnswerKind.BUDGET:
        return False
    same, wanted = (
        reply.value == probe.answer,
        "a spent budget's refusal, or the same answer as an unhurried client gets",
    )
    seen = None if same else f"{reply.exchange.summary}, where {tell_difference(probe.answer, reply.value)}"
    examine.that(same, Outcome.WRONG_CONTENT, wanted, saw=reply, observed=seen)
    return True


def tell_difference(wanted: object, seen: object, place: str = "") -> str:
    """Tell in few words the first place at which two values of an answer differ."""
    pairs: list[tuple[str, object, object]] = []
    if is_dataclass(wanted) and type(wanted) is type(seen):
        names = [one.name for one in fields(wanted)]
        pairs = [(f"{place}.{name}", getattr(wanted, name), getattr(seen, name)) for name in names]
    elif isinstance(wanted, tuple) and isinstance(seen, tuple):
        if len(wanted) != len(seen):
            return f"{place.lstrip('.') or 'the answer'} has {len(seen)} entries, not {len(wanted)}"
        pairs = [(f"{place}[{number}]", *both) for number, both in enumerate(zip(wanted, seen, strict=True))]
    for inside, old, new in pairs:
        if old != new:
            return tell_difference(old, new, inside)
    right, wrong = (reprlib.repr(one) for one in (wanted, seen))
    return f"{place.lstrip('.') or 'the answer'} is {wrong}, not {right}"


def spend(
    examine: Examination, visitor: Visitor, probe: AdmissionProbe, requests: int
) -> tuple[list[bool], list[Exchange]]:
    """Send so many requests one after another. Returns which were admitted, and their exchanges.

    Each on a connection of its own: a connection belongs to one worker, and a budget to all of them.
    """
    verb = probe.verb.with_header("Connection", "close")
    replies = [visitor.do(verb) for _ in range(requests)]
    return [was_admitted(examine, probe, reply) for reply in replies], [reply.exchange for reply in replies]


def spend_whole(
    examine: Examination, visitor: Visitor, probe: AdmissionProbe, requests: int
) -> tuple[list[bool], list[Exchange]]:
    """Send so many requests, and more until one is refused. Raises Blocked where none of the most that are sent is."""
    began = time.monotonic()
    admitted, exchanges = spend(examine, visitor, probe, requests)
    while admitted[-1] and len(admitted) < MOST_SPENT and time.monotonic() - began < SPENDING_SECONDS:
        one, exchange = spend(examine, visitor, probe, 1)
        admitted, exchanges = [*admitted, *one], [*exchanges, *exchange]
    seconds = time.monotonic() - began
    spent = f"the client's budget was not spent by {len(admitted)} requests in {seconds:.0f} s"
    examine.require(not admitted[-1], f"{spent}, so none can be renewed")
    return admitted, exchanges


def expect_budget(
    examine: Examination,
    admitted: Sequence[bool],
    exchanges: Sequence[Exchange],
    *,
    limit: int,
    tolerance: int,
    who: str,
) -> None:
    """Expect the first `limit` to be admitted, at most the tolerance beyond it, and none after the first refusal."""
    if False in admitted[:limit]:
        place = list(admitted).index(False)
        examine.fail(
            Outcome.REFUSED_WITHIN_BUDGET,
            f"{limit} requests of {who} admitted",
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
