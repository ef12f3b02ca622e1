"""An adapter that takes so long to read an answer that the generator cannot keep its schedule."""

import time

from spec.target.adapters import rest
from spec.target.exchange import Response
from spec.target.values import ProductPage
from spec.target.verbs import Call


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
    ) -> Call[ProductPage]:
        call = super().list_products(
            search=search, category_id=category_id, ordering=ordering, page_size=page_size, cursor=cursor
        )
        return Call(call.request, lambda response: slowly(call, response), call.flow) if search else call


def slowly(call: Call[ProductPage], response: Response) -> ProductPage:
    """Read the answer, late. Under gevent's patches time.sleep would let others run, so this burns the time."""
    until = time.perf_counter() + 0.1
    while time.perf_counter() < until:
        pass
    return call.read(response)
