"""An adapter with a bug: reading a search result divides by zero."""

from spec.target.adapters import rest
from spec.target.exchange import Response
from spec.target.values import ProductPage
from spec.target.verbs import Call


class Verbs(rest.Verbs):
    """Breaks at the first search."""

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
        return Call(call.request, divide, call.flow) if search else call


def divide(response: Response) -> ProductPage:
    """The bug."""
    raise ZeroDivisionError(response.status // 0)
