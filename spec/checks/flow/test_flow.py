"""FLOW: what a shop is for. These come first in every run; what depends on them is blocked by them."""

from __future__ import annotations

import secrets

from spec.checking.examination import Examination, verifies
from spec.checking.outcomes import Outcome
from spec.target.shop import Shop

REFUSALS = frozenset({400, 401, 403})


@verifies("FLOW-001", effects={"writes", "signs in"})
def test_a_customer_registers_and_signs_in_and_a_wrong_password_is_refused(target: Shop, examine: Examination) -> None:
    """An account is opened, its password gives tokens that name it, and another password gives none."""
    visitor, credentials = target.visitor(), target.new_credentials()
    registered = visitor.do(target.verbs.register(credentials.email, credentials.password))
    account = registered.value
    signed_in = visitor.do(target.verbs.sign_in(credentials.email, credentials.password))
    customer = visitor.with_tokens(signed_in.value)
    me = customer.do(target.verbs.whoami())
    examine.expect(
        me.value.id == account.id and me.value.email.lower() == credentials.email.lower(),
        Outcome.WRONG_CONTENT,
        expected=f"the account {account.id} with {credentials.email}",
        observed=f"{me.value.id} with {me.value.email}",
        exchange=me.exchange,
    )
    near_misses = (credentials.password.swapcase(), credentials.password[:-1], f"{credentials.password}x")
    for password in (f"wrong-{secrets.token_urlsafe(12)}", *near_misses):
        wrong = visitor.do(target.verbs.sign_in(credentials.email, password))
        examine.expect(
            wrong.status in REFUSALS,
            Outcome.WRONG_PASSWORD_ACCEPTED if wrong.response.succeeded else Outcome.WRONG_STATUS,
            expected="a wrong password is refused with 400, 401 or 403, also one that is nearly right",
            observed=wrong.exchange.summary,
            exchange=wrong.exchange,
        )
    again = visitor.do(target.verbs.sign_in(credentials.email, credentials.password))
    me = visitor.with_tokens(again.value).do(target.verbs.whoami())
    examine.expect(
        me.value.id == account.id,
        Outcome.WRONG_CONTENT,
        expected="the right password signs in after the wrong ones",
        observed=me.exchange.summary,
        exchange=me.exchange,
    )


@verifies("FLOW-002")
def test_products_are_listed_paged_filtered_searched_and_opened(target: Shop, examine: Examination) -> None:
    """Two pages show different products, a filter and a search show what they promise, an unknown id is 404."""
    visitor, verbs = target.visitor(), target.verbs
    categories = visitor.do(verbs.list_categories())
    examine.expect(
        len(categories.value) > 0,
        Outcome.WRONG_CONTENT,
        expected="at least one category",
        observed="none",
        exchange=categories.exchange,
    )
    first = visitor.do(verbs.list_products(page_size=2)).value
    examine.require(first.next_cursor is not None, "the shop has fewer than three products to page through")
    second = visitor.do(verbs.list_products(page_size=2, cursor=first.next_cursor))
    seen = {product.id for product in first.products}
    examine.expect(
        len(second.value.products) > 0 and not seen & {product.id for product in second.value.products},
        Outcome.WRONG_CONTENT,
        expected="a second page with products that were not on the first",
        observed=f"{[product.id for product in second.value.products]} after {sorted(seen)}",
        exchange=second.exchange,
    )
    product = first.products[0]
    opened = visitor.do(verbs.open_product(product.id))
    examine.expect(
        (opened.value.id, opened.value.name, opened.value.price) == (product.id, product.name, product.price),
        Outcome.WRONG_CONTENT,
        expected=f"the product of the list: {product.name}, {product.price}",
        observed=f"{opened.value.name}, {opened.value.price}",
        exchange=opened.exchange,
    )
    filtered = visitor.do(verbs.list_products(category_id=product.category_id, page_size=50))
    strays = {other.category_id for other in filtered.value.products} - {product.category_id}
    examine.expect(
        len(filtered.value.products) > 0 and not strays,
        Outcome.WRONG_CONTENT,
        expected=f"only products of category {product.category_id}",
        observed=f"{len(filtered.value.products)} products, also of categories {sorted(map(str, strays))}",
        exchange=filtered.exchange,
    )
    found = visitor.do(verbs.list_products(search=product.name, page_size=50))
    examine.expect(
        product.id in {other.id for other in found.value.products},
        Outcome.WRONG_CONTENT,
        expected=f"{product.name!r} among the products found by its name",
        observed=[other.name for other in found.value.products][:5],
        exchange=found.exchange,
    )
    nobodys = visitor.do(verbs.list_products(search=f"nobody{secrets.token_hex(8)}"))
    examine.expect(
        nobodys.value.products == (),
        Outcome.WRONG_CONTENT,
        expected="nothing found for a word that no product has",
        observed=[other.name for other in nobodys.value.products][:5],
        exchange=nobodys.exchange,
    )
    unknown = visitor.do(verbs.open_product(str(secrets.randbelow(10**8) + 10**8)))
    examine.expect(
        unknown.status == 404,
        Outcome.WRONG_STATUS,
        expected="404 for an id that no product has",
        observed=unknown.exchange.summary,
        exchange=unknown.exchange,
    )


