"""VAL: what staff may not write into a product, by any operation that writes one."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any, Final

from spec.checking.examination import Examination, verifies
from spec.checking.outcomes import Outcome
from spec.checks.support.field_mutations import read_form
from spec.checks.support.named_fields import describe_naming, names_one_of
from spec.checks.support.problem_documents import find_differences
from spec.target.answer_kinds import AnswerKind
from spec.target.exchange import UNSET, Request
from spec.target.shop import Shop
from spec.target.steps import Verb
from spec.target.visitor import Visitor

RIGHT_PRICE: Final = Decimal("7.35")
WRONG_PRICES: Final = tuple(map(Decimal, ("0", "-0.01", "-1.00", "-7.35", "-99999.99")))
REFUSED_VALUE: Final = frozenset({AnswerKind.INVALID, AnswerKind.CONFLICT})
"""The kinds of answer that refuse a value. A conflict names the field just as well."""
PAGE_SIZE: Final = 50


@verifies("VAL-001", effects={"writes", "signs in"})
def test_a_price_of_zero_or_less_is_refused_naming_the_field(target: Shop, examine: Examination) -> None:
    """A price of zero or less is refused by its name, on creation and on change, and leaves no trace.

    Staff create a product with a positive price, which reads back. Then each wrong price is refused, on creation and on
    change: the answer names the field in which the request differs from one with a right price. No product with a
    refused price is found by its name, and the product that should have changed has the price that it had.
    """
    staff, verbs = target.staff, target.verbs
    category = target.category()

    def create(name: str, price: Decimal) -> Verb[Any]:
        return verbs.create_product(name=name, price=price, stock=5, category_id=category.id)

    name = target.unique_name("priceless").replace("-", "")
    product = staff.must(create(name, RIGHT_PRICE))
    stored = staff.must(verbs.open_product(product.id)).price.amount
    examine.require(stored == RIGHT_PRICE, f"a product that was created with {RIGHT_PRICE} costs {stored}")
    visible = product.id in _list_ids(staff, target, name)
    for price in WRONG_PRICES:
        name = target.unique_name("priceless").replace("-", "")
        _expect_refusal(examine, staff, partial(create, name), price)
        if visible:
            found = staff.do(verbs.list_products(**_look_for(target, name)))
            left = [one.name for one in found.value.products if one.name == name]
            what = f"products with the refused price {price}"
            examine.equal(left, [], what, saw=found, outcome=Outcome.STATE_CHANGED)
    if not visible:
        examine.note("A new product is not in the list, so what a refused one leaves there was not looked at.")
    if verbs.offers("change_product"):
        _change(examine, target, product.id)
    else:
        examine.note("A change of a product is not offered, so prices were refused on creation alone.")


def _change(examine: Examination, shop: Shop, product_id: str) -> None:
    staff, verbs, kept = shop.staff, shop.verbs, RIGHT_PRICE + 1
    staff.must(verbs.change_product(product_id, price=kept))
    stored = staff.must(verbs.open_product(product_id)).price.amount
    examine.require(stored == kept, f"a product whose price was changed to {kept} costs {stored}")
    for price in WRONG_PRICES:
        _expect_refusal(examine, staff, lambda price: verbs.change_product(product_id, price=price), price)
        opened = staff.do(verbs.open_product(product_id))
        what = f"the price after {price} was refused"
        examine.equal(opened.value.price.amount, kept, what, saw=opened, outcome=Outcome.STATE_CHANGED)


def _look_for(shop: Shop, name: str) -> dict[str, Any]:
    """Return the arguments of the list in which a new product of this name is most likely seen."""
    if shop.verbs.offers("list_products.search"):
        return {"search": name}
    newest = {"ordering": "-created_at"} if shop.verbs.offers("list_products.ordering") else {}
    return {"page_size": PAGE_SIZE, **newest}


def _list_ids(staff: Visitor, shop: Shop, name: str) -> set[str]:
    return {one.id for one in staff.must(shop.verbs.list_products(**_look_for(shop, name))).products}


def _expect_refusal(
    examine: Examination, staff: Visitor, write: Callable[[Decimal], Verb[Any]], price: Decimal
) -> None:
    reply = staff.do(write(price))
    examine.that(
        reply.kind in REFUSED_VALUE,
        Outcome.WRONG_VALUE_ACCEPTED if reply.done else Outcome.WRONG_STATUS,
        f"a price of {price} is refused",
        saw=reply,
    )
    # The field's name is the target's own: it is where the request differs from the one that is accepted.
    places = find_places(staff.prepared(write(RIGHT_PRICE)).request, reply.exchange.request)
    examine.require(bool(places), "the verb's own request holds no price, so the field that was wrong has no name")
    wanted, seen = f"the wrong field named: {' or '.join(places)}", describe_naming(reply.response)
    named = names_one_of(reply.response, places)
    examine.that(named, Outcome.FIELD_NOT_NAMED, wanted, saw=reply, observed=seen)


def find_places(right: Request, wrong: Request) -> list[str]:
    """List the JSON pointers of the values in which two requests differ; of forms and queries, "/" and the name."""
    if right.json is not UNSET and wrong.json is not UNSET:
        return find_differences(right.json, wrong.json)
    accepted, refused = (dict((*request.query, *read_form(request))) for request in (right, wrong))
    return find_differences(accepted, refused)
