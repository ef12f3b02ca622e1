"""FLOW-006: staff keep the products."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from spec.checking.examination import Examination, verifies
from spec.checking.outcomes import Outcome
from spec.target.answer_kinds import AnswerKind
from spec.target.shop import Shop
from spec.target.values import UNTOLD, Product
from spec.target.visitor import Reply, Visitor

Shown = tuple[str, Decimal, int]
PRICE: Final = Decimal("18.40")
NEW_PRICE: Final = Decimal("21.05")


@verifies("FLOW-006", effects={"writes", "signs in"})
def test_staff_create_change_and_withdraw_a_product(target: Shop, examine: Examination) -> None:
    """The public sees a product as staff have made and changed it, until staff withdraw it.

    Staff create a product: a stranger opens it and sees its name, price and stock. Staff change its price, and nothing
    else changes; then its name and stock. Staff withdraw it: it is not found, by its id and by its name.
    """
    staff, public, verbs = target.staff, target.visitor(), target.verbs
    category = target.category()
    name, later = (target.unique_name("keepsake").replace("-", "") for _ in range(2))
    created = staff.do(verbs.create_product(name=name, price=PRICE, stock=5, category_id=category.id))
    product_id = created.value.id

    def expect_shown(wanted: Shown, when: str) -> None:
        opened = public.do(verbs.open_product(product_id))
        examine.equal(_shown(opened, wanted), wanted, f"name, price and stock {when}", saw=opened)

    expect_shown((name, PRICE, 5), "of the product that staff created")
    if verbs.offers("change_product"):
        staff.do(verbs.change_product(product_id, price=NEW_PRICE)).must_hold()
        expect_shown((name, NEW_PRICE, 5), "after staff changed the price")
        staff.do(verbs.change_product(product_id, name=later, stock=4)).must_hold()
        expect_shown((later, NEW_PRICE, 4), "after staff changed name and stock")
    if verbs.offers("withdraw_product"):
        _withdraw(examine, target, public, product_id)
    verbs.expect_offered("change_product", "withdraw_product")


def _withdraw(examine: Examination, shop: Shop, public: Visitor, product_id: str) -> None:
    verbs, name = shop.verbs, public.must(shop.verbs.open_product(product_id)).name
    shop.staff.do(verbs.withdraw_product(product_id)).must_hold()
    gone = public.do(verbs.open_product(product_id))
    outcome = Outcome.WRONG_CONTENT if gone.done else Outcome.WRONG_STATUS
    examine.that(gone.kind is AnswerKind.NOT_FOUND, outcome, "a withdrawn product is not found", saw=gone)
    if verbs.offers("list_products.search"):
        found = public.do(verbs.list_products(search=name))
        left = [one.name for one in found.value.products if one.id == product_id]
        examine.equal(left, [], "the withdrawn product among those found by its name", saw=found)


def _shown(opened: Reply[Product], wanted: Shown) -> Shown:
    product = opened.value
    # A shop that does not tell its stock is only asked for the rest.
    return product.name, product.price.amount, wanted[2] if product.stock is UNTOLD else product.stock
