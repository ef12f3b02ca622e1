"""The routes of reviews."""

from __future__ import annotations

from django.urls import URLPattern, path

from reference_app.reviews.views import ReviewList


def urlpatterns(version: str) -> list[URLPattern]:
    """Return the routes, the same in both versions."""
    return [path("products/<id:product_id>/reviews", ReviewList.as_view(), name="reviews")]
