"""The admin site itself."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib.admin import AdminSite
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.views import PasswordChangeView
from django.db import transaction
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from reference_app.accounts.families import end_families_of
from reference_app.accounts.models import User


class SignInForm(AdminAuthenticationForm):
    """A sign-in form that asks for the e-mail address; Django would call it by the name of its column."""

    error_messages = {
        **AdminAuthenticationForm.error_messages,
        "invalid_login": "These are not the email address and the password of a staff account.",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "Email"


class PasswordOf(forms.PasswordInput):
    """A password field that names its account to password managers and screen readers, which look for one."""

    def __init__(self, email: str) -> None:
        super().__init__(attrs={"autocomplete": "current-password", "autofocus": True})
        self._email = email

    def render(self, *args: Any, **kwargs: Any) -> SafeString:
        """Render the account's address in front, hidden and without a name, so that it is not sent."""
        account = format_html('<input type="text" value="{}" autocomplete="username" hidden>', self._email)
        return account + super().render(*args, **kwargs)


class OwnPasswordForm(PasswordChangeForm):
    """A new password ends every token of the account, as it does in the API (OWASP ASVS 7.4.3)."""

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(user, *args, **kwargs)
        self.fields["old_password"].widget = PasswordOf(user.email)

    def save(self, commit: bool = True) -> User:
        """Change the password; other sessions of the account end, since they carry a hash of the old one."""
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
    login_form = SignInForm

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Answer with the form for the own password."""
        view = PasswordChangeView.as_view(
            form_class=OwnPasswordForm,
            success_url=reverse("admin:password_change_done"),
            template_name="registration/password_change_form.html",
            extra_context={**self.each_context(request), **(extra_context or {})},
        )
        request.current_app = self.name
        return cast("TemplateResponse", view(request))
