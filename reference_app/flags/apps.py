"""The application of feature flags."""

from django.apps import AppConfig


class FlagsConfig(AppConfig):
    """Switches that take effect without a release."""

    name = "reference_app.flags"
    label = "flags"

    def ready(self) -> None:
        """Move the cached switches on with every change; the model is waffle's, so a signal is the place."""
        from django.db.models.signals import post_delete, post_save  # noqa: PLC0415 -- needs the apps
        from waffle.models import Switch  # noqa: PLC0415

        from reference_app.flags.state import announce_change  # noqa: PLC0415

        for signal in (post_save, post_delete):
            signal.connect(announce_change, sender=Switch, dispatch_uid="flags")
