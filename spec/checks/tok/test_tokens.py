"""TOK: how long access lasts, and how a refresh token is exchanged for its successor."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from spec.catalogue import Requirement
from spec.checking.examination import Examination, verifies
from spec.checking.outcomes import Outcome, Undecided
from spec.checks.support.concurrency import at_once
from spec.checks.support.own_account import expect_own_account
from spec.run.run_state import RunState
from spec.surface.session_tokens import need_tokens
from spec.target.answer_kinds import REFUSED_CREDENTIALS
from spec.target.shop import Shop

SHORT_GRACE: Final = "1"
BEYOND_GRACE: Final = 0.5
LONGEST_WAIT: Final = 60.0
"""Seconds; a grace that is longer is not waited out."""
PARALLEL: Final = 8


@verifies("TOK-001", effects={"writes", "signs in"})
def test_access_tokens_live_15_minutes(target: Shop, requirement: Requirement, examine: Examination) -> None:
    """Access tokens live exactly as long as the requirement says.

    A customer signs in and refreshes. Both access tokens open the account. Every lifetime that can be read, announced
    in the answers or signed into the tokens (JWT), is the limit of the requirement to the second.
    """
    customer, verbs = target.customer(), target.verbs
    asker = customer.anonymous()
    signed_in = asker.do(verbs.sign_in(customer.email, customer.password))
    issued = [need_tokens(signed_in.value)]
    if verbs.offers("refresh"):
        issued.append(asker.do(verbs.refresh(issued[0].refresh)).value)
    else:
        examine.note("Refresh is not offered, so the tokens of the sign-in alone were read.")
    lifetimes: list[float] = []
    for tokens in issued:
        expect_own_account(examine, target, customer, tokens)
        stated = (tokens.expires_in, stated_lifetime(tokens.access))
        lifetimes += [seconds for seconds in stated if seconds is not None]
    examine.require(bool(lifetimes), "no lifetime is announced and the access token is opaque, so none can be read")
    wanted = 60 * requirement.limit
    farthest = max(lifetimes, key=lambda seconds: abs(seconds - wanted))
    examine.measure(farthest / 60, n=len(lifetimes), method="as announced and as signed")
    what = "seconds that access tokens live, as announced and as signed"
    examine.equal(farthest, wanted, what, saw=signed_in, outcome=Outcome.TOKEN_LIFETIME_WRONG)


@verifies("TOK-004", effects={"writes", "signs in"})
def test_each_refresh_gives_a_new_refresh_token_and_ends_the_old_one(run: RunState, examine: Examination) -> None:
    """Each refresh gives a new refresh token, and the old one ends.

    A refresh token is used, then its successor: each answer has a refresh token that was not seen before, and its
    access token opens the account. After the declared grace for parallel refreshes the first token is refused.
    """
    _reuse_family(run, examine, {0: "the first refresh token is refused"})


@verifies("TOK-005", effects={"writes", "signs in"})
def test_parallel_refreshes_of_one_token_give_one_successor(target: Shop, run: RunState, examine: Examination) -> None:
    """Parallel refreshes of one token give one successor, against the target as it is deployed.

    In each round a customer's refresh token is used eight times at the same moment. Within a declared grace all eight
    are answered with the same successor, which opens the account and refreshes in turn; without a grace one is, and the
    others are refused.
    """
    grace = _declared_grace(run)
    rounds = 6 if run.quick else 15
    for _ in range(rounds):
        _refresh_at_once(examine, target, graceful=grace > 0)
    examine.progress(rounds, rounds)
    examine.note(f"{rounds} rounds of {PARALLEL} refreshes at once, declared grace {grace:g} s.")


@verifies("TOK-005", effects={"writes", "signs in"})
def test_reuse_after_the_grace_ends_the_family(run: RunState, examine: Examination) -> None:
    """The reuse of a refresh token after the grace ends every token that came of it.

    A refresh token is used, and its successor is used in turn. After the declared grace the first token is refused, and
    so is the newest one, which was never used.
    """
    _reuse_family(
        run,
        examine,
        {0: "a token that was used before is refused", 2: "its reuse ends the family, living successor too"},
    )


def _reuse_family(run: RunState, examine: Examination, refused: Mapping[int, str]) -> None:
    """Use a refresh token, then its successor; once their grace is over, expect those of the three to be refused.

    Raises Undecided where the grace is too long to be waited out.
    """
    with _shop_with_grace(run) as (shop, grace):
        customer = shop.customer()
        asker, tokens = customer.anonymous(), [need_tokens(customer.session).refresh]
        for _ in range(2):
            reply = asker.do(shop.verbs.refresh(tokens[-1]))
            renewed, wanted = reply.value.refresh not in tokens, "a refresh token that was never seen before"
            examine.that(renewed, Outcome.TOKEN_NOT_ROTATED, wanted, saw=reply, observed="one that was seen before")
            expect_own_account(examine, shop, customer, reply.value)
            tokens.append(reply.value.refresh)
        # Until the grace is over, the same successor again is what the target declares.
        wait_out(grace, time.monotonic())
        for place, wanted in refused.items():
            reply = asker.do(shop.verbs.refresh(tokens[place]))
            outcome = Outcome.TOKEN_REUSED if reply.done else Outcome.WRONG_STATUS
            refused_as_such = reply.kind in REFUSED_CREDENTIALS
            examine.that(refused_as_such, outcome, f"{wanted} after the grace of {grace:g} s", saw=reply)


@contextmanager
def _shop_with_grace(run: RunState) -> Iterator[tuple[Shop, float]]:
    """Open the target with a short grace where it can be started so, else with the one that it declares, in seconds."""
    start, declared = run.profile.start, _declared_grace(run)
    if declared > float(SHORT_GRACE) and start is not None and "refresh_grace" in start.settings:
        with run.shipped().started(refresh_grace=SHORT_GRACE) as shop:
            yield shop, float(SHORT_GRACE)
    else:
        yield run.shipped(), declared


def _refresh_at_once(examine: Examination, shop: Shop, *, graceful: bool) -> None:
    customer = shop.customer()
    first = need_tokens(customer.session).refresh
    # A session each: where every answer ends the CSRF token before it, one session cannot write twice at once.
    askers = [customer.anonymous() for _ in range(PARALLEL)]
    replies = at_once([asker.prepared(shop.verbs.refresh(first)).do for asker in askers])
    successes = [reply for reply in replies if reply.done]
    others = [reply for reply in replies if not reply.done]
    successors = {reply.value.refresh for reply in successes}
    outcome = Outcome.TOKEN_NOT_ROTATED if first in successors else Outcome.TOKEN_REUSED
    wanted = f"one successor of one token that {PARALLEL} requests refresh at once"
    last, itself = (successes or replies)[-1], ", the token itself among them" if first in successors else ""
    seen = f"{len(successors)} different tokens in {len(successes)} successes{itself}"
    examine.that(len(successors) == 1 and first not in successors, outcome, wanted, saw=last, observed=seen)
    answered = PARALLEL if graceful else 1
    holds = len(successes) == answered and all(reply.kind in REFUSED_CREDENTIALS for reply in others)
    outcome = Outcome.TOKEN_REUSED if len(successes) > answered else Outcome.WRONG_STATUS
    wanted = f"{answered} of {PARALLEL} refreshes at once answered with the successor, the others refused"
    seen = f"{len(successes)} answered, the others {sorted({reply.status for reply in others})}"
    examine.that(holds, outcome, wanted, saw=(others or successes)[0], observed=seen)
    if not graceful:
        return
    expect_own_account(examine, shop, customer, successes[0].value)
    alive = customer.anonymous().do(shop.verbs.refresh(successes[0].value.refresh))
    renewed, wanted = alive.value.refresh not in {first, *successors}, "the one successor refreshes in turn"
    examine.that(renewed, Outcome.TOKEN_NOT_ROTATED, f"{wanted}: the family lives", saw=alive)


def _declared_grace(run: RunState) -> float:
    return run.profile.policy_number("refresh_grace", 0)


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


def stated_lifetime(token: str) -> float | None:
    """Seconds from issue to expiry that a JWT (RFC 7519) states; None where it is opaque or does not state both.

    Nothing is verified here: the target does that.
    """
    try:
        payload = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return float(claims["exp"]) - float(claims["iat"])
    except (IndexError, KeyError, TypeError, ValueError):
        return None
