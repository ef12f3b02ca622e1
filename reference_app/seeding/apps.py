"""The Django application of this package."""

from django.apps import AppConfig


class SeedingConfig(AppConfig):
    """Known to Django as `seeding`; it brings the command `seed`."""

    name = "reference_app.seeding"
    label = "seeding"
