"""Changes of reviews: writing one, and removing one."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from reference_app.api.problems import NotFound
from reference_app.caching.invalidation import invalidate
from reference_app.caching.keys import product_topic
from reference_app.catalogue.models import Product
from reference_app.locks import lock_product
from reference_app.reviews.models import Review
from reference_app.reviews.problems import AlreadyReviewed


@transaction.atomic(savepoint=False)
def remove_review(*, review_id: int) -> None:
    """Remove a review, by staff, and take it out of the product's rating. Raises NotFound."""
    review = Review.objects.filter(pk=review_id).first()
    if review is None or lock_product(review.product_id) is None:
        raise NotFound
    if Review.objects.filter(pk=review_id).delete()[0]:  # unless another request has done so while this one waited
        Product.objects.filter(pk=review.product_id).update(
            rating_sum=F("rating_sum") - review.rating, rating_count=F("rating_count") - 1
        )
        invalidate(product_topic(review.product_id))


@transaction.atomic(savepoint=False)
def write_review(*, user_id: int, product_id: int, rating: int, title: str, body: str) -> Review:
    """Write a review and count it in the product's rating. Raises NotFound, AlreadyReviewed.

    The product stays locked from the check to the insertion, so of two reviews at once the second is refused.
    """
    product = lock_product(product_id)
    if product is None or not product.is_active:
        raise NotFound
    if Review.objects.filter(product_id=product_id, user_id=user_id).exists():
        raise AlreadyReviewed
    review = Review.objects.create(product_id=product_id, user_id=user_id, rating=rating, title=title, body=body)
    Product.objects.filter(pk=product_id).update(
        rating_sum=F("rating_sum") + rating, rating_count=F("rating_count") + 1
    )
    invalidate(product_topic(product_id))
    return review
