"""The application of the shared API machinery."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Registers how the strict fields and the bearer tokens appear in the OpenAPI document."""

    name = "reference_app.api"
    label = "api"

    def ready(self) -> None:
        """drf-spectacular finds extensions by their being imported."""
        from reference_app.api import extensions  # noqa: F401, PLC0415
