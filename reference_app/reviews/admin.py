"""Reviews in the back office: they are read, and removed where they have to be."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from reference_app.backoffice.pages import ServicePage
from reference_app.reviews.models import Review
from reference_app.reviews.services import remove_review


@admin.register(Review)
class ReviewPage(ServicePage[Review]):
    """Nobody rewrites what a customer said."""

    list_display = ("title", "rating", "product", "created_at")
    list_filter = ("rating",)
    raw_id_fields = ("product", "user")
    ordering = ("-created_at", "-id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Review]:
        """With the products that the list names."""
        return super().get_queryset(request).select_related("product", "user")

    def delete(self, row: Review) -> None:
        """Takes it out of the product's rating too."""
        remove_review(review_id=row.pk)
