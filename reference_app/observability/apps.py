"""The application of logs, metrics and probes."""

from django.apps import AppConfig


class ObservabilityConfig(AppConfig):
    """What an operator can see of the shop."""

    name = "reference_app.observability"
    label = "observability"
