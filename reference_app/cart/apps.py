"""The Django application of this package."""

from django.apps import AppConfig


class CartConfig(AppConfig):
    """Known to Django as `cart`."""

    name = "reference_app.cart"
    label = "cart"
    default_auto_field = "django.db.models.BigAutoField"
