"""The Django application of this package."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    """Known to Django as `orders`."""

    name = "reference_app.orders"
    label = "orders"
    default_auto_field = "django.db.models.BigAutoField"
