"""Accounts in the back office: staff rights, and closing an account."""

from __future__ import annotations

from typing import Any

from django.contrib import admin

from reference_app.accounts.models import User
from reference_app.accounts.services import change_standing
from reference_app.backoffice.service_pages import ServicePage


@admin.register(User)
class UserAdmin(ServicePage[User]):
    """Accounts are made by registration and by `create_staff`, and never deleted, since orders refer to them."""

    fields = ("email", "name", "is_staff", "is_active", "last_login", "created_at")
    readonly_fields = ("email", "name", "last_login", "created_at")
    list_display = ("email", "name", "is_staff", "is_active", "created_at")
    list_filter = ("is_staff", "is_active")
    search_fields = ("email_key",)
    ordering = ("-created_at",)

    def change(self, row: User, values: dict[str, Any]) -> None:
        """Change staff rights, or open or close the account; it takes effect at once, also for issued tokens."""
        change_standing(user_id=row.pk, **values)
