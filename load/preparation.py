"""Prepare a target for shoppers: accounts to sign in with, and things to look at, search for and order."""

from __future__ import annotations

import math
import secrets
from collections.abc import Sequence
from typing import Final, TypeVar

from gevent.pool import Pool

from load.assortment import count_pieces, deal_out, list_wares, search_terms
from load.journeys import Customer, Shoppers, Ware
from load.load_client import ShopperClients
from load.load_plan import LoadPlan
from spec.target.cache_status import claims_hit
from spec.target.exchange import UnexpectedAnswer
from spec.target.values import Product
from spec.target.verbs import Call, ShopVerbs

T = TypeVar("T")

_AT_ONCE: Final = 4
"""Requests at the same time: enough to be quick, too few to be a load."""
_FEWEST_WARES: Final = 40
_MOST_PAGES: Final = 10


class PreparationError(Exception):
    """The target did not do what the load needs beforehand; the message is one sentence."""


class Preparation:
    """Prepares a target through its own verbs, each request as a client of its own."""

    def __init__(self, plan: LoadPlan, shop: ShopVerbs, clients: ShopperClients) -> None:
        self._plan = plan
        self._shop = shop
        self._clients = clients
        self.hits = 0
        """Answers that claimed to be cache hits."""

    def run(self) -> Shoppers:
        """Look at the catalogue and register the customers. Raises PreparationError."""
        products = self._products()
        categories = self._ask(self._shop.list_categories())
        needed = self._orders_to_come()
        wares = deal_out(self._wares(products, needed), needed)
        if len(wares) < needed:
            raise PreparationError(
                f"The plan places about {needed} orders, but the target offers only {len(wares)} pieces in stock."
            )
        return Shoppers(
            self._shop,
            customers=self._customers(),
            wares=wares,
            terms=search_terms(products),
            categories=tuple({product.category_id: None for product in products if product.category_id})
            or tuple(category.id for category in categories),
        )

    def _orders_to_come(self) -> int:
        """Bound the orders of the longest run: four standard deviations of a Poisson count above the mean."""
        plan = self._plan
        share = plan.mix.order / sum(plan.mix.weights.values())
        mean = plan.arrivals_per_second * share * (plan.warm_up_seconds + plan.looks[-1])
        return math.ceil(mean + 4 * math.sqrt(mean))

    def _products(self) -> list[Product]:
        page = self._ask(self._shop.list_products())
        products = list(page.products)
        for _ in range(_MOST_PAGES - 1):
            if page.next_cursor is None:
                break
            page = self._ask(self._shop.list_products(cursor=page.next_cursor))
            products += page.products
        if not products:
            raise PreparationError("The target lists no products, so there is nothing to shop for.")
        return products

    def _wares(self, products: Sequence[Product], needed: int) -> list[Ware]:
        """Collect things in stock, from as many products as the orders to come need."""
        wares: list[Ware] = []
        if not needed:
            return wares
        candidates = [product for product in products if product.in_stock]
        for start in range(0, len(candidates), _AT_ONCE):
            group = candidates[start : start + _AT_ONCE]
            for product in self._ask_all([self._shop.open_product(product.id) for product in group]):
                wares += list_wares(product)
            if len(wares) >= _FEWEST_WARES and count_pieces(wares) >= 2 * needed:
                break
        return wares

    def _customers(self) -> tuple[Customer, ...]:
        run = secrets.token_hex(6)
        customers = tuple(
            Customer(f"load-{run}-{number}@shopper.example", secrets.token_urlsafe(18))
            for number in range(self._plan.customers)
        )
        self._ask_all([self._shop.register(customer.email, customer.password) for customer in customers])
        return customers

    def _ask_all(self, calls: Sequence[Call[T]]) -> list[T]:
        pool = Pool(_AT_ONCE)
        try:
            return list(pool.imap(self._ask, calls))
        finally:
            pool.kill()

    def _ask(self, call: Call[T]) -> T:
        client = self._clients.open()
        try:
            answer = client.send(call.request)
            if answer.response is None:
                failure = answer.outcome.value if answer.outcome else "no answer"
                raise PreparationError(f'Before the load, "{call.request.operation}" failed: {failure}.')
            self.hits += bool(claims_hit(answer.response))
            return call.read(answer.response)
        except UnexpectedAnswer as error:
            raise PreparationError(f'Before the load, "{call.request.operation}" failed: {error}.') from error
        finally:
            client.close()
