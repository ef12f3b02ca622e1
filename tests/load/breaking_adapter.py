"""An adapter with bugs: reading a search result divides by zero, and registering wants a shoe size."""

from dataclasses import replace

from spec.target.adapter_context import AdapterContext
from spec.target.adapters import rest
from spec.target.session import Session
from spec.target.steps import Steps, Verb
from spec.target.values import Account, ProductPage


class Verbs(rest.Verbs):
    """Breaks at the first search, and with `[adapter.settings] breaks` at the first registration."""

    def __init__(self, context: AdapterContext) -> None:
        settings = dict(context.settings)
        self._breaks = bool(settings.pop("breaks", False))
        super().__init__(replace(context, settings=settings))

    def register(self, email: str, password: str) -> Verb[Account]:
        verb = super().register(email, password)
        return verb.map(lambda account: vars(self)["shoe size"]) if self._breaks else verb

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
        if search is None:
            return verb

        def steps(session: Session) -> Steps[ProductPage]:
            page = yield from verb.steps(session)
            raise ZeroDivisionError(f"{len(page.products)} by nothing")

        return self.make("list_products", steps)
