"""The application of logs, metrics and probes."""

from django.apps import AppConfig
from django.conf import settings


class ObservabilityConfig(AppConfig):
    """What an operator can see of the shop."""

    name = "reference_app.observability"
    label = "observability"

    def ready(self) -> None:
        """Error tracking begins with the process, where there is somewhere to report to."""
        from reference_app.observability.error_tracking import is_dsn, start_error_tracking  # noqa: PLC0415

        if is_dsn(settings.SENTRY_DSN):  # one that is malformed is named by the system checks
            start_error_tracking(settings.SENTRY_DSN)
