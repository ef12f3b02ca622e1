"""The cart over HTTP: each account has one, and sees no other."""

from __future__ import annotations

from django.http import HttpResponse
from rest_framework.request import Request

from reference_app.api.operations import Access, operation
from reference_app.api.problems import DanglingReference
from reference_app.api.views import ShopView, answer, no_content
from reference_app.caching.http import Audience, respond
from reference_app.caching.keys import cart_key
from reference_app.cart import services
from reference_app.cart.problems import CartFull, QuantityExceeded
from reference_app.cart.rendering import render_cart, render_line
from reference_app.cart.selectors import list_lines
from reference_app.cart.shapes import CART, CART_LINE, AddLine, ChangeLine
from reference_app.catalogue.list_pages import encode


class CartView(ShopView):
    """The operations at /cart."""

    @operation(
        name="view_cart",
        summary="View the cart",
        description="The lines at present prices. Checkout takes the price of its own moment.",
        tag="Cart",
        access=Access.CUSTOMER,
        answers={200: CART},
        remembers_caller=True,
    )
    def get(self, request: Request) -> HttpResponse:
        """Return the cart of the caller, from the cache if it is there."""
        user_id = self.user.pk

        def produce() -> bytes:
            return encode(render_cart(self.version, list_lines(user_id=user_id)))

        return respond(request, cart_key(self.version, user_id), produce, audience=Audience.ONE_USER)

    @operation(
        name="empty_cart",
        summary="Empty the cart",
        description="Takes every line out.",
        tag="Cart",
        access=Access.CUSTOMER,
        answers={204: None},
    )
    def delete(self, request: Request) -> HttpResponse:
        """Empty the cart."""
        services.empty_cart(user_id=self.user.pk)
        return no_content()


class CartLineList(ShopView):
    """The operations at /cart/lines."""

    @operation(
        name="add_to_cart",
        summary="Add to the cart",
        description="Adds a quantity of a product, or of one of its variants. The same thing again adds up.",
        tag="Cart",
        access=Access.CUSTOMER,
        body=AddLine,
        answers={201: CART_LINE},
        problems=(CartFull, QuantityExceeded, DanglingReference),
        example={"product_id": 1, "quantity": 2},
    )
    def post(self, request: Request) -> HttpResponse:
        """Add to the cart; return the line as it is now."""
        line = services.add_line(user_id=self.user.pk, **self.body())
        location = f"{request.path}/{line.pk}"
        return answer(render_line(self.version, line), status=201, headers={"Location": location})


class CartLineDetail(ShopView):
    """The operations at /cart/lines/{line_id}."""

    @operation(
        name="change_line",
        summary="Change a line of the cart",
        description="Sets the quantity of a line.",
        tag="Cart",
        access=Access.CUSTOMER,
        body=ChangeLine,
        answers={200: CART_LINE},
        example={"quantity": 3},
    )
    def patch(self, request: Request, line_id: int) -> HttpResponse:
        """Change the line; return it as it is now."""
        line = services.change_line(user_id=self.user.pk, line_id=line_id, **self.body())
        return answer(render_line(self.version, line))

    @operation(
        name="remove_line",
        summary="Remove a line of the cart",
        description="Takes one line out.",
        tag="Cart",
        access=Access.CUSTOMER,
        answers={204: None},
    )
    def delete(self, request: Request, line_id: int) -> HttpResponse:
        """Take the line out."""
        services.remove_line(user_id=self.user.pk, line_id=line_id)
        return no_content()
