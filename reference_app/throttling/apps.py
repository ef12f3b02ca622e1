"""The application of rate limits."""

from django.apps import AppConfig


class ThrottlingConfig(AppConfig):
    """Budgets of clients (roadmap 1.1)."""

    name = "reference_app.throttling"
    label = "throttling"
