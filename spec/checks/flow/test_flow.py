"""FLOW: what a shop is for. These come first in every run; what depends on them is blocked by them."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from spec.checking.examination import Examination, verifies
from spec.checking.outcomes import Outcome
from spec.target.shop import Shop
from spec.target.values import Cart, Order, Product
from spec.target.visitor import Visitor

REFUSALS = frozenset({400, 401, 403})


@verifies("FLOW-001", effects={"writes", "signs in"})
def test_a_customer_registers_and_signs_in_and_a_wrong_password_is_refused(target: Shop, examine: Examination) -> None:
    """An account opens with its own password and with no other.

    A customer registers, signs in and reads the account, which is the one that was registered. Four wrong passwords are
    refused with 400, 401 or 403: a random one, and the right one with its case swapped, with its last character
    missing, and with one character more. Then the right password signs in again.
    """
    visitor, verbs, credentials = target.visitor(), target.verbs, target.new_credentials()
    email, password = credentials.email, credentials.password
    account = visitor.do(verbs.register(email, password)).value

    def expect_account(when: str) -> None:
        tokens = visitor.do(verbs.sign_in(email, password)).value
        me = visitor.with_tokens(tokens).do(verbs.whoami())
        seen = (me.value.id, me.value.email.lower())
        examine.equal(seen, (account.id, email.lower()), f"the account and e-mail address {when}", saw=me)

    expect_account("after registration")
    for wrong in (f"wrong-{secrets.token_urlsafe(12)}", password.swapcase(), password[:-1], f"{password}x"):
        reply = visitor.do(verbs.sign_in(email, wrong))
        outcome = Outcome.WRONG_PASSWORD_ACCEPTED if reply.response.succeeded else Outcome.WRONG_STATUS
        wanted = "a wrong password is refused with 400, 401 or 403, also one that is nearly right"
        examine.that(reply.status in REFUSALS, outcome, wanted, saw=reply)
    expect_account("that the right password opens after the wrong ones")


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
    cursor = examine.need(first.next_cursor, "a second page: the shop has fewer than three products")
    second = visitor.do(verbs.list_products(page_size=2, cursor=cursor))
    before, after = ({product.id for product in page.products} for page in (first, second.value))
    wanted = f"a second page with products that were not on the first, {sorted(before)}"
    others = bool(after) and not before & after
    examine.that(others, Outcome.WRONG_CONTENT, wanted, saw=second, observed=sorted(after))
    product = first.products[0]
    opened = visitor.do(verbs.open_product(product.id))
    seen = (opened.value.id, opened.value.name, opened.value.price)
    examine.equal(seen, (product.id, product.name, product.price), "the product as in the list", saw=opened)
    filtered = visitor.do(verbs.list_products(category_id=product.category_id, page_size=50))
    shown = {other.category_id for other in filtered.value.products}
    examine.equal(shown, {product.category_id}, "the categories of what a filter by category shows", saw=filtered)
    found = visitor.do(verbs.list_products(search=product.name, page_size=50))
    among = product.id in {other.id for other in found.value.products}
    names, wanted = [other.name for other in found.value.products][:5], f"{product.name!r} found by its name"
    examine.that(among, Outcome.WRONG_CONTENT, wanted, saw=found, observed=names)
    unheard = visitor.do(verbs.list_products(search=f"nobody{secrets.token_hex(8)}"))
    names = [other.name for other in unheard.value.products][:5]
    examine.equal(names, [], "the products found by a word that no product has", saw=unheard)
    unknown = visitor.do(verbs.open_product(str(secrets.randbelow(10**8) + 10**8)))
    examine.that(unknown.status == 404, Outcome.WRONG_STATUS, "404 for an id that no product has", saw=unknown)


@verifies("FLOW-003", effects={"writes", "signs in"})
def test_a_cart_is_filled_changed_and_emptied_and_reads_back(target: Shop, examine: Examination) -> None:
    """A cart shows what was put into it.

    A customer puts two of a product into the cart, sets the line to three, and empties the cart. After each of these
    the cart is read: it shows the quantity that was set, and a total that is the sum of its lines.
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
    emptied = customer.do(verbs.empty_cart())
    examine.that(emptied.worked, Outcome.WRONG_STATUS, "the cart is emptied", saw=emptied)
    expect_cart(0, "after it was emptied")


@verifies("FLOW-004", effects={"writes", "signs in"})
def test_an_order_is_placed_read_back_and_takes_its_stock(target: Shop, examine: Examination) -> None:
    """An order is what was in the cart, and takes it from the stock.

    A customer orders three of a product. The order has one line of three and its exact total; it reads back the same,
    it alone is in the customer's list of orders, and the product's stock is at least three lower than before.
    """
    customer, verbs = target.customer(), target.verbs
    found = _find_product(customer, target, lambda one: (one.stock or 0) >= 3)
    product = examine.need(found, "a product with a stock of three and without variants among the first twenty")
    customer.must(verbs.add_to_cart(product.id, 3))
    placed = customer.do(verbs.place_order())
    order = placed.value
    wanted = ([(product.id, 3)], 3 * product.price.amount)
    examine.equal(_content(order), wanted, f"lines and total of an order of 3 × {product.price}", saw=placed)
    opened = customer.do(verbs.open_order(order.id))
    examine.equal(opened.value, order, "the order as it was placed", saw=opened)
    listed = customer.do(verbs.list_orders())
    entries = [(one.id, one.total) for one in listed.value]
    examine.equal(entries, [(order.id, order.total)], "the customer's only order in the list", saw=listed)
    left = customer.do(verbs.open_product(product.id))
    most, stock = (product.stock or 0) - 3, left.value.stock
    fewer = stock is not None and stock <= most
    examine.that(fewer, Outcome.WRONG_CONTENT, f"at most {most} left", saw=left, observed=f"{stock} left")


def _find_product(customer: Visitor, shop: Shop, suits: Callable[[Product], bool]) -> Product | None:
    offered = customer.must(shop.verbs.list_products(page_size=20)).products
    opened = (customer.must(shop.verbs.open_product(product.id)) for product in offered)
    return next((product for product in opened if suits(product) and not product.variants), None)


def _content(bought: Cart | Order) -> tuple[object, object]:
    return [(line.product_id, line.quantity) for line in bought.lines], bought.total.amount
