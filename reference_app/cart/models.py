"""The cart: one for each user, made when the first thing is put in; reading never makes one."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from reference_app.catalogue.models import Product, Variant

MAX_QUANTITY = 999  # of one thing in one cart
MAX_LINES = 100  # keeps a cart, its answer and its checkout bounded


class Cart(models.Model):
    """The row that is locked while a cart changes or becomes an order."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="cart")

    def __str__(self) -> str:
        return f"cart of user {self.user_id}"


class CartLine(models.Model):
    """A quantity of one thing. Its price is the present one of the product, so none is stored."""

    cart = models.ForeignKey(Cart, on_delete=models.CASCADE, related_name="lines", db_index=False)
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+")
    variant = models.ForeignKey(Variant, null=True, on_delete=models.CASCADE, related_name="+")
    quantity = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            # NULLS NOT DISTINCT (PostgreSQL 15): a product without variants has one line too, not many.
            models.UniqueConstraint(
                fields=["cart", "product", "variant"], nulls_distinct=False, name="cart_line_once_a_thing"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, quantity__lte=MAX_QUANTITY), name="cart_line_quantity_bounded"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of product {self.product_id}"
