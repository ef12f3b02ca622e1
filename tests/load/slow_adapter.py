"""An adapter that takes so long to read an answer that the generator cannot keep its schedule."""

import time

from spec.target.adapters import rest
from spec.target.steps import Verb
from spec.target.values import ProductPage


class Verbs(rest.Verbs):
    """Reading a search result occupies the one thread of the generator for a tenth of a second."""

    def list_products(
        self,
        *,
        search: str | None = None,
        category_id: str | None = None,
        ordering: str | None = None,
        page_size: int | None = None,
        cursor: str | None = None,
    ) -> Verb[ProductPage]:
        verb = super().list_products(
            search=search, category_id=category_id, ordering=ordering, page_size=page_size, cursor=cursor
        )
        return verb if search is None else verb.map(slowly)


def slowly(page: ProductPage) -> ProductPage:
    """Hand the page on, late. Under gevent's patches time.sleep would let others run, so this burns the time."""
    until = time.perf_counter() + 0.1
    while time.perf_counter() < until:
        pass
    return page
