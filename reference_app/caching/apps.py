"""The Django application of this package."""

from django.apps import AppConfig


class CachingConfig(AppConfig):
    """Known to Django as `caching`."""

    name = "reference_app.caching"
    label = "caching"
    default_auto_field = "django.db.models.BigAutoField"
