"""The application of logs, metrics and probes."""

from django.apps import AppConfig
from django.conf import settings


class ObservabilityConfig(AppConfig):
    """The app of everything that an operator sees of the shop."""

    name = "reference_app.observability"
    label = "observability"

    def ready(self) -> None:
        """Start error tracking with the process, where there is an address to report to."""
        from reference_app.observability.error_tracking import is_dsn, start_error_tracking  # noqa: PLC0415

        if is_dsn(settings.SENTRY_DSN):  # one that is malformed is named by the system checks
            start_error_tracking(settings.SENTRY_DSN)
