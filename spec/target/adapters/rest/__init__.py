"""The default adapter: a REST backend with JSON.

Without any table in the profile it speaks to the reference shop's second version. Other paths, fields, forms of money,
ids and pages are a matter of the profile (`[adapter.paths]`, `[adapter.fields]`, `[adapter.settings]`); what these
cannot say takes a class of its own, which may derive from this one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

from spec.target.adapter_context import AdapterContext, NotOffered
from spec.target.adapters.rest.account_verbs import AccountVerbs
from spec.target.adapters.rest.cart_verbs import CartVerbs
from spec.target.adapters.rest.catalogue_verbs import CatalogueVerbs
from spec.target.adapters.rest.operation_verbs import OperationVerbs
from spec.target.adapters.rest.order_verbs import OrderVerbs
from spec.target.adapters.rest.staff_verbs import StaffVerbs


class Verbs(AccountVerbs, CatalogueVerbs, CartVerbs, OrderVerbs, StaffVerbs, OperationVerbs):
    """The verbs over REST and JSON. Raises ValueError where the profile's tables do not fit, or not each other."""

    def __init__(self, context: AdapterContext) -> None:
        super().__init__(context)
        for table, write in self._bodies():
            try:
                write()
            except NotOffered:
                continue
            except ValueError as error:
                raise ValueError(f"[adapter.fields.{table}] {error}") from error

    def _bodies(self) -> Iterator[tuple[str, Callable[[], object]]]:
        """Write each body once: two fields with places that exclude each other are found before anything is sent."""
        yield "registration", lambda: Verbs.register(self, "", "")
        yield "sign_in", lambda: Verbs.sign_in(self, "", "")
        yield "password_change", lambda: Verbs.change_password(self, "", "")
        yield "tokens", lambda: Verbs.refresh(self, "")
        yield "product", lambda: Verbs.change_product(self, "", name="", price=Decimal(1), stock=1)
        yield "product", lambda: Verbs.create_product(self, name="", price=Decimal(1), stock=1, category_id="")
        yield "category", lambda: Verbs.create_category(self, name="")
        yield "line", lambda: Verbs.add_to_cart(self, "", 1, "")
        yield "line", lambda: Verbs.change_line(self, "", 1)
        yield "review", lambda: Verbs.write_review(self, "", rating=1, title="", body="")
