"""Trials: each verb that the shop offers, with a visitor who may walk it and arguments that are right.

What is prepared here works by the FLOW requirements; where it does not, what stands on it is blocked by them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from spec.surface.goods import Goods, clear_cart, find_goods, find_unreviewed
from spec.surface.session_tokens import find_tokens, need_tokens
from spec.target.circumstances import Identity
from spec.target.shop import Shop
from spec.target.steps import Verb
from spec.target.values import CartLine, Order
from spec.target.verbs import VERBS
from spec.target.visitor import Visitor

PRICE: Final = Decimal("7.35")
REVIEW: Final[Mapping[str, Any]] = MappingProxyType(
    {"rating": 4, "title": "As described", "body": "It does what it should."}
)


OF_SESSIONS: Final = frozenset({"register", "sign_in", "refresh", "sign_out", "change_password"})
"""Verbs whose trials begin accounts and sessions of their own, and have nothing to do with the customer's cart."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A verb that is about to be walked, and the ids of things that it names."""

    visitor: Visitor
    verb: Verb[Any]
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class VerbTrial:
    """One verb. Each preparation makes an attempt of its own, since many verbs succeed once with the same arguments."""

    name: str
    prepare: Callable[[], Attempt]
    lane: str = "customer"
    """Trials of different lanes touch nothing of each other's, and may be walked at the same time."""


def list_trials(shop: Shop, customer: Visitor) -> Iterator[VerbTrial]:
    """List a trial for every verb that the shop offers to this customer and, where it is granted, to staff."""
    stage = _Stage(shop, customer)
    of_staff = stage.of_staff if shop.grants_staff else {}
    for name, prepare in (stage.of_customers | of_staff).items():
        if stage.can_try(name):
            lane = "sessions" if name in OF_SESSIONS else "staff" if name in of_staff else "customer"
            yield VerbTrial(VERBS[name].operation, prepare, lane)


def rehearse(trials: Iterable[VerbTrial]) -> None:
    """Walk each verb once as it is right. Raises PreparationFailed."""
    for trial in trials:
        attempt = trial.prepare()
        attempt.visitor.must(attempt.verb)


