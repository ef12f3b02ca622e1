"""Orders over HTTP."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpResponse
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from reference_app.api.operations import Access, ByVersion, HeaderParameter, operation
from reference_app.api.pagination import CursorQuery, NumberQuery
from reference_app.api.problems import BrokenRequest, DanglingReference
from reference_app.api.serializers import NothingSerializer
from reference_app.api.views import ShopView, answer
from reference_app.catalogue.list_pages import encode, render_page
from reference_app.orders import idempotency, lifecycle, selectors
from reference_app.orders.checkout import place_order
from reference_app.orders.models import Order, OrderStatus
from reference_app.orders.problems import (
    CartEmpty,
    InsufficientStock,
    InvalidTransition,
    KeyReused,
    NotCancellable,
    ProductUnavailable,
    RequestInFlight,
)
from reference_app.orders.rendering import render_order, render_order_summary
from reference_app.orders.shapes import ORDER, ORDER_PAGE, ChangeStatus

NEWEST_FIRST = ("-created_at", "-id")
PRIVATE = {"Cache-Control": "private, no-store", "Vary": "Accept, Authorization"}
KEY_PARAMETER = HeaderParameter(
    name=idempotency.HEADER,
    description="A key of the client's own making. The same key never makes a second order.",
    schema=idempotency.KEY_SCHEMA,
)


class OrderList(ShopView):
    """The operations at /orders."""

    @operation(
        name="list_orders",
        summary="List your orders",
        description="Newest first, without their lines.",
        tag="Orders",
        access=Access.CUSTOMER,
        query=ByVersion(v1=NumberQuery, v2=CursorQuery),
        answers={200: ORDER_PAGE},
        problems=(DanglingReference,),
    )
    def get(self, request: Request) -> HttpResponse:
        """Return a page."""
        page = render_page(
            request,
            selectors.list_orders(user_id=self.user.pk),
            parameters=self.query(),
            ordering=NEWEST_FIRST,
            render=lambda order: render_order_summary(self.version, order),
        )
        return HttpResponse(page, content_type="application/json", headers=PRIVATE)

    @operation(
        name="place_order",
        summary="Place an order",
        description=(
            "Makes the cart an order at the prices of this moment, takes its stock and empties the cart. "
            "What is refused leaves everything as it was."
        ),
        tag="Orders",
        access=Access.CUSTOMER,
        body=NothingSerializer,
        headers=(KEY_PARAMETER,),
        answers={201: ORDER},
        problems=(CartEmpty, InsufficientStock, ProductUnavailable, RequestInFlight, KeyReused),
        example={},
        atomic=False,
    )
    def post(self, request: Request) -> HttpResponse:
        """Place the order and return it."""
        key = idempotency.read_key(request)
        body = self.read_body(key)
        with transaction.atomic():
            if key is None:
                made = self.make_order()
            else:
                made = idempotency.answer_once(
                    user_id=self.user.pk,
                    key=key,
                    fingerprint=idempotency.fingerprint_request(self.version, body),
                    produce=self.make_order,
                )
        return HttpResponse(made, status=201, content_type="application/json", headers=PRIVATE)

    def read_body(self, key: str | None) -> dict[str, Any]:
        """Return the body; an invalid one raises KeyReused if its key has been used."""
        try:
            return self.body()
        except (BrokenRequest, ValidationError):
            if key is not None and idempotency.is_known(user_id=self.user.pk, key=key):
                raise KeyReused from None
            raise

    def make_order(self) -> bytes:
        """Place the order and render it, in the transaction."""
        placed = place_order(user_id=self.user.pk)
        return encode(render_order(self.version, placed.order, placed.lines))


class OrderDetail(ShopView):
    """The operations at /orders/{order_id}."""

    @operation(
        name="open_order",
        summary="Open an order",
        description="One of your orders with its lines.",
        tag="Orders",
        access=Access.CUSTOMER,
        answers={200: ORDER},
    )
    def get(self, request: Request, order_id: int) -> HttpResponse:
        """Return the order."""
        return answer_order(self.version, selectors.open_order(user_id=self.user.pk, order_id=order_id))


class OrderCancellation(ShopView):
    """The operations at /orders/{order_id}/cancel."""

    @operation(
        name="cancel_order",
        summary="Cancel an order",
        description="Cancels one of your orders that has not been shipped, and puts its stock back.",
        tag="Orders",
        access=Access.CUSTOMER,
        answers={200: ORDER},
        problems=(NotCancellable,),
    )
    def post(self, request: Request, order_id: int) -> HttpResponse:
        """Cancel the order; return it as it is now."""
        return answer_order(self.version, lifecycle.cancel_order(user_id=self.user.pk, order_id=order_id))


class OrderProgress(ShopView):
    """The operations at /orders/{order_id}/status."""

    @operation(
        name="change_order_status",
        summary="Change the status of an order",
        description="Moves anybody's order on: placed, paid, shipped, delivered; or cancelled while it is not shipped.",
        tag="Orders",
        access=Access.STAFF,
        body=ChangeStatus,
        answers={200: ORDER},
        problems=(InvalidTransition,),
        example={"status": "paid"},
    )
    def post(self, request: Request, order_id: int) -> HttpResponse:
        """Change the status; return the order as it is now."""
        status = OrderStatus(self.body()["status"])
        return answer_order(self.version, lifecycle.change_status(order_id=order_id, status=status))


def answer_order(version: str, order: Order) -> HttpResponse:
    """Return 200 with an order and its lines."""
    return answer(render_order(version, order, selectors.list_lines(order)), headers=PRIVATE)
