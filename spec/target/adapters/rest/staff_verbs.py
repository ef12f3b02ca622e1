"""The writing of the catalogue by staff over REST."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from spec.target.adapter_context import AdapterContext
from spec.target.adapters.rest.field_tables import UNTOLD_FIELD
from spec.target.adapters.rest.rest_verbs import RestVerbs
from spec.target.adapters.rest.written_bodies import put
from spec.target.steps import Verb
from spec.target.values import Category, Product

WRITTEN: Final = ("name", "price", "stock_quantity", "category_id")


class StaffVerbs(RestVerbs):
    """The verbs of staff. Raises ValueError where a new product has no place for something that it needs."""

    def __init__(self, context: AdapterContext) -> None:
        super().__init__(context)
        own, shared = self.fields.new_product, self.fields.product
        self._places: dict[str, str] = {
            name: getattr(shared, name) if getattr(own, name) is None else getattr(own, name) for name in WRITTEN
        }
        untold = next((name for name in WRITTEN if self._places[name] == UNTOLD_FIELD), None)
        if untold is not None and self.offers("create_product"):
            raise ValueError(
                f"[adapter.fields.new_product] {untold} has to be given, because products do not tell it; "
                f"or [adapter.settings] lacks has to name 'create_product'"
            )

    def create_product(self, *, name: str, price: Decimal, stock: int, category_id: str) -> Verb[Product]:
        category = self.settings.sent_id(category_id)
        body = self._product(
            "create_product", {"name": name, "price": price, "stock_quantity": stock, "category_id": category}
        )
        return self.showing("create_product", self.request("create_product", json=body), self.readings.product)

    def change_product(
        self, product_id: str, *, name: str | None = None, price: Decimal | None = None, stock: int | None = None
    ) -> Verb[Product]:
        body = self._product("change_product", {"name": name, "price": price, "stock_quantity": stock})
        request = self.request("change_product", parameters={"product_id": product_id}, json=body)
        return self.showing("change_product", request, self.readings.product)

    def withdraw_product(self, product_id: str) -> Verb[None]:
        request = self.request("withdraw_product", parameters={"product_id": product_id})
        return self.doing("withdraw_product", request)

    def create_category(self, *, name: str) -> Verb[Category]:
        request = self.request("create_category", json=self.body("create_category", (self.fields.category.name, name)))
        return self.showing("create_category", request, self.readings.category)

    def _product(self, verb: str, given: dict[str, object]) -> dict[str, object]:
        body = self.body(verb)
        for field, value in given.items():
            place = self.fields.body.request + self._places[field]
            if isinstance(value, Decimal):
                self.money.write(body, place, value)
            elif value is not None:
                put(body, place, value)
        return body
