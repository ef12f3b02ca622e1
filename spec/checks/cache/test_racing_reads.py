"""CACHE-002 under load: readers who race a write see it once it is acknowledged."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from spec.checking.examination import Examination, verifies
from spec.checks.support.concurrency import Race, Reader
from spec.surface.goods import LARGEST_PAGE, all_categories, front_name
from spec.target.shop import Shop
from spec.target.steps import Verb
from spec.target.values import UNTOLD, ProductPage

WRITES: Final = 50
"""Writes of each race, in quick runs too: with half of them a shop that stores too late is overlooked now and then."""
READERS_A_SURFACE: Final = 2
CATEGORIES: Final = 40
"""Categories that are added one by one: fewer than the smallest page holds."""
PAGE_SIZES: Final = tuple(range(LARGEST_PAGE, LARGEST_PAGE - 6, -1))
"""Lists are read at each of these sizes: one content under six keys."""


@verifies("CACHE-002", effects={"writes", "signs in"})
def test_nothing_is_stale_to_readers_who_race_the_write(roomy: Shop, examine: Examination) -> None:
    """A read that begins after a write was acknowledged shows it, also while others read and write.

    Three races: a price rises by a cent with each write, categories are added one by one, and the quantity of a cart's
    line rises by one. Meanwhile readers never stop reading what shows it: the product's page, lists and searches of six
    sizes, the list of categories, the cart (its price where the declared policy is the present one). No read shows less
    than what was acknowledged before it began, and when all is over each shows exactly the last write.
    """
    _race_price(roomy, examine)
    _race_cart(roomy, examine)
    writes, absent = 2 * WRITES, [one for one in ("create_category", "list_categories") if not roomy.verbs.offers(one)]
    if absent:
        examine.note(f"No categories were raced: the target does not offer {', '.join(absent)}.")
    else:
        _race_categories(roomy, examine)
        writes += CATEGORIES
    examine.note(f"{examine.stated} reads raced {writes} writes")


def _race_price(shop: Shop, examine: Examination) -> None:
    verbs, staff, customer = shop.verbs, shop.staff, shop.customer()
    # Only a category of this race alone lists its product on every page.
    own = staff.must(verbs.create_category(name=shop.unique_name("race"))) if verbs.offers("create_category") else None
    category = own or shop.category()
    word = shop.unique_name("racing").replace("-", "")
    offer = verbs.create_product(name=f"{word} lamp", price=Decimal("10.00"), stock=5, category_id=category.id)
    product = staff.must(offer)
    customer.must(verbs.add_to_cart(product.id, 1))
    surfaces = {"price on the detail": [verbs.open_product(product.id).map(lambda shown: _cents([shown.price.amount]))]}
    for name, pages in _lists_of(shop, own.id if own else None, word).items():
        surfaces[name] = [page.map(_page_cents) for page in pages]
    readers = []
    for _ in range(READERS_A_SURFACE):
        visitor = shop.visitor()
        readers += [Reader(name, visitor, pages) for name, pages in surfaces.items()]
        # A price that was kept in the cart does not rise.
        if shop.profile.policies.get("price_change") == "current":
            cart = verbs.view_cart().map(lambda shown: _cents(line.unit_price.amount for line in shown.lines))
            readers.append(Reader("price in the cart", customer, [cart]))

    def write(cents: int) -> None:
        staff.must(verbs.change_product(product.id, price=Decimal(cents) / 100))

    Race(examine, readers, start=1000).run(WRITES, write)
    examine.note(f"prices were read on {len({reader.surface for reader in readers})} of 4 surfaces")


def _lists_of(shop: Shop, category_id: str | None, word: str) -> dict[str, list[Verb[ProductPage]]]:
    """Return the lists that the shop offers of one product, at each size, where they tell its price."""
    offered: dict[str, list[Verb[ProductPage]]] = {}
    if category_id is not None and shop.verbs.offers("list_products.category_id"):
        sized = [shop.verbs.list_products(category_id=category_id, page_size=size) for size in PAGE_SIZES]
        offered["price in the list"] = sized
    if shop.verbs.offers("list_products.search"):
        offered["price in the search"] = [shop.verbs.list_products(search=word, page_size=size) for size in PAGE_SIZES]
    return {name: pages for name, pages in offered.items() if _tells_prices(shop.visitor().must(pages[0]))}


def _race_categories(shop: Shop, examine: Examination) -> None:
    names = [front_name(shop) for _ in range(CATEGORIES)]
    pages = [
        all_categories(shop.verbs, size).map(lambda listed: len({one.name for one in listed} & set(names)))
        for size in PAGE_SIZES
    ]
    readers = [Reader("number of new categories", shop.visitor(), pages) for _ in range(2 * READERS_A_SURFACE)]

    def write(count: int) -> None:
        shop.staff.must(shop.verbs.create_category(name=names[count - 1]))

    Race(examine, readers, start=0).run(CATEGORIES, write)


def _race_cart(shop: Shop, examine: Examination) -> None:
    product, customer = shop.new_product(stock=WRITES + 1), shop.customer()
    line = customer.must(shop.verbs.add_to_cart(product.id, 1))
    cart = shop.verbs.view_cart().map(lambda shown: sum(one.quantity for one in shown.lines))
    readers = [Reader("quantity in the cart", customer, [cart]) for _ in range(2 * READERS_A_SURFACE)]

    def write(quantity: int) -> None:
        customer.must(shop.verbs.change_line(line.id, quantity))

    Race(examine, readers, start=1).run(WRITES, write)


def _tells_prices(page: ProductPage) -> bool:
    return all(product.price is not UNTOLD for product in page.products)


def _page_cents(page: ProductPage) -> int:
    return _cents(product.price.amount for product in page.products if product.price is not UNTOLD)


def _cents(prices: Iterable[Decimal]) -> int:
    return int(max(prices, default=Decimal(0)) * 100)
