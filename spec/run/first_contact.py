"""The proof of shop: before anything passes, a run has seen that a shop is there.

A server that answers everything with one constant would meet many a requirement that only asks for an answer. So a run
begins with values that no constant can know: a random account reads itself back, a wrong password is refused, and a
product that nobody has is not found.

A shop that does all of this and lets a wrong password in is a shop, and a dangerous one. It breaks the requirement that
promises the sign-in, and no check that signs in can then show more than what is broken.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import replace

from reports.verdicts import Verdict
from spec.checking.judging import CheckVerdict
from spec.checking.outcomes import Outcome
from spec.target.adapter_context import NotOffered
from spec.target.answer_kinds import REFUSED_CREDENTIALS, AnswerKind
from spec.target.exchange import Exchange
from spec.target.profile.profile_model import Effect
from spec.target.shop import Shop
from spec.target.verbs import VERBS
from spec.target.visitor import PreparationFailed


class NotAShop(Exception):
    """The answering server is no shop; the message says what it could not do."""


def prove(shop: Shop) -> Exchange | None:
    """Raise NotAShop unless the target behaves as a shop does.

    Returns the exchange in which a wrong password was let in; None where it was refused.
    """
    try:
        customer = shop.customer()
        read_back = customer.must(shop.verbs.whoami()) if shop.verbs.offers("whoami") else None
    except PreparationFailed as error:
        raise NotAShop(f"no account could be opened, signed in and read back: {error}") from error
    except NotOffered as error:
        raise NotAShop(f"{error}, and its profile brings no customers under [accounts]") from error
    if read_back is not None and read_back.email.lower() != customer.email.lower():
        raise NotAShop(f"the account {customer.email} reads back as {read_back.email}")
    visitor = customer.anonymous()
    # Sent as preparations are, unmarked: the proof is about the shop, not about what is under examination.
    wrong = visitor.look(shop.verbs.sign_in(customer.email, f"wrong-{secrets.token_urlsafe(12)}"))
    let_in = wrong.answered and wrong.worked
    if not let_in and (not wrong.answered or wrong.kind not in REFUSED_CREDENTIALS):
        raise NotAShop(f"a wrong password was not refused: {wrong.exchange.summary}")
    try:
        page = visitor.must(shop.verbs.list_products(page_size=1))
        product = visitor.must(shop.verbs.open_product(page.products[0].id)) if page.products else None
    except PreparationFailed as error:
        raise NotAShop(f"its products could not be read: {error}") from error
    if product is not None and product.name != page.products[0].name:
        raise NotAShop(f"the product {page.products[0].name!r} opens as {product.name!r}")
    unknown = visitor.look(shop.verbs.open_product(shop.verbs.nobody("product")))
    if not unknown.answered or unknown.kind is not AnswerKind.NOT_FOUND:
        raise NotAShop(f"a product that does not exist was not refused as not found: {unknown.exchange.summary}")
    return wrong.exchange if let_in else None


def hold_against_sign_in(
    verdict: CheckVerdict, requirement: str, effects: Collection[str], let_in: Exchange | None
) -> CheckVerdict:
    """Return what a check's verdict is worth at a shop that let a wrong password in, by that exchange.

    The requirement that promises the sign-in is broken. Of a check that signs in, what it saw broken is broken; what it
    saw hold may have held for anybody.
    """
    if let_in is None or verdict.verdict is Verdict.FAIL:
        return verdict
    promise = VERBS["sign_in"].flow
    seen = f"{let_in.summary} with a wrong password"
    if requirement == promise:
        return CheckVerdict(
            Verdict.FAIL,
            outcome=Outcome.WRONG_PASSWORD_ACCEPTED,
            expected="a wrong password refused",
            observed=seen,
            observations=(let_in,),
        )
    if Effect.SIGNS_IN not in effects or verdict.verdict is not Verdict.PASS:
        return verdict
    reason = f"blocked by {promise}: {seen}, so no sign-in shows who asks"
    return replace(verdict, verdict=Verdict.NOT_TESTED, reason=reason, reason_code="blocked", observations=(let_in,))