@verifies("FLOW-003", effects={"writes", "signs in"})
def test_a_cart_is_filled_changed_and_emptied_and_reads_back(target: Shop, examine: Examination) -> None:
    """What was put in is what the cart shows, with a total that is the sum of its lines."""
    customer, verbs = target.customer(), target.verbs
    offered = customer.must(verbs.list_products(page_size=20)).products
    details = (customer.must(verbs.open_product(product.id)) for product in offered)
    product = next((one for one in details if one.in_stock and not one.variants), None)
    examine.require(product is not None, "no product in stock and without variants among the first twenty")
    if product is None:
        return
    line = customer.do(verbs.add_to_cart(product.id, 2)).value
    filled = customer.do(verbs.view_cart())
    examine.expect(
        [(one.product_id, one.quantity) for one in filled.value.lines] == [(product.id, 2)]
        and filled.value.total.amount == 2 * product.price.amount,
        Outcome.WRONG_CONTENT,
        expected=f"one line of 2 × {product.price} and its total",
        observed=f"{filled.value.lines}, total {filled.value.total}",
        exchange=filled.exchange,
    )
    customer.do(verbs.change_line(line.id, 3)).value  # noqa: B018 - reading is the expectation
    changed = customer.do(verbs.view_cart())
    examine.expect(
        [one.quantity for one in changed.value.lines] == [3],
        Outcome.WRONG_CONTENT,
        expected="a line of 3",
        observed=f"{changed.value.lines}",
        exchange=changed.exchange,
    )
    emptied = customer.do(verbs.empty_cart())
    examine.expect(
        emptied.worked,
        Outcome.WRONG_STATUS,
        expected="the cart is emptied",
        observed=emptied.exchange.summary,
        exchange=emptied.exchange,
    )
    after = customer.do(verbs.view_cart())
    examine.expect(
        after.value.lines == () and after.value.total.amount == 0,
        Outcome.WRONG_CONTENT,
        expected="an empty cart with a total of zero",
        observed=f"{after.value.lines}, total {after.value.total}",
        exchange=after.exchange,
    )


@verifies("FLOW-004", effects={"writes", "signs in"})
def test_an_order_is_placed_read_back_and_takes_its_stock(target: Shop, examine: Examination) -> None:
    """An order of three shows the same in detail and in the list, and three fewer are left."""
    customer, verbs = target.customer(), target.verbs
    offered = customer.must(verbs.list_products(page_size=20)).products
    details = (customer.must(verbs.open_product(product.id)) for product in offered)
    product = next((one for one in details if (one.stock or 0) >= 3 and not one.variants), None)
    examine.require(product is not None, "no product with a stock of three among the first twenty")
    if product is None or product.stock is None:
        return
    customer.must(verbs.add_to_cart(product.id, 3))
    placed = customer.do(verbs.place_order())
    order = placed.value
    examine.expect(
        order.total.amount == 3 * product.price.amount
        and [(line.product_id, line.quantity) for line in order.lines] == [(product.id, 3)],
        Outcome.WRONG_CONTENT,
        expected=f"an order of 3 × {product.price}",
        observed=f"{order.lines}, total {order.total}",
        exchange=placed.exchange,
    )
    opened = customer.do(verbs.open_order(order.id))
    examine.expect(
        opened.value == order,
        Outcome.WRONG_CONTENT,
        expected=f"the order as it was placed: {order}",
        observed=opened.value,
        exchange=opened.exchange,
    )
    listed = customer.do(verbs.list_orders())
    examine.expect(
        [(one.id, one.total) for one in listed.value] == [(order.id, order.total)],
        Outcome.WRONG_CONTENT,
        expected=f"exactly the order {order.id}",
        observed=[one.id for one in listed.value],
        exchange=listed.exchange,
    )
    left = customer.do(verbs.open_product(product.id))
    examine.expect(
        left.value.stock is not None and left.value.stock <= product.stock - 3,
        Outcome.WRONG_CONTENT,
        expected=f"at most {product.stock - 3} left",
        observed=f"{left.value.stock} left",
        exchange=left.exchange,
    )
