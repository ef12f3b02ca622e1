"""Reads of reviews."""

from __future__ import annotations

from django.db.models import QuerySet

from reference_app.api.problems import NotFound
from reference_app.catalogue.models import Product
from reference_app.reviews.models import Review


def list_reviews(*, product_id: int) -> QuerySet[Review]:
    """Return the reviews of an active product with their authors, in no order yet. Raises NotFound."""
    if not Product.objects.filter(pk=product_id, is_active=True).exists():
        raise NotFound
    return Review.objects.filter(product_id=product_id).select_related("user")