class _Stage:
    """The shop, the customer who acts, and what has been made for them."""

    def __init__(self, shop: Shop, customer: Visitor) -> None:
        self.shop, self.verbs, self.customer = shop, shop.verbs, customer
        self._goods: Goods | None = None

    @property
    def goods(self) -> Goods:
        """Something to buy."""
        if self._goods is None:
            self._goods = find_goods(self.shop)
        return self._goods

    def fill_cart(self) -> CartLine:
        """Put one thing into the customer's cart."""
        clear_cart(self.verbs, self.customer)
        return self.customer.must(self.verbs.add_to_cart(self.goods.product_id, 1, self.goods.variant_id))

    def order(self) -> Order:
        """Place an order."""
        self.fill_cart()
        return self.customer.must(self.verbs.place_order())

    def sign_in_again(self) -> Visitor:
        """Begin another session of the customer."""
        anonymous, customer = self.customer.anonymous(), self.customer
        session = anonymous.must(self.verbs.sign_in(customer.email, customer.password))
        return customer.with_session(session.known_as(Identity.CUSTOMER))

    def by_customer(self, verb: Verb[Any], *ids: str) -> Attempt:
        """Let the customer do it."""
        return Attempt(self.customer, verb, ids)

    def by_stranger(self, verb: Verb[Any], *ids: str) -> Attempt:
        """Let somebody do it who has not signed in."""
        return Attempt(self.customer.anonymous(), verb, ids)

    def by_staff(self, verb: Verb[Any], *ids: str) -> Attempt:
        """Let staff do it."""
        return Attempt(self.shop.staff, verb, ids)

    def register(self) -> Attempt:
        """Register somebody new."""
        fresh = self.shop.new_credentials()
        return self.by_stranger(self.verbs.register(fresh.email, fresh.password))

    def refresh(self) -> Attempt:
        """Refresh tokens that were not used before."""
        return self.by_stranger(self.verbs.refresh(need_tokens(self.sign_in_again().session).refresh))

    def change_password(self) -> Attempt:
        """Change the password of another customer each time: it ends the access that it was changed with."""
        other = self.shop.customer()
        return Attempt(other, self.verbs.change_password(other.password, self.shop.new_credentials().password))

    def list_next_page(self) -> Attempt:
        """List the page after the first, where there is one."""
        cursor = self.customer.must(self.verbs.list_products(page_size=1)).next_cursor
        return self.by_stranger(self.verbs.list_products(page_size=1, cursor=cursor))

    def filter_products(self) -> Attempt:
        """Filter by the first category, or by one that is not there."""
        known = self.customer.must(self.verbs.list_categories()) if self.verbs.offers("list_categories") else ()
        category_id = known[0].id if known else self.verbs.nobody("category")
        return self.by_stranger(self.verbs.list_products(category_id=category_id), category_id)

    def write_review(self) -> Attempt:
        """Review something for the first time: a customer reviews a product once."""
        if self.shop.grants_staff:
            product_id = self.shop.new_product(stock=1).id
            return self.by_customer(self.verbs.write_review(product_id, **REVIEW), product_id)
        # An account that was brought is the only one that this trial has.
        customer = self.shop.customer() if self.verbs.offers("register") else self.customer
        product_id = find_unreviewed(self.shop, customer)
        return Attempt(customer, self.verbs.write_review(product_id, **REVIEW), (product_id,))

    def add_to_cart(self) -> Attempt:
        """Put one more thing into the cart."""
        clear_cart(self.verbs, self.customer)
        goods = self.goods
        return self.by_customer(self.verbs.add_to_cart(goods.product_id, 1, goods.variant_id), goods.product_id)

    def view_cart(self) -> Attempt:
        """View a cart that holds something."""
        self.fill_cart()
        return self.by_customer(self.verbs.view_cart())

    def on_line(self, act: Callable[[str], Verb[Any]]) -> Attempt:
        """Do something to a line that was just put into the cart."""
        line = self.fill_cart()
        return self.by_customer(act(line.id), line.id)

    def on_order(self, act: Callable[[str], Verb[Any]]) -> Attempt:
        """Do something to an order that was just placed."""
        order = self.order()
        return self.by_customer(act(order.id), order.id)

    def place_order(self) -> Attempt:
        """Order what was just put into the cart."""
        self.fill_cart()
        return self.by_customer(self.verbs.place_order())

    def create_product(self) -> Attempt:
        """Offer something."""
        category = self.shop.category()
        name = self.shop.unique_name("product")
        made = self.verbs.create_product(name=name, price=PRICE, stock=5, category_id=category.id)
        return self.by_staff(made, category.id)

    def change_product(self) -> Attempt:
        """Change everything of a new product."""
        product, name = self.shop.new_product(stock=5), self.shop.unique_name("product")
        return self.by_staff(self.verbs.change_product(product.id, name=name, price=PRICE, stock=6), product.id)

    def withdraw_product(self) -> Attempt:
        """Withdraw a new product."""
        product = self.shop.new_product(stock=5)
        return self.by_staff(self.verbs.withdraw_product(product.id), product.id)

    @property
    def of_customers(self) -> dict[str, Callable[[], Attempt]]:
        """The trials of what customers and strangers do, by the names of the verbs."""
        verbs, customer, stranger = self.verbs, self.by_customer, self.by_stranger
        return {
            "register": self.register,
            "sign_in": lambda: stranger(verbs.sign_in(self.customer.email, self.customer.password)),
            "whoami": lambda: customer(verbs.whoami()),
            "refresh": self.refresh,
            "sign_out": lambda: Attempt(self.sign_in_again(), verbs.sign_out()),
            "change_password": self.change_password,
            "list_categories": lambda: stranger(verbs.list_categories(page_size=20)),
            "list_products": self.list_next_page,
            "list_products.search": lambda: stranger(verbs.list_products(search="a")),
            "list_products.category_id": self.filter_products,
            "list_products.ordering": lambda: stranger(verbs.list_products(ordering="name")),
            "open_product": lambda: stranger(verbs.open_product(self.goods.product_id), self.goods.product_id),
            "write_review": self.write_review,
            "list_reviews": lambda: stranger(
                verbs.list_reviews(self.goods.product_id, page_size=20), self.goods.product_id
            ),
            "add_to_cart": self.add_to_cart,
            "place_order": self.place_order,
            "open_order": lambda: self.on_order(verbs.open_order),
            "list_orders": lambda: customer(verbs.list_orders(page_size=20)),
            "cancel_order": lambda: self.on_order(verbs.cancel_order),
            "empty_cart": lambda: customer(verbs.empty_cart()),
            "remove_line": lambda: self.on_line(verbs.remove_line),
            "change_line": lambda: self.on_line(lambda line: verbs.change_line(line, 3)),
            "view_cart": self.view_cart,
        }

    @property
    def of_staff(self) -> dict[str, Callable[[], Attempt]]:
        """The trials of what staff do, by the names of the verbs."""
        verbs, shop = self.verbs, self.shop
        return {
            "create_category": lambda: self.by_staff(verbs.create_category(name=shop.unique_name("category"))),
            "create_product": self.create_product,
            "change_product": self.change_product,
            "withdraw_product": self.withdraw_product,
        }

    def can_try(self, name: str) -> bool:
        """Tell if the verb is offered and may be tried: a password that the profile brings is not changed."""
        if name == "change_password" and not self.verbs.offers("register"):
            return False
        return self.verbs.offers(name) and (name != "refresh" or find_tokens(self.customer.session) is not None)
