"""FLOW: what a shop is for. These come first in every run; what depends on them is blocked by them."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from typing import Final

from spec.checking.examination import Examination, verifies
from spec.checking.outcomes import Blocked, Outcome
from spec.checks.support.own_account import expect_access
from spec.target.answer_kinds import REFUSED_CREDENTIALS
from spec.target.shop import Shop
from spec.target.values import UNTOLD, Account, Cart, ListedProduct, Order, Product, ProductPage
from spec.target.visitor import Reply, Visitor
from spec.target.windows.staff_window import Credentials

OPENED: Final = 5
"""Products of a filtered list that are opened where the list does not tell their category."""


@verifies("FLOW-001", effects={"writes", "signs in"})
def test_a_customer_registers_and_signs_in_and_a_wrong_password_is_refused(target: Shop, examine: Examination) -> None:
    """An account opens with its own password and with no other.

    A customer registers, signs in and reads the account, which is the one that was registered. Four wrong passwords are
    refused: a random one, and the right one with its case swapped, with its last character missing, and with one
    character more. Then the right password signs in again. Where no account can be registered, one that the profile
    brings is signed in to.
    """
    visitor, verbs, credentials = target.visitor(), target.verbs, target.new_credentials()
    account: Account | None
    if verbs.offers("register"):
        account = visitor.do(verbs.register(credentials.email, credentials.password)).value
    else:
        brought = target.customer()
        account, credentials = brought.account, Credentials(brought.email, brought.password)
    email, password = credentials.email, credentials.password

    def expect_account(when: str) -> None:
        signed = visitor.with_session(visitor.do(verbs.sign_in(email, password)).value)
        signed.account, signed.email = account, email
        expect_access(examine, target, signed, when)

    expect_account("after registration")
    for wrong in (f"wrong-{secrets.token_urlsafe(12)}", password.swapcase(), password[:-1], f"{password}x"):
        reply = visitor.do(verbs.sign_in(email, wrong))
        outcome = Outcome.WRONG_PASSWORD_ACCEPTED if reply.done else Outcome.WRONG_STATUS
        wanted = "a wrong password is refused as wrong, also one that is nearly right"
        examine.that(reply.kind in REFUSED_CREDENTIALS, outcome, wanted, saw=reply)
    expect_account("with the right password after the wrong ones")
    verbs.expect_offered("register")


@verifies("FLOW-002")
def test_products_are_listed_paged_filtered_searched_and_opened(target: Shop, examine: Examination) -> None:
    """Products are found in the list, by category and by name, and each has a page of its own.

    There is a category. Two pages of the list show different products. The page of a product shows its name and price
    as the list does. The filter by its category shows products of that category only, a search for its name finds it,
    and a search for a word that no product has finds nothing. An id that no product has is answered with 404.
    """
    visitor, verbs = target.visitor(), target.verbs
    categories = visitor.do(verbs.list_categories())
    some = bool(categories.value)
    examine.that(some, Outcome.WRONG_CONTENT, "at least one category", saw=categories, observed="none")
    first = visitor.do(verbs.list_products(page_size=2)).value
    # A list that ends on its first page is short, unless the shop says that none has a second one.
    verbs.expect_offered("list_products.cursor")
    cursor = examine.need(first.next_cursor, "a second page: the shop has fewer than three products")
    second = visitor.do(verbs.list_products(page_size=2, cursor=cursor))
    before, after = ({product.id for product in page.products} for page in (first, second.value))
    wanted = f"a second page with products that were not on the first, {sorted(before)}"
    others = bool(after) and not before & after
    examine.that(others, Outcome.WRONG_CONTENT, wanted, saw=second, observed=sorted(after))
    product = first.products[0]
    opened = visitor.do(verbs.open_product(product.id))
    price = opened.value.price if product.price is UNTOLD else product.price
    seen = (opened.value.id, opened.value.name, opened.value.price)
    examine.equal(seen, (product.id, product.name, price), "the product as in the list", saw=opened)
    unknown = visitor.do(verbs.open_product(verbs.nobody("product")))
    examine.that(unknown.status == 404, Outcome.WRONG_STATUS, "404 for an id that no product has", saw=unknown)
    _expect_filter(examine, visitor, target, [*first.products, *second.value.products])
    found = visitor.do(verbs.list_products(search=product.name, page_size=50))
    among = product.id in {other.id for other in found.value.products}
    names, wanted = [other.name for other in found.value.products][:5], f"{product.name!r} found by its name"
    examine.that(among, Outcome.WRONG_CONTENT, wanted, saw=found, observed=names)
    unheard = visitor.do(verbs.list_products(search=f"nobody{secrets.token_hex(8)}"))
    names = [other.name for other in unheard.value.products][:5]
    examine.equal(names, [], "the products found by a word that no product has", saw=unheard)


def _expect_filter(examine: Examination, visitor: Visitor, shop: Shop, listed: list[ListedProduct]) -> None:
    shop.verbs.expect_offered("list_products.category_id")
    told = (category for product in listed if (category := _category_of(visitor, shop, product)))
    category_id = examine.need(next(told, None), "a product whose category is told among the first of the list")
    filtered = visitor.do(shop.verbs.list_products(category_id=category_id, page_size=50))
    shown = set(_categories_shown(visitor, shop, filtered))
    examine.equal(shown, {category_id}, "the categories of what a filter by category shows", saw=filtered)


def _categories_shown(visitor: Visitor, shop: Shop, filtered: Reply[ProductPage]) -> Iterator[str | None]:
    untold = 0
    for product in filtered.value.products:
        if product.category_id is UNTOLD:
            untold += 1
            if untold > OPENED:
                continue
        yield _category_of(visitor, shop, product)


def _category_of(visitor: Visitor, shop: Shop, product: ListedProduct) -> str | None:
    """Read the category from the list, or from the product's page where the list does not tell it."""
    category_id = product.category_id
    if category_id is UNTOLD:
        category_id = visitor.must(shop.verbs.open_product(product.id)).category_id
    return None if category_id is UNTOLD else category_id


