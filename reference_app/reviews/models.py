"""Reviews: one for each product and user."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from reference_app.catalogue.models import Product


class Review(models.Model):
    """A rating from 1 to 5 with a few words. It outlives its author's account, without the name."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="reviews", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="reviews")
    rating = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=150)
    body = models.CharField(max_length=4000)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "user"], name="review_once_a_product_and_user"),
            models.CheckConstraint(condition=Q(rating__gte=1, rating__lte=5), name="review_rating_one_to_five"),
        ]
        indexes = [models.Index(fields=["product", "created_at", "id"], name="review_product_created_at")]

    def __str__(self) -> str:
        return f"{self.rating}/5 {self.title}"
