"""Reviews over HTTP."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.request import Request

from reference_app.api.fields import Reference, Text, Whole
from reference_app.api.operations import Access, ByVersion, operation
from reference_app.api.pagination import CursorQuery, NumberQuery
from reference_app.api.problems import DanglingReference
from reference_app.api.serializers import StrictSerializer
from reference_app.api.views import ShopView, answer
from reference_app.caching.keys import review_list_key
from reference_app.catalogue.list_pages import render_page
from reference_app.catalogue.shapes import Links, NumberedLinks
from reference_app.reviews.models import Review
from reference_app.reviews.problems import AlreadyReviewed
from reference_app.reviews.selectors import list_reviews
from reference_app.reviews.services import write_review

NEWEST_FIRST = ("-created_at", "-id")
ANONYMOUS = "A customer"  # of an account without a name, or one that is gone; never the e-mail address


class WriteReview(StrictSerializer):
    """A review as its author writes it."""

    rating = Whole(min_value=1, max_value=5)
    title = Text(max_length=150)
    body = Text(max_length=4000)


class ReviewAnswer(serializers.Serializer[Any]):
    """A review as all readers see it."""

    id = Reference()
    rating = Whole(min_value=1, max_value=5)
    title = Text(max_length=150)
    body = Text(max_length=4000)
    author_name = Text(max_length=100)
    created_at = serializers.DateTimeField()


class ReviewPage(Links):
    """A page of reviews."""

    results = ReviewAnswer(many=True)


class ReviewPageV1(NumberedLinks):
    """A page of reviews (v1)."""

    results = ReviewAnswer(many=True)


class ReviewList(ShopView):
    """The operations at /products/{product_id}/reviews."""

    @operation(
        name="list_reviews",
        summary="List the reviews of a product",
        description="Newest first.",
        tag="Reviews",
        access=Access.PUBLIC,
        query=ByVersion(v1=NumberQuery, v2=CursorQuery),
        answers={200: ByVersion(v1=ReviewPageV1, v2=ReviewPage), 304: None},
        problems=(DanglingReference,),
    )
    def get(self, request: Request, product_id: int) -> HttpResponse:
        """Return a page, from the cache if it is there."""
        parameters = self.query()

        def produce() -> bytes:
            return render_page(
                request,
                list_reviews(product_id=product_id),
                parameters=parameters,
                ordering=NEWEST_FIRST,
                render=lambda review: render_review(review, review.user.name if review.user else ""),
            )

        key = review_list_key(self.version, product_id, parameters)
        return self.share(key, produce)

    @operation(
        name="write_review",
        summary="Review a product",
        description="One review for each account and product; the rating counts in the product's average.",
        tag="Reviews",
        access=Access.CUSTOMER,
        body=WriteReview,
        answers={201: ReviewAnswer},
        problems=(AlreadyReviewed,),
        example={"rating": 5, "title": "Just right", "body": "Does what it says."},
    )
    def post(self, request: Request, product_id: int) -> HttpResponse:
        """Write the review and return it."""
        review = write_review(user_id=self.user.pk, product_id=product_id, **self.body())
        return answer(render_review(review, self.user.name), status=201)


def render_review(review: Review, author: str) -> dict[str, Any]:
    """Return a review, the same in both versions."""
    return {
        "id": review.pk,
        "rating": review.rating,
        "title": review.title,
        "body": review.body,
        "author_name": author or ANONYMOUS,
        "created_at": review.created_at,
    }
