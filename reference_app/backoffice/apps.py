"""The application of the admin site."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.apps import apps
from django.contrib.admin.apps import SimpleAdminConfig
from django.contrib.auth.signals import user_login_failed

PAGES = ("accounts", "catalogue", "orders", "reviews", "flags")


class BackOfficeConfig(SimpleAdminConfig):
    """Django's admin with the pages of this shop alone: those that libraries bring are not shown."""

    default_site = "reference_app.backoffice.site.BackOffice"

    def ready(self) -> None:
        """Register the pages, and make a failed sign-in a security event, as in the API."""
        super().ready()
        apps.get_app_config("waffle").verbose_name = "Feature flags"
        for app in PAGES:
            import_module(f"reference_app.{app}.admin")
        user_login_failed.connect(report_failed_sign_in, dispatch_uid="back office")


def report_failed_sign_in(sender: Any, **facts: Any) -> None:
    """Log a failed sign-in as a security event; what was typed is not passed on."""
    from reference_app.observability.events import security_event  # noqa: PLC0415 -- needs the settings

    security_event("sign_in_failed", reason="admin site")
