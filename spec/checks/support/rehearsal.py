"""A day in the shop: every verb once with success, so that generated requests meet a shop in use.

What is prepared here works by the FLOW requirements; where it does not, what stands on it is blocked by them.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from spec.checks.support.goods import find_goods
from spec.target.shop import Shop
from spec.target.verbs import Call
from spec.target.visitor import Visitor


def rehearse(shop: Shop, customer: Visitor) -> None:
    """Do everything that a customer, and staff where it is granted, can do. Raises PreparationFailed."""
    verbs, visitor = shop.verbs, customer.anonymous()
    fresh, goods = shop.new_credentials(), find_goods(shop)
    visitor.must(verbs.register(fresh.email, fresh.password))
    tokens = visitor.must(verbs.sign_in(fresh.email, fresh.password))
    tokens = visitor.must(verbs.refresh(tokens.refresh))
    visitor.with_tokens(tokens).must(verbs.change_password(fresh.password, shop.new_credentials().password))
    tokens = visitor.must(verbs.sign_in(customer.email, customer.password))
    visitor.must(verbs.sign_out(tokens.refresh))
    browsing: list[Call[Any]] = [
        verbs.list_categories(),
        verbs.list_products(page_size=20),
        verbs.open_product(goods.product_id),
    ]
    for call in browsing:
        visitor.must(call)
    customer.must(verbs.whoami())
    if shop.grants_staff:
        _as_staff(shop)
    customer.must(verbs.write_review(goods.product_id, rating=5, title="As described", body="It does what it should."))
    visitor.must(verbs.list_reviews(goods.product_id))
    for _ in range(3):
        line = customer.must(verbs.add_to_cart(goods.product_id, 1, goods.variant_id))
        customer.must(verbs.change_line(line.id, 2))
        order = customer.must(verbs.place_order())
        customer.must(verbs.open_order(order.id))
    customer.must(verbs.cancel_order(order.id))
    customer.must(verbs.list_orders())
    line = customer.must(verbs.add_to_cart(goods.product_id, 1, goods.variant_id))
    customer.must(verbs.remove_line(line.id))
    customer.must(verbs.empty_cart())
    customer.must(verbs.add_to_cart(goods.product_id, 1, goods.variant_id))
    customer.must(verbs.view_cart())


def _as_staff(shop: Shop) -> None:
    verbs, staff = shop.verbs, shop.staff
    category = staff.must(verbs.create_category(name=shop.unique_name("category")))
    price = Decimal("3.10")
    for _ in range(3):
        name = shop.unique_name("product")
        product = staff.must(verbs.create_product(name=name, price=price, stock=50, category_id=category.id))
    staff.must(verbs.change_product(product.id, price=price + 1))
    staff.must(verbs.withdraw_product(product.id))
    # The newest category holds nothing, so that something is there to be deleted.
    staff.must(verbs.create_category(name=shop.unique_name("category")))
