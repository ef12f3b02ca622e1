"""The operations whose fields are tried, each with a request that is taken."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from spec.checks.support.goods import Goods, find_goods
from spec.target.shop import Shop
from spec.target.verbs import Call
from spec.target.visitor import Visitor

PRICE: Final = Decimal("7.35")


@dataclass(frozen=True, slots=True)
class WritingOperation:
    """Something that writes: who does it, and a fresh request for each time, since many work only once."""

    name: str
    visitor: Visitor | Callable[[], Visitor]
    fresh_call: Callable[[Visitor], Call[Any]]

    def prepare(self) -> tuple[Visitor, Call[Any]]:
        """Return a visitor who may do it, and the request."""
        visitor = self.visitor if isinstance(self.visitor, Visitor) else self.visitor()
        return visitor, self.fresh_call(visitor)


def list_writing_operations(shop: Shop) -> Iterator[WritingOperation]:
    """The operations that a verb of the shop's language writes by; those of staff where staff is granted."""
    verbs, goods = shop.verbs, find_goods(shop)
    customer = shop.customer()
    anonymous = customer.anonymous()

    def register(_: Visitor) -> Call[Any]:
        fresh = shop.new_credentials()
        return verbs.register(fresh.email, fresh.password)

    yield WritingOperation("register", anonymous, register)
    yield WritingOperation("sign in", anonymous, lambda _: verbs.sign_in(customer.email, customer.password))
    yield WritingOperation("refresh", anonymous, lambda _: verbs.refresh(_new_refresh_token(shop, customer)))
    yield WritingOperation("sign out", anonymous, lambda _: verbs.sign_out(_new_refresh_token(shop, customer)))
    # A password that was changed ends the access of whoever changed it, so each time it is another customer's.
    yield WritingOperation(
        "change password",
        shop.customer,
        lambda one: verbs.change_password(one.password, shop.new_credentials().password),
    )
    yield WritingOperation("add to cart", customer, lambda _: verbs.add_to_cart(goods.product_id, 1, goods.variant_id))
    line = customer.must(verbs.add_to_cart(goods.product_id, 2, goods.variant_id))
    yield WritingOperation("change line", customer, lambda _: verbs.change_line(line.id, 3))
    yield WritingOperation("write review", customer, _reviews(shop, goods))
    if shop.grants_staff:
        yield from _staff_operations(shop)


def _staff_operations(shop: Shop) -> Iterator[WritingOperation]:
    verbs, staff = shop.verbs, shop.staff
    category = staff.must(verbs.create_category(name=shop.unique_name("category")))
    product = shop.new_product(stock=5)

    def create_product(_: Visitor) -> Call[Any]:
        return verbs.create_product(name=shop.unique_name("product"), price=PRICE, stock=5, category_id=category.id)

    yield WritingOperation("create product", staff, create_product)
    yield WritingOperation(
        "change product",
        staff,
        lambda _: verbs.change_product(product.id, name=shop.unique_name("product"), price=PRICE, stock=6),
    )
    yield WritingOperation("create category", staff, lambda _: verbs.create_category(name=shop.unique_name("category")))


def _new_refresh_token(shop: Shop, customer: Visitor) -> str:
    return customer.anonymous().must(shop.verbs.sign_in(customer.email, customer.password)).refresh


def _reviews(shop: Shop, goods: Goods) -> Callable[[Visitor], Call[Any]]:
    # A customer reviews a product once; with staff there is a product for the review that is taken, and for no other.
    product_id = shop.new_product(stock=1).id if shop.grants_staff else goods.product_id
    return lambda _: shop.verbs.write_review(product_id, rating=4, title="As described", body="It does what it should.")
