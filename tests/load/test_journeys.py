"""Shoppers, step by step, against answers that are right and answers that are not."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest

from load.assortment import count_pieces, deal_out, list_wares, search_terms
from load.journeys import Customer, Shoppers, Ware, planned_operations
from spec.target.adapters import load_adapter
from spec.target.values import Cart, CartLine, Category, Money, Order, Product, ProductPage, Tokens, Variant

PRICE = Money(Decimal("12.50"), "EUR")
CHAIR = Product("1", "Wooden chair", PRICE, in_stock=True, category_id="3", stock=5)
STOOL = Product("2", "Garden stool", PRICE, in_stock=True, category_id="4", stock=5)
LINE = CartLine("9", "1", None, 1, PRICE, PRICE)
NOTHING = Money(Decimal("0.00"), "EUR")


def make_shoppers() -> Shoppers:
    """Make shoppers with one customer, one ware and one term."""
    return Shoppers(
        load_adapter(), customers=(Customer("a@b.example", "secret"),), wares=(Ware("1", None, 5),), terms=("chair",)
    )


def test_a_browsing_shopper_opens_a_product_that_was_listed() -> None:
    journey = make_shoppers().begin("browse", random.Random(1))
    listing = next(journey)
    assert (listing.call.request.operation, listing.cacheable) == ("list products", True)
    assert listing.complaint(ProductPage((), None)) == "a product list without products"
    categories = journey.send(ProductPage((CHAIR,), None))
    assert categories.complaint(()) == "no category"
    assert categories.complaint((Category("3", "Chairs"),)) is None
    opened = journey.send((Category("3", "Chairs"),))
    assert opened.call.request.path == "/api/v2/products/1"
    assert opened.complaint(CHAIR) is None
    assert opened.complaint(STOOL) == "product 2 'Garden stool' instead of 1 'Wooden chair'"
    with pytest.raises(StopIteration):
        journey.send(CHAIR)


def test_a_searching_shopper_expects_the_word_in_a_name() -> None:
    search = next(make_shoppers().begin("search", random.Random(1)))
    assert search.call.request.query == (("search", "chair"),)
    assert search.complaint(ProductPage((STOOL, CHAIR), None)) is None
    assert search.complaint(ProductPage((STOOL,), None)) == "1 products, none of them named with 'chair'"
    assert search.complaint(ProductPage((), None)) == "0 products, none of them named with 'chair'"


def test_an_ordering_shopper_expects_the_ware_in_the_cart_and_the_total_of_the_cart() -> None:
    journey = make_shoppers().begin("order", random.Random(1))
    assert next(journey).call.request.operation == "sign in"
    add = journey.send(Tokens("token", "refresh"))
    assert ("Authorization", "Bearer token") in add.call.request.headers
    assert add.complaint(LINE) is None
    view = journey.send(LINE)
    assert view.cacheable is False
    assert view.complaint(Cart((), NOTHING)) == "0 lines, none of product 1"
    place = journey.send(Cart((LINE,), PRICE))
    assert place.complaint(Order("1", "N1", "placed", PRICE, (LINE,))) is None
    assert place.complaint(Order("1", "N1", "placed", NOTHING)) == "an order of 0.00 EUR for a cart of 12.50 EUR"


def test_the_mix_names_its_operations_beforehand() -> None:
    assert planned_operations(load_adapter(), {"search": 1, "sign_in": 2, "order": 0}) == (
        "search products",
        "sign in",
        "view cart",
    )


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
    variants = (Variant("a", PRICE, 0), Variant("b", PRICE, 2), Variant("c", PRICE, None))
    product = Product("1", "Shirt", PRICE, in_stock=True, category_id=None, stock=None, variants=variants)
    assert list_wares(product) == [Ware("1", "b", 2), Ware("1", "c", None)]
    assert list_wares(CHAIR) == [Ware("1", None, 5)]


def test_the_commonest_words_are_searched_first() -> None:
    names = ("Red oak chair", "Blue chair 2000", "Red armchair")
    products = [Product(str(place), name, PRICE, True, None) for place, name in enumerate(names)]
    assert search_terms(products) == ("chair", "armchair", "blue")
