"""Goods are found page by page, with no more requests from one budget than every shop admits in a minute."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, cast

import pytest

from spec.checking.outcomes import Blocked
from spec.surface.goods import Goods, find_goods, find_products
from spec.target.answer_kinds import AnswerKind, settle_by_status
from spec.target.exchange import Exchange, Response, UnexpectedAnswer
from spec.target.shop import Shop
from spec.target.values import UNTOLD, ListedProduct, Money, Product, ProductPage
from spec.target.visitor import PreparationFailed
from tests.support.samples import answered


@dataclass
class Shelves:
    """A shop whose products are numbered from 0, each with the stock that is told here."""

    stocks: list[int]
    tells_clients_apart: bool = True
    budget: int = 60
    refusal: int = 429
    grants_staff: bool = False
    asked: list[int] = field(default_factory=list)
    """Count the requests of each visitor."""
    sizes: set[int] = field(default_factory=set)

    @property
    def verbs(self) -> Shelves:
        """Its calls are the arguments themselves."""
        return self

    def list_products(self, *, page_size: int, cursor: str | None) -> tuple[int, str | None]:
        """A page from the cursor on."""
        self.sizes.add(page_size)
        return page_size, cursor

    def open_product(self, product_id: str) -> str:
        """One product."""
        return product_id

    def settle(self, response: Response) -> AnswerKind:
        """Name the kind of an answer."""
        return settle_by_status(response)

    def visitor(self) -> Looker:
        """Somebody with a budget of their own, or of everybody's."""
        if self.tells_clients_apart or not self.asked:
            self.asked.append(0)
        return Looker(self, len(self.asked) - 1)

    def show(self, number: int) -> Product:
        """The product with this number."""
        return Product(str(number), f"Chair {number}", Money(Decimal(1), "EUR"), True, None, self.stocks[number])


@dataclass
class Looker:
    """A visitor."""

    shop: Shelves
    number: int

    def must(self, call: Any) -> ProductPage | Product:
        """The answer, or a refusal beyond the budget."""
        self.shop.asked[self.number] += 1
        if self.shop.asked[self.number] > self.shop.budget:
            exchange: Exchange = answered(status=self.shop.refusal)
            error = UnexpectedAnswer("status 200", f"status {self.shop.refusal}")
            raise PreparationFailed("FLOW-002", exchange, str(error))
        if isinstance(call, str):
            return self.shop.show(int(call))
        size, cursor = call
        first = int(cursor or 0)
        end = first + size
        numbers = range(first, min(end, len(self.shop.stocks)))
        listed = (ListedProduct(str(number), f"Chair {number}", UNTOLD, UNTOLD, UNTOLD) for number in numbers)
        return ProductPage(tuple(listed), str(end) if end < len(self.shop.stocks) else None)


def test_goods_are_found_on_a_later_page_by_a_visitor_for_each() -> None:
    shelves = Shelves([0] * 45 + [10])
    assert find_goods(cast(Shop, shelves)) == Goods("45")
    assert (shelves.asked, shelves.sizes) == ([21, 21, 7], {20})


@pytest.mark.parametrize(("apart", "asked", "looked"), [(True, [21] * 5, 100), (False, [42], 40)])
def test_what_is_looked_through_stays_inside_each_budget(apart: bool, asked: list[int], looked: int) -> None:
    shelves = Shelves([0] * 200, tells_clients_apart=apart)
    with pytest.raises(Blocked, match=rf"^none of the first {looked} products has a stock of 10$"):
        find_goods(cast(Shop, shelves))
    assert shelves.asked == asked


def test_the_last_page_ends_the_search() -> None:
    shelves = Shelves([5] * 20)
    with pytest.raises(Blocked, match=r"^fewer than 21 products have a stock of 5 and no variants$"):
        find_products(cast(Shop, shelves), count=21, stock=5)
    assert shelves.asked == [21]


def test_a_budget_that_is_spent_blocks_and_any_other_refusal_is_the_flows() -> None:
    with pytest.raises(Blocked, match=r"^the budget was spent before goods were found: GET /products → 429$"):
        find_goods(cast(Shop, Shelves([0] * 20, budget=3)))
    with pytest.raises(PreparationFailed):
        find_goods(cast(Shop, Shelves([0] * 20, budget=3, refusal=403)))
