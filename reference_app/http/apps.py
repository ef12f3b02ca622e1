"""The application of headers, request validation, and errors outside the API views."""

from django.apps import AppConfig


class HttpConfig(AppConfig):
    """Headers, request validation, errors outside the API views."""

    name = "reference_app.http"
    label = "http"

    def ready(self) -> None:
        """Register the system checks of the settings."""
        from reference_app.settings import checks  # noqa: F401, PLC0415
