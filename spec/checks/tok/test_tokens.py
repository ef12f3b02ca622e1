"""TOK: how long access lasts, and how a refresh token is exchanged for its successor."""

from __future__ import annotations

import time
from functools import partial
from typing import Final

from spec.checking.examination import Examination, verifies
from spec.checking.outcomes import Outcome, Undecided
from spec.checks.support.measured import count_figure
from spec.checks.support.parallel import at_once
from spec.checks.support.token_claims import stated_lifetime
from spec.run.run_state import RunState
from spec.target.shop import Shop
from spec.target.values import Tokens
from spec.target.visitor import Reply, Visitor

ACCESS_SECONDS: Final = 900.0
"""15 minutes (roadmap 1.3)."""
REFUSALS: Final = frozenset({400, 401, 403})
SHORT_GRACE: Final = "1"
BEYOND_GRACE: Final = 0.5
LONGEST_WAIT: Final = 60.0
"""Seconds; a grace that is longer is not waited out."""
PARALLEL: Final = 8


@verifies("TOK-001", effects={"writes", "signs in"})
def test_access_tokens_live_15_minutes(target: Shop, run: RunState, examine: Examination) -> None:
    """What is announced and what the token itself says are both 900 s, on sign-in and on refresh; the token works."""
    customer = target.customer()
    signed_in = customer.anonymous().do(target.verbs.sign_in(customer.email, customer.password))
    refreshed = customer.anonymous().do(target.verbs.refresh(signed_in.value.refresh))
    lifetimes: list[float] = []
    for reply in (signed_in, refreshed):
        _expect_account(examine, target, customer, reply)
        stated = (reply.value.expires_in, stated_lifetime(reply.value.access))
        lifetimes += [float(seconds) for seconds in stated if seconds is not None]
    examine.require(bool(lifetimes), "no lifetime is announced and the access token is opaque, so none can be read")
    farthest = max(lifetimes, key=lambda seconds: abs(seconds - ACCESS_SECONDS))
    requirement = run.catalogue.get("TOK-001")
    examine.measure(count_figure(requirement, farthest / 60, n=len(lifetimes), method="as announced and as signed"))
    examine.expect(
        farthest == ACCESS_SECONDS,
        Outcome.TOKEN_LIFETIME_WRONG,
        expected=f"access tokens that live {ACCESS_SECONDS:.0f} s, as announced and as signed",
        observed=f"{farthest:g} s",
        exchange=signed_in.exchange,
    )


@verifies("TOK-004", effects={"writes", "signs in"})
def test_each_refresh_gives_a_new_refresh_token_and_ends_the_old_one(run: RunState, examine: Examination) -> None:
    """The successor refreshes, and after the grace for parallel refreshes the first token is refused."""
    shop, grace = _shop_with_grace(run, SHORT_GRACE)
    customer, verbs = shop.customer(), shop.verbs
    asker = customer.anonymous()
    first = _tokens(customer)
    second = asker.do(verbs.refresh(first.refresh))
    used = time.monotonic()
    examine.expect(
        second.value.refresh != first.refresh,
        Outcome.TOKEN_NOT_ROTATED,
        expected="a new refresh token",
        observed="the same one again",
        exchange=second.exchange,
    )
    _expect_account(examine, shop, customer, second)
    third = asker.do(verbs.refresh(second.value.refresh))
    examine.expect(
        third.value.refresh not in {first.refresh, second.value.refresh},
        Outcome.TOKEN_NOT_ROTATED,
        expected="a third refresh token from the second",
        observed="one that was seen before",
        exchange=third.exchange,
    )
    # Until the grace is over, the same successor again is what the target declares.
    wait_out(grace, used)
    again = asker.do(verbs.refresh(first.refresh))
    examine.expect(
        again.status in REFUSALS,
        Outcome.TOKEN_REUSED if again.response.succeeded else Outcome.WRONG_STATUS,
        expected=f"the first refresh token refused with 400, 401 or 403, {grace:g} s after its use",
        observed=again.exchange.summary,
        exchange=again.exchange,
    )


@verifies("TOK-005", effects={"writes", "signs in"})
def test_parallel_refreshes_of_one_token_give_one_successor(target: Shop, run: RunState, examine: Examination) -> None:
    """As shipped, round after round: eight at once, one successor, shared by all within the declared grace."""
    grace = _declared_grace(run)
    rounds = 6 if run.quick else 15
    for _ in range(rounds):
        _refresh_at_once(examine, target, graceful=grace > 0)
    examine.progress(rounds, rounds)
    examine.note(f"{rounds} rounds of {PARALLEL} refreshes at once, declared grace {grace:g} s.")


