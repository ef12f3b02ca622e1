"""The application of the shared API machinery."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The app that registers the OpenAPI extensions of the strict fields and the bearer tokens."""

    name = "reference_app.api"
    label = "api"

    def ready(self) -> None:
        """Import the extensions; drf-spectacular finds those that are imported."""
        from reference_app.api import extensions  # noqa: F401, PLC0415