@verifies("FLOW-003", effects={"writes", "signs in"})
def test_a_cart_is_filled_changed_and_emptied_and_reads_back(target: Shop, examine: Examination) -> None:
    """A cart shows what was put into it.

    A customer puts two of a product into the cart, sets the line to three, and removes it; then the product is put in
    again, and the cart is emptied in one go. Of these two ways a shop may lack one. After each step the cart is read:
    it shows the quantity that was set, and a total that is the sum of its lines.
    """
    customer, verbs = target.customer(), target.verbs
    found = _find_product(customer, target, lambda one: one.in_stock)
    product = examine.need(found, "a product in stock and without variants among the first twenty")

    def expect_cart(quantity: int, when: str) -> None:
        cart = customer.do(verbs.view_cart())
        wanted = ([(product.id, quantity)] if quantity else [], quantity * product.price.amount)
        examine.equal(_content(cart.value), wanted, f"lines and total of the cart {when}", saw=cart)

    line = customer.do(verbs.add_to_cart(product.id, 2)).value
    expect_cart(2, f"with 2 × {product.price}")
    customer.do(verbs.change_line(line.id, 3)).must_hold()
    expect_cart(3, "after the line was set to 3")
    both = verbs.offers("empty_cart") and verbs.offers("remove_line")
    if both or not verbs.offers("empty_cart"):
        removed = customer.do(verbs.remove_line(line.id))
        examine.that(removed.worked, Outcome.WRONG_STATUS, "the line is removed", saw=removed)
        expect_cart(0, "after its line was removed")
    if both:
        customer.do(verbs.add_to_cart(product.id, 2)).must_hold()
        expect_cart(2, "after the product was put in again")
    if verbs.offers("empty_cart"):
        emptied = customer.do(verbs.empty_cart())
        examine.that(emptied.worked, Outcome.WRONG_STATUS, "the cart is emptied", saw=emptied)
        expect_cart(0, "after it was emptied")


@verifies("FLOW-004", effects={"writes", "signs in"})
def test_an_order_is_placed_read_back_and_takes_its_stock(target: Shop, examine: Examination) -> None:
    """An order is what was in the cart, and takes it from the stock.

    A customer orders three of a product. The order has one line of three and its exact total, listed adjustments
    aside; it reads back the same, it alone is new in the customer's list of orders, and the product's stock is at
    least three lower than before.
    """
    customer, verbs = target.customer(), target.verbs
    found = _find_product(customer, target, lambda one: one.in_stock if one.stock is UNTOLD else one.stock >= 3)
    product = examine.need(found, "a product with a stock of three and without variants among the first twenty")
    known = {one.id for one in customer.must(verbs.list_orders())}
    customer.must(verbs.add_to_cart(product.id, 3))
    placed = customer.do(verbs.place_order())
    order = placed.value
    wanted = ([(product.id, 3)], 3 * product.price.amount)
    examine.equal(_content(order), wanted, f"lines and total of an order of 3 × {product.price}", saw=placed)
    opened = customer.do(verbs.open_order(order.id))
    examine.equal(opened.value, order, "the order as it was placed", saw=opened)
    listed = customer.do(verbs.list_orders())
    entries = [(one.id, one.total) for one in listed.value if one.id not in known]
    examine.equal(entries, [(order.id, order.total)], "the customer's only new order in the list", saw=listed)
    if product.stock is UNTOLD:
        raise Blocked("the shop does not tell its stock; all else of the order is as it should be")
    left = customer.do(verbs.open_product(product.id))
    most, stock = product.stock - 3, left.value.stock
    fewer = stock is not UNTOLD and stock <= most
    expected = f"a stock of at most {most} after an order of 3"
    examine.that(fewer, Outcome.WRONG_CONTENT, expected, saw=left, observed=f"a stock of {stock}")


def _find_product(customer: Visitor, shop: Shop, suits: Callable[[Product], bool]) -> Product | None:
    offered = customer.must(shop.verbs.list_products(page_size=20)).products
    opened = (customer.must(shop.verbs.open_product(product.id)) for product in offered)
    return next((product for product in opened if suits(product) and not product.variants), None)


def _content(bought: Cart | Order) -> tuple[object, object]:
    # An order may list more than its lines: shipping, taxes, discounts.
    total = bought.goods_total if isinstance(bought, Order) else bought.total
    return [(line.product_id, line.quantity) for line in bought.lines], total.amount
