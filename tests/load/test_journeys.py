"""Shoppers, step by step, against answers that are right and answers that are not."""

from __future__ import annotations

import random
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from load.assortment import count_pieces, deal_out, list_wares, search_terms
from load.journeys import Customers, CustomersExhausted, JourneyStep, Shoppers, Ware
from load.offered_mix import fit_mix
from spec.target.adapter_context import AdapterContext, NotOffered
from spec.target.adapters import load_adapter
from spec.target.exchange import Request
from spec.target.profile.adapter_table import DEFAULT_ADAPTER
from spec.target.session import Session
from spec.target.steps import first_request
from spec.target.values import (
    UNTOLD,
    Cart,
    CartLine,
    Category,
    ListedProduct,
    Money,
    Order,
    Product,
    ProductPage,
    Tokens,
    Variant,
)
from spec.target.verbs import ShopVerbs
from spec.target.windows.staff_window import Credentials
from tests.load.plans import make_plan, parse_plan

PRICE = Money(Decimal("12.50"), "EUR")
CHAIR = Product("1", "Wooden chair", PRICE, in_stock=True, category_id="3", stock=5)
STOOL = Product("2", "Garden stool", PRICE, in_stock=True, category_id="4", stock=5)
LISTED_CHAIR = ListedProduct("1", "Wooden chair", UNTOLD, UNTOLD, UNTOLD)
LISTED_STOOL = ListedProduct("2", "Garden stool", PRICE, True, "4")
LINE = CartLine("9", "1", None, 1, PRICE, PRICE)
NOTHING = Money(Decimal("0.00"), "EUR")
MIX = {"browse": 1, "search": 2, "sign_in": 3, "order": 4}


def make_verbs(*lacks: str) -> ShopVerbs:
    """Make the verbs of a shop that lacks some."""
    verbs = load_adapter(DEFAULT_ADAPTER, AdapterContext())
    verbs.lacks = frozenset(lacks)
    return verbs


def make_shoppers(*lacks: str) -> Shoppers:
    """Make shoppers with one customer, one ware and one term."""
    return Shoppers(
        make_verbs(*lacks),
        customers=(Credentials("a@b.example", "secret"),),
        wares=(Ware("1", None, 5),),
        terms=("chair",),
    )


def request_of(step: JourneyStep[Any]) -> Request:
    """Return the request that a step begins with, signed by its shopper."""
    return step.session.sign(first_request(step.verb, step.session))


def test_a_browsing_shopper_opens_a_product_that_was_listed() -> None:
    journey = make_shoppers().begin("browse", random.Random(1))
    listing = next(journey)
    assert (listing.verb.operation, listing.cacheable) == ("list products", True)
    assert listing.complaint(ProductPage((), None)) == "a product list without products"
    categories = journey.send(ProductPage((LISTED_CHAIR,), None))
    assert categories.complaint(()) == "no category"
    assert categories.complaint((Category("3", "Chairs"),)) is None
    opened = journey.send((Category("3", "Chairs"),))
    assert request_of(opened).path == "/api/v2/products/1"
    assert opened.complaint(CHAIR) is None
    assert opened.complaint(STOOL) == "product 2 'Garden stool' instead of 1 'Wooden chair'"
    with pytest.raises(StopIteration):
        journey.send(CHAIR)


def test_where_categories_are_not_listed_a_browsing_shopper_goes_on_without_them() -> None:
    journey = make_shoppers("list_categories").begin("browse", random.Random(1))
    next(journey)
    assert journey.send(ProductPage((LISTED_CHAIR,), None)).verb.operation == "open product"


def test_a_searching_shopper_expects_the_word_in_a_name() -> None:
    search = next(make_shoppers().begin("search", random.Random(1)))
    assert search.verb.operation == "search products"
    assert request_of(search).query == (("search", "chair"),)
    assert search.complaint(ProductPage((LISTED_STOOL, LISTED_CHAIR), None)) is None
    assert search.complaint(ProductPage((LISTED_STOOL,), None)) == "1 products, none of them named with 'chair'"
    assert search.complaint(ProductPage((), None)) == "0 products, none of them named with 'chair'"


def test_an_ordering_shopper_expects_the_ware_in_the_cart_and_the_total_of_the_cart() -> None:
    journey = make_shoppers().begin("order", random.Random(1))
    assert next(journey).verb.operation == "sign in"
    session = Session(Tokens("token", "refresh"))
    add = journey.send(session)
    assert add.session is session
    assert ("Authorization", "Bearer token") in request_of(add).headers
    assert add.complaint(LINE) is None
    view = journey.send(LINE)
    assert (view.session, view.cacheable) == (session, False)
    assert view.complaint(Cart((), NOTHING)) == "0 lines, none of product 1"
    place = journey.send(Cart((LINE,), PRICE))
    assert place.session is session
    assert place.complaint(Order("1", "N1", "placed", PRICE, (LINE,))) is None
    assert (
        place.complaint(Order("1", "N1", "placed", NOTHING))
        == "an order of goods for 0.00 EUR from a cart of 12.50 EUR"
    )


