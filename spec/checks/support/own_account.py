"""Customers of their own: several at once, and the account that a session opens."""

from __future__ import annotations

from spec.checking.examination import Examination
from spec.checking.outcomes import Blocked, Outcome
from spec.target.shop import Shop
from spec.target.values import Tokens
from spec.target.visitor import Visitor


def gather_customers(shop: Shop, most: int, *, least: int) -> list[Visitor]:
    """Return so many customers with accounts of their own, fewer where the profile brings no more.

    Raises Blocked where it brings fewer than the least that the check can do with.
    """
    left = shop.customers_left
    found = most if left is None else min(most, left)
    if not found:
        # Raises for the reason: the target opens no account and the profile brings none, or all of them are lent.
        shop.customer()
    if found < least:
        raise Blocked(f"{least} customers are needed at once, and the profile brings {found}")
    return [shop.customer() for _ in range(found)]


def expect_own_account(examine: Examination, shop: Shop, customer: Visitor, tokens: Tokens) -> None:
    """State that these tokens open the customer's own account, or own orders where no verb reads an account."""
    if not shop.verbs.offers("whoami"):
        expect_access(examine, shop, customer.with_tokens(tokens))
        return
    me = customer.with_tokens(tokens).do(shop.verbs.whoami())
    examine.equal(me.value, customer.account, "the account that the access token opens", saw=me)


def expect_access(examine: Examination, shop: Shop, customer: Visitor, when: str = "") -> None:
    """State that the customer is signed in: the own account opens, or the own orders where no verb reads an account."""
    if shop.verbs.offers("whoami"):
        me = customer.do(shop.verbs.whoami())
        account = customer.account or me.value
        wanted = (account.id, customer.email.lower())
        what = f"id and e-mail address of the customer who asks{when and f' {when}'}"
        examine.equal((me.value.id, me.value.email.lower()), wanted, what, saw=me)
    else:
        orders = customer.do(shop.verbs.list_orders())
        what = f"the customer's own orders{when and f' {when}'}"
        examine.that(orders.worked, Outcome.UNEXPECTED_ANSWER, what, saw=orders)
