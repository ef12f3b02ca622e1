"""VAL: what staff may not write into a product, by any operation that writes one."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from spec.checking.examination import Examination, verifies
from spec.checking.outcomes import Outcome
from spec.checks.support.problem_documents import find_differences, names_field, read_problem
from spec.target.exchange import UnexpectedAnswer
from spec.target.shop import Shop
from spec.target.verbs import Call
from spec.target.visitor import Reply

RIGHT_PRICE: Final = Decimal("7.35")
WRONG_PRICES: Final = tuple(map(Decimal, ("0", "-0.01", "-1.00", "-7.35", "-99999.99")))


@verifies("VAL-001", effects={"writes", "signs in"})
def test_a_price_of_zero_or_less_is_refused_naming_the_field(target: Shop, examine: Examination) -> None:
    """On creation and on change: a positive price is taken and read back, a wrong one is named and leaves no trace."""
    staff, verbs = target.staff, target.verbs
    category = staff.must(verbs.create_category(name=target.unique_name("category")))
    names = {price: target.unique_name("priceless").replace("-", "") for price in (RIGHT_PRICE, *WRONG_PRICES)}

    def create(price: Decimal) -> Call[Any]:
        return verbs.create_product(name=names[price], price=price, stock=5, category_id=category.id)

    created = staff.do(create(RIGHT_PRICE))
    product = created.value
    _expect_price(examine, staff.do(verbs.open_product(product.id)), RIGHT_PRICE)
    found = staff.do(verbs.list_products(search=names[RIGHT_PRICE]))
    examine.that(
        [one.id for one in found.value.products] == [product.id],
        Outcome.WRONG_CONTENT,
        f"the product that was created is found by its name {names[RIGHT_PRICE]}",
        saw=found,
        observed=[one.name for one in found.value.products],
    )
    for price in WRONG_PRICES:
        _expect_refusal(examine, staff.do(create(price)), create(RIGHT_PRICE), price)
        stored = staff.do(verbs.list_products(search=names[price]))
        examine.that(
            stored.value.products == (),
            Outcome.STATE_CHANGED,
            f"no product with the refused price {price}",
            saw=stored,
            observed=[one.name for one in stored.value.products],
        )
    other = RIGHT_PRICE + 1
    _expect_price(examine, staff.do(verbs.change_product(product.id, price=other)), other)
    for price in WRONG_PRICES:
        right = verbs.change_product(product.id, price=RIGHT_PRICE)
        _expect_refusal(examine, staff.do(verbs.change_product(product.id, price=price)), right, price)
        _expect_price(examine, staff.do(verbs.open_product(product.id)), other)


def _expect_price(examine: Examination, reply: Reply[Any], price: Decimal) -> None:
    examine.that(
        reply.value.price.amount == price,
        Outcome.STATE_CHANGED if reply.value.price.amount <= 0 else Outcome.WRONG_CONTENT,
        f"a price of {price}",
        saw=reply,
        observed=reply.value.price,
    )


def _expect_refusal(examine: Examination, reply: Reply[Any], right: Call[Any], price: Decimal) -> None:
    examine.that(
        400 <= reply.status < 500,
        Outcome.WRONG_VALUE_ACCEPTED if reply.response.succeeded else Outcome.WRONG_STATUS,
        f"a price of {price} refused with a 4xx",
        saw=reply,
    )
    # The field's name is the target's own: it is where the request differs from the one that is accepted.
    wrong = reply.exchange.request.json
    pointers = [one for one in find_differences(right.request.json, wrong) if _is_price(wrong, one, price)]
    try:
        problem = read_problem(reply.response)
    except UnexpectedAnswer as error:
        examine.fail(
            Outcome.FIELD_NOT_NAMED, f"the field {pointers} named in a problem document", saw=reply, observed=str(error)
        )
    examine.that(
        bool(pointers) and all(names_field(problem, pointer) for pointer in pointers),
        Outcome.FIELD_NOT_NAMED,
        f"the wrong field named: {', '.join(pointers)}",
        saw=reply,
        observed=f"{reply.status} {problem.code} naming {', '.join(problem.pointers) or 'nothing'}",
    )


def _is_price(body: object, pointer: str, price: Decimal) -> bool:
    for name in pointer.split("/")[1:]:
        body = body.get(name) if isinstance(body, dict) else None
    try:
        return Decimal(str(body)) == price
    except ArithmeticError:
        return False
