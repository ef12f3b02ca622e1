"""The Django application of this package."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """Known to Django as `catalogue`."""

    name = "reference_app.catalogue"
    label = "catalogue"
    default_auto_field = "django.db.models.BigAutoField"
