"""FLOW-007: sessions go on with a refresh, and end with a sign-out."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from spec.checking.examination import Examination, verifies
from spec.checking.outcomes import Outcome, Undecided
from spec.checks.support.own_account import expect_access, expect_own_account
from spec.surface.goods import find_goods
from spec.surface.session_tokens import find_tokens
from spec.target.answer_kinds import REFUSALS, REFUSED_CREDENTIALS, AnswerKind
from spec.target.shop import Shop
from spec.target.steps import Verb
from spec.target.values import Tokens
from spec.target.visitor import Reply, Visitor


@verifies("FLOW-007", effects={"writes", "signs in"})
def test_access_is_refreshed_and_ends_with_sign_out(target: Shop, examine: Examination) -> None:
    """Access goes on after a refresh, and what was signed out gives no access any more.

    A customer refreshes: the new access token opens the account. The refreshed session signs out, and its refresh token
    is refused. Where sessions have no tokens, a session that opened the account does not open it after its sign-out.
    """
    customer, verbs = target.customer(), target.verbs
    expect_access(examine, target, customer)
    tokens = find_tokens(customer.session)
    if tokens is None:
        examine.note("The shop's sessions have no tokens, so nothing was refreshed.")
        _sign_out_session(examine, target, customer)
        return
    if verbs.offers("refresh"):
        for _ in range(2):
            tokens = customer.anonymous().do(verbs.refresh(tokens.refresh)).value
            expect_own_account(examine, target, customer, tokens)
    if verbs.offers("sign_out"):
        _sign_out_tokens(examine, target, customer, tokens)
    verbs.expect_offered("refresh", "sign_out")


def _sign_out_tokens(examine: Examination, shop: Shop, customer: Visitor, tokens: Tokens) -> None:
    if not shop.verbs.offers("refresh"):
        _own_something(shop, customer)
    customer.with_tokens(tokens).do(shop.verbs.sign_out()).must_hold()
    if not shop.verbs.offers("refresh"):
        _expect_no_access(examine, shop, customer.with_tokens(tokens))
        return
    reply = customer.anonymous().do(shop.verbs.refresh(tokens.refresh))
    outcome = Outcome.TOKEN_REUSED if reply.done else Outcome.WRONG_STATUS
    wanted = "the refresh token is refused after its session has signed out"
    examine.that(reply.kind in REFUSED_CREDENTIALS, outcome, wanted, saw=reply)


def _sign_out_session(examine: Examination, shop: Shop, customer: Visitor) -> None:
    _own_something(shop, customer)
    # What the browser of the next person would still have, whatever the answer takes back.
    kept = customer.session.fork()
    customer.do(shop.verbs.sign_out()).must_hold()
    _expect_no_access(examine, shop, customer.with_session(kept))


def _expect_no_access(examine: Examination, shop: Shop, visitor: Visitor) -> None:
    reply = visitor.do(_own(shop))
    examine.no_server_error(reply.exchange)
    if reply.kind is AnswerKind.BUDGET:
        raise Undecided(f"a limit of the target hides the end of the session: {reply.exchange.summary}")
    refused = reply.kind in REFUSED_CREDENTIALS or _answered_as_a_stranger(shop, reply)
    outcome = Outcome.TOKEN_REUSED if reply.worked else Outcome.WRONG_STATUS
    wanted = "the session opens nothing of the customer after its sign-out, and is refused as a stranger is"
    examine.that(refused, outcome, wanted, saw=reply)


def _own(shop: Shop) -> Verb[Any]:
    """Read what is the customer's own."""
    return shop.verbs.whoami() if shop.verbs.offers("whoami") else shop.verbs.list_orders()


def _own_something(shop: Shop, customer: Visitor) -> None:
    """Place an order where a stranger's list of orders is shown as well: the customer's is then another."""
    if not shop.verbs.offers("whoami") and shop.visitor().look(shop.verbs.list_orders()).worked:
        goods = find_goods(shop)
        customer.must(shop.verbs.add_to_cart(goods.product_id, 1, goods.variant_id))
        customer.must(shop.verbs.place_order())


def _answered_as_a_stranger(shop: Shop, reply: Reply[Any]) -> bool:
    """Tell if it is refused or sent on as a stranger is, or shown as much as a stranger."""
    stranger = shop.visitor().look(_own(shop))
    if reply.worked or stranger.worked:
        return reply.worked and stranger.worked and bool(reply.value == stranger.value)
    told = reply.kind in REFUSALS or bool(reply.response.headers.get("Location"))
    return told and _place(reply) == _place(stranger)


def _place(reply: Reply[Any]) -> tuple[int, str]:
    """Return the status, and the page that a redirect leads to."""
    return reply.status, urlsplit(reply.response.headers.get("Location") or "").path
