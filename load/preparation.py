"""Prepare a target for shoppers: accounts to sign in with, and things to look at, search for and order."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final, Never, TypeVar

from gevent.pool import Pool

from load.assortment import count_pieces, deal_out, list_wares, search_terms
from load.journeys import Shoppers, Ware
from load.load_plan import SIGNED_IN, LoadPlan
from load.needs import count_accounts, count_orders, count_signed_in
from load.offered_mix import OfferedMix
from spec.target.cache_status import claims_hit
from spec.target.exchange import Request
from spec.target.redaction import redact_text
from spec.target.session import Session
from spec.target.steps import Part, Verb, walk
from spec.target.values import UNTOLD, ListedProduct
from spec.target.verbs import ShopVerbs
from spec.target.windows.staff_window import Credentials

if TYPE_CHECKING:
    # It imports locust, which replaces the standard library's sockets.
    from load.load_client import ReceivedAnswer, ShopperClients

T = TypeVar("T")

_AT_ONCE: Final = 4
"""Requests at the same time: enough to be quick, too few to be a load."""
_FEWEST_WARES: Final = 40
_MOST_PAGES: Final = 10
_MOST_CATEGORIES: Final = 20


class PreparationError(Exception):
    """The target did not do what the load needs beforehand; the message is one sentence."""


class Preparation:
    """Prepares a target through its own verbs, each of them as a client of its own."""

    def __init__(
        self,
        plan: LoadPlan,
        shop: ShopVerbs,
        clients: ShopperClients,
        mix: OfferedMix,
        brought: tuple[Credentials, ...],
    ) -> None:
        """`brought` are accounts that are there already; without them as many as are needed are registered."""
        self._plan = plan
        self._shop = shop
        self._clients = clients
        self._mix = mix
        self._brought = brought
        self.hits = 0
        """Answers that claimed to be cache hits."""

    def run(self) -> Shoppers:
        """Look at the catalogue, and register the customers or empty the carts of those brought.

        Raises PreparationError, for too few accounts before the first request.
        """
        accounts = self._accounts_needed()
        products = self._products()
        needed = count_orders(self._plan, self._mix.weights)
        wares = deal_out(self._wares(products, needed), needed)
        if len(wares) < needed:
            raise PreparationError(
                f"The plan places about {needed} orders, but the target offers only {len(wares)} pieces in stock."
            )
        return Shoppers(
            self._shop,
            customers=self._customers(accounts),
            wares=wares,
            terms=search_terms(products),
            categories=self._categories(products),
        )

    def _accounts_needed(self) -> int:
        """Count the accounts that the load needs. With fewer it would end where the target is slow, not tell so."""
        plan, weights = self._plan, self._mix.weights
        needed = count_accounts(plan, weights)
        if self._brought and len(self._brought) < needed:
            raise PreparationError(
                f"The load needs {needed} accounts, as {count_signed_in(plan, weights):.3g} shoppers a second sign in "
                "and each may take as long as the time-out of a request and the pauses; "
                f"[accounts] brings {len(self._brought)}."
            )
        return needed

    def _products(self) -> list[ListedProduct]:
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

    def _categories(self, products: Sequence[ListedProduct]) -> tuple[str, ...]:
        """Find categories with products in them; none where lists cannot be filtered."""
        if "browse" not in self._mix.weights or not self._shop.offers("list_products.category_id"):
            return ()
        told = dict.fromkeys(
            product.category_id for product in products if product.category_id and product.category_id is not UNTOLD
        )
        if told or not self._shop.offers("list_categories"):
            return tuple(told)
        # The list does not tell, and a category may be empty.
        listed = [category.id for category in self._ask(self._shop.list_categories())[:_MOST_CATEGORIES]]
        pages = self._ask_all([self._shop.list_products(category_id=category) for category in listed])
        return tuple(category for category, page in zip(listed, pages, strict=True) if page.products)

    def _wares(self, products: Sequence[ListedProduct], needed: int) -> list[Ware]:
        """Collect things in stock, from as many products as the orders to come need."""
        wares: list[Ware] = []
        if not needed:
            return wares
        # A list that does not tell is no reason to pass a product by: its own page tells.
        candidates = [product for product in products if product.in_stock is not False]
        for start in range(0, len(candidates), _AT_ONCE):
            group = candidates[start : start + _AT_ONCE]
            for product in self._ask_all([self._shop.open_product(product.id) for product in group]):
                wares += list_wares(product)
            if len(wares) >= _FEWEST_WARES and count_pieces(wares) >= 2 * needed:
                break
        return wares

    def _customers(self, needed: int) -> tuple[Credentials, ...]:
        if not SIGNED_IN & set(self._mix.weights):
            return ()
        if self._brought:
            self._all([partial(self._empty_cart, customer) for customer in self._brought])
            return self._brought
        run = secrets.token_hex(6)
        customers = tuple(
            Credentials(f"load-{run}-{number}@shopper.example", secrets.token_urlsafe(18))
            for number in range(max(self._plan.customers, needed))
        )
        self._ask_all([self._shop.register(customer.email, customer.password) for customer in customers])
        return customers

    def _empty_cart(self, customer: Credentials) -> None:
        session = self._ask(self._shop.sign_in(customer.email, customer.password), secret=customer.password)
        if self._shop.offers("empty_cart"):
            self._ask(self._shop.empty_cart(), session)

    def _ask_all(self, verbs: Sequence[Verb[T]]) -> list[T]:
        return self._all([partial(self._ask, verb) for verb in verbs])

    def _all(self, jobs: Sequence[Callable[[], T]]) -> list[T]:
        """Do a few jobs at a time. Raises what the first that fails raised, and leaves the rest undone."""
        pool = Pool(_AT_ONCE)
        try:
            return [ended() for ended in pool.imap(_attempt, jobs)]
        finally:
            pool.kill()

    def _ask(self, verb: Verb[T], session: Session | None = None, *, secret: str = "") -> T:
        session = self._shop.stranger() if session is None else session
        client = self._clients.open()

        def send(request: Request, _part: Part) -> ReceivedAnswer:
            answer = client.send(request)
            self.hits += bool(claims_hit(answer.response))
            return answer

        try:
            walked = walk(verb, session, send)
        finally:
            client.close()
        if walked.last.response is None:
            failure = walked.last.outcome.value if walked.last.outcome else "no answer"
            raise PreparationError(f'Before the load, "{verb.operation}" failed: {failure}.')
        if walked.refusal is not None:
            known = {*session.secrets(), secret} - {""}
            told = redact_text(str(walked.refusal), known).text
            raise PreparationError(f'Before the load, "{verb.operation}" failed: {told}.')
        return walked.read()


def _attempt(job: Callable[[], T]) -> Callable[[], T]:
    """Do a job; its result, or what it raised, comes when it is asked for.

    A greenlet that raises would write a stack trace of its own.
    """
    try:
        result = job()
    except Exception as error:  # noqa: BLE001 - raised again by who asks
        return partial(_raise, error)
    return lambda: result


def _raise(error: Exception) -> Never:
    raise error
