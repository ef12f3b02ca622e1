"""Orders over REST."""

from __future__ import annotations

from spec.target.adapters.rest.rest_verbs import RestVerbs
from spec.target.steps import Verb
from spec.target.values import Order


class OrderVerbs(RestVerbs):
    """The verbs by which orders are placed, read and taken back."""

    def place_order(self, idempotency_key: str | None = None) -> Verb[Order]:
        verb = self.showing(
            "place_order", self.request("place_order", json=self.body("place_order")), self.readings.order
        )
        return verb if idempotency_key is None else verb.with_header("Idempotency-Key", idempotency_key)

    def open_order(self, order_id: str) -> Verb[Order]:
        request = self.request("open_order", parameters={"order_id": order_id})
        return self.showing("open_order", request, self.readings.order)

    def list_orders(self, *, page_size: int | None = None) -> Verb[tuple[Order, ...]]:
        request = self.request("list_orders", query={self.fields.query.page_size: page_size})
        read, place = self.readings.order, self.fields.lists.orders
        return self.reading("list_orders", request, lambda answer: self.readings.listed(answer.json(), place, read))

    def cancel_order(self, order_id: str) -> Verb[Order]:
        request = self.request("cancel_order", parameters={"order_id": order_id}, json=self.body("cancel_order"))
        return self.showing("cancel_order", request, self.readings.order)