def test_two_shoppers_have_two_memories() -> None:
    shoppers = make_shoppers()
    first, second = (next(shoppers.begin("browse", random.Random(1))) for _ in range(2))
    assert first.session is not second.session


def test_a_customer_shops_for_one_at_a_time_until_the_journey_ends() -> None:
    shoppers = make_shoppers()
    journey = shoppers.begin("sign_in", random.Random(1))
    next(journey)
    with pytest.raises(
        CustomersExhausted,
        match="all 1 accounts were in use, since shoppers waited longer than the time-out of one request",
    ):
        next(shoppers.begin("order", random.Random(1)))
    journey.close()
    next(shoppers.begin("order", random.Random(1)))


def test_the_customer_who_has_rested_longest_is_lent() -> None:
    people = [Credentials(name, "secret") for name in "abc"]
    customers = Customers(people)
    with customers.lent(), customers.lent() as second:
        assert second is people[1]
    lent = []
    for _ in people:
        with customers.lent() as one:
            lent.append(one.email)
    assert lent == ["c", "b", "a"]


def fitted(*lacks: str, mix: Mapping[str, float] = MIX, **changes: object) -> tuple[dict[str, float], tuple[str, ...]]:
    """Fit a mix to a shop that lacks some verbs: the weights, and what was left out."""
    found = fit_mix(make_verbs(*lacks), parse_plan(make_plan(mix=mix, customers=3, **changes)))
    return {str(journey): weight for journey, weight in found.weights.items()}, found.left_out


def test_the_mix_names_its_operations_beforehand() -> None:
    plan = parse_plan(make_plan(mix={"browse": 1, "sign_in": 2, "order": 0}, customers=3))
    assert fit_mix(make_verbs("list_categories"), plan).operations == (
        "list products",
        "open product",
        "sign in",
        "view cart",
    )


def test_of_a_shop_that_offers_all_nothing_is_left_out() -> None:
    assert fitted() == (MIX, ())


def test_a_search_that_is_not_offered_leaves_the_mix() -> None:
    assert fitted("list_products.search") == ({"browse": 1, "sign_in": 3, "order": 4}, ("search products",))


def test_a_filter_that_is_not_offered_is_named_and_leaves_the_journey() -> None:
    assert fitted("list_products.category_id", "list_categories") == (
        MIX,
        ("filter products by category", "list categories"),
    )


@pytest.mark.parametrize(
    ("lacks", "mix"),
    [
        ("place_order", MIX),
        ("add_to_cart", {"order": 1}),
        ("view_cart", {"sign_in": 1}),
        ("open_product", {"browse": 1}),
        ("list_products.search", {"search": 1}),
        ("register", {"order": 1}),
    ],
)
def test_a_load_that_would_be_another_one_is_refused(lacks: str, mix: Mapping[str, float]) -> None:
    with pytest.raises(NotOffered) as refusal:
        fitted(lacks, mix=mix)
    assert refusal.value.name == lacks


def test_a_verb_of_a_journey_outside_the_mix_may_lack() -> None:
    assert fitted("place_order", "register", mix={"search": 1}) == ({"search": 1}, ())


def test_brought_customers_need_no_registration() -> None:
    accounts = {"customers": [{"email": "a@b.example", "password": {"variable": "SECRET"}}]}
    assert fitted("register", mix={"order": 1}, accounts=accounts) == ({"order": 1}, ())


def test_wares_are_dealt_in_turns_and_never_more_often_than_they_are_in_stock() -> None:
    wares = (Ware("1", None, 1), Ware("2", "a", 3), Ware("3", None, 2))
    assert [ware.product_id for ware in deal_out(wares, 5)] == ["1", "2", "3", "2", "3"]
    assert len(deal_out(wares, 100)) == 6
    assert deal_out(wares, 0) == ()


def test_a_ware_that_does_not_tell_its_stock_never_runs_out() -> None:
    ware = Ware("1", None, None)
    assert deal_out((ware,), 3) == (ware, ware, ware)
    assert count_pieces((ware,)) == float("inf")


def test_of_a_product_with_variants_those_in_stock_are_wares() -> None:
    variants = (Variant("a", PRICE, 0), Variant("b", PRICE, 2), Variant("c", PRICE, UNTOLD))
    product = Product("1", "Shirt", PRICE, in_stock=True, category_id=None, stock=UNTOLD, variants=variants)
    assert list_wares(product) == [Ware("1", "b", 2), Ware("1", "c", None)]
    assert list_wares(CHAIR) == [Ware("1", None, 5)]


@pytest.mark.parametrize(("in_stock", "wares"), [(True, [Ware("1", None, None)]), (False, [])])
def test_where_a_stock_is_untold_the_product_itself_says_if_it_can_be_ordered(
    in_stock: bool, wares: list[Ware]
) -> None:
    assert list_wares(Product("1", "Chair", PRICE, in_stock=in_stock, category_id=UNTOLD)) == wares


def test_the_commonest_words_are_searched_first() -> None:
    names = ("Red oak chair", "Blue chair 2000", "Red armchair")
    products = [ListedProduct(str(place), name, UNTOLD, UNTOLD, None) for place, name in enumerate(names)]
    assert search_terms(products) == ("chair", "armchair", "blue")