@verifies("TOK-005", effects={"writes", "signs in"})
def test_reuse_after_the_grace_ends_the_family(run: RunState, examine: Examination) -> None:
    """After the grace, a token that was used is refused, and so is its successor, which worked until then."""
    shop, grace = _shop_with_grace(run, SHORT_GRACE)
    customer, verbs = shop.customer(), shop.verbs
    asker = customer.anonymous()
    first = _tokens(customer)
    second = asker.do(verbs.refresh(first.refresh))
    used = time.monotonic()
    _expect_account(examine, shop, customer, second)
    third = asker.do(verbs.refresh(second.value.refresh)).value
    wait_out(grace, used)
    for name, token in (("the token that was used before", first.refresh), ("its living successor", third.refresh)):
        reply = asker.do(verbs.refresh(token))
        examine.expect(
            reply.status in REFUSALS,
            Outcome.TOKEN_REUSED if reply.response.succeeded else Outcome.WRONG_STATUS,
            expected=f"{name} refused: reuse after the grace of {grace:g} s ends the family",
            observed=reply.exchange.summary,
            exchange=reply.exchange,
        )


def _refresh_at_once(examine: Examination, shop: Shop, *, graceful: bool) -> None:
    customer = shop.customer()
    asker, first = customer.anonymous(), _tokens(customer)
    replies = at_once([partial(asker.do, shop.verbs.refresh(first.refresh))] * PARALLEL)
    successes = [reply for reply in replies if reply.response.succeeded]
    others = [reply for reply in replies if not reply.response.succeeded]
    successors = {reply.value.refresh for reply in successes}
    shown = successes[-1] if successes else replies[0]
    examine.expect(
        len(successors) == 1 and first.refresh not in successors,
        Outcome.TOKEN_NOT_ROTATED if first.refresh in successors else Outcome.TOKEN_REUSED,
        expected=f"one successor of one token that {PARALLEL} requests refresh at once",
        observed=f"{len(successors)} successors in {len(successes)} successes",
        exchange=shown.exchange,
    )
    wanted = PARALLEL if graceful else 1
    examine.expect(
        len(successes) == wanted and all(reply.status in REFUSALS for reply in others),
        Outcome.TOKEN_REUSED if len(successes) > wanted else Outcome.WRONG_STATUS,
        expected=f"{wanted} of {PARALLEL} refreshes at once answered with the successor, the others refused",
        observed=f"{len(successes)} answered, the others {sorted({reply.status for reply in others})}",
        exchange=(others or successes)[0].exchange,
    )
    if not graceful:
        return
    _expect_account(examine, shop, customer, successes[0])
    alive = asker.do(shop.verbs.refresh(successes[0].value.refresh))
    examine.expect(
        alive.value.refresh not in {first.refresh, *successors},
        Outcome.TOKEN_NOT_ROTATED,
        expected="the one successor refreshes in turn: the family lives",
        observed=alive.exchange.summary,
        exchange=alive.exchange,
    )


def _expect_account(examine: Examination, shop: Shop, customer: Visitor, reply: Reply[Tokens]) -> None:
    me = customer.with_tokens(reply.value).do(shop.verbs.whoami())
    examine.expect(
        me.value == customer.account,
        Outcome.WRONG_CONTENT,
        expected="the access token opens the account",
        observed=me.exchange.summary,
        exchange=me.exchange,
    )


def _tokens(customer: Visitor) -> Tokens:
    if customer.tokens is None:
        message = "a customer is signed in"
        raise ValueError(message)
    return customer.tokens


def _declared_grace(run: RunState) -> float:
    return float(str(run.profile.policies.get("refresh_grace", 0)))


def _shop_with_grace(run: RunState, seconds: str) -> tuple[Shop, float]:
    # A grace that is declared can be waited for; where the target can be started with a short one, nobody has to.
    start, declared = run.profile.start, _declared_grace(run)
    if declared > float(seconds) and start is not None and "refresh_grace" in start.settings:
        return run.with_settings(refresh_grace=seconds), float(seconds)
    return run.shipped(), declared


def wait_out(grace: float, used: float) -> None:
    """Wait until the grace is over of a token that was used at that moment (monotonic seconds).

    Raises Undecided at once where that takes longer than a check may.
    """
    if grace > LONGEST_WAIT:
        raise Undecided(
            f"the profile declares a refresh_grace of {grace:g} s, and what follows it is seen only after a wait of "
            f"{grace + BEYOND_GRACE:g} s; the check waits out {LONGEST_WAIT:g} s at most"
        )
    if grace:
        time.sleep(max(0.0, used + grace + BEYOND_GRACE - time.monotonic()))
