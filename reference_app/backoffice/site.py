"""The admin site itself."""

from __future__ import annotations

from typing import Any, cast

from django.contrib.admin import AdminSite
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.views import PasswordChangeView
from django.db import transaction
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import reverse

from reference_app.accounts.families import end_families_of
from reference_app.accounts.models import User


class OwnPasswordForm(PasswordChangeForm):
    """A new password ends every token of the account, as it does in the API (OWASP ASVS 7.4.3)."""

    def save(self, commit: bool = True) -> User:
        """Changes it; other sessions of the account end by themselves, since they carry a hash of the old one."""
        with transaction.atomic():
            user = super().save(commit)
            end_families_of(user=user, reason="password changed")
        return user


class BackOffice(AdminSite):
    """/admin/, for active members of staff."""

    site_header = "Reference shop"
    site_title = "Reference shop"
    index_title = "Back office"
    site_url = "/api/docs"
    enable_nav_sidebar = False

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """The own password."""
        view = PasswordChangeView.as_view(
            form_class=OwnPasswordForm,
            success_url=reverse("admin:password_change_done"),
            template_name="registration/password_change_form.html",
            extra_context={**self.each_context(request), **(extra_context or {})},
        )
        request.current_app = self.name
        return cast("TemplateResponse", view(request))
