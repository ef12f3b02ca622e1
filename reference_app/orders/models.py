"""Orders, and the keys that make placing one idempotent.

An order copies what it needs: later changes of products or carts never touch it.
"""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from reference_app.catalogue.models import Product, Variant


class OrderStatus(models.TextChoices):
    """The status of an order; `lifecycle` says which may follow."""

    PLACED = "placed"
    PAID = "paid"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"


class Order(models.Model):
    """A purchase of a customer, at the prices of that moment."""

    number = models.CharField(max_length=20)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="orders", db_index=False)
    status = models.CharField(max_length=10, choices=OrderStatus.choices, default=OrderStatus.PLACED)
    total = models.DecimalField(max_digits=16, decimal_places=2, default=Decimal(0))
    currency = models.CharField(max_length=3)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number"], name="order_number_unique"),
            models.CheckConstraint(condition=Q(total__gte=0), name="order_total_not_negative"),
            models.CheckConstraint(condition=Q(status__in=OrderStatus.values), name="order_status_known"),
        ]
        # roadmap 2.1; the index on the number is that of its constraint.
        indexes = [
            models.Index(fields=["user", "status"], name="order_user_status"),
            models.Index(fields=["user", "created_at", "id"], name="order_user_created_at"),
            models.Index(fields=["created_at", "id"], name="order_created_at"),
        ]

    def __str__(self) -> str:
        return self.number


class OrderLine(models.Model):
    """A quantity of one thing with the name and price that it had; `line_total` is exactly their product."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    variant = models.ForeignKey(Variant, null=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=310)  # product name, separator, variant name
    quantity = models.PositiveSmallIntegerField()
    unit_price = models.DecimalField(max_digits=10, decimal_places=2)
    line_total = models.DecimalField(max_digits=14, decimal_places=2)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gte=1), name="order_line_quantity_positive"),
            models.CheckConstraint(condition=Q(unit_price__gt=0), name="order_line_price_positive"),
            models.CheckConstraint(
                condition=Q(line_total=F("quantity") * F("unit_price")), name="order_line_total_exact"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.name}"


class IdempotencyKey(models.Model):
    """The answer that was given to a request with this key (draft-ietf-httpapi-idempotency-key-header).

    The row is written in the transaction of the order: it exists exactly when the order does. A second request with the
    same key waits on the unique index until that transaction has ended, and then finds the answer.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="idempotency_keys", db_index=False
    )
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    answer = models.BinaryField(default=b"")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="idempotency_key_once_a_user")]
        indexes = [models.Index(fields=["created_at"], name="idempotency_key_created_at")]

    def __str__(self) -> str:
        return self.key
