"""The Django application of this package."""

from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    """Known to Django as `reviews`."""

    name = "reference_app.reviews"
    label = "reviews"
    default_auto_field = "django.db.models.BigAutoField"
