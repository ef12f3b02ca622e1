"""Reviews in the back office: read, and removed where they have to be."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from reference_app.backoffice.service_pages import ServicePage
from reference_app.reviews.models import Review
from reference_app.reviews.services import remove_review


@admin.register(Review)
class ReviewAdmin(ServicePage[Review]):
    """Reviews; they can be removed, and never rewritten."""

    list_display = ("title", "rating", "product", "created_at")
    list_filter = ("rating",)
    raw_id_fields = ("product", "user")
    ordering = ("-created_at", "-id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Review]:
        """Return the reviews with the products that the list names."""
        return super().get_queryset(request).select_related("product", "user")

    def delete(self, row: Review) -> None:
        """Delete the review, also from the product's rating."""
        remove_review(review_id=row.pk)
