"""Feature flags in the back office."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from waffle.models import Switch

from reference_app.backoffice.typed import ModelAdmin, ModelForm
from reference_app.flags.declared import DECLARED, FeatureFlag


class SwitchForm(ModelForm[Switch]):
    """A form for the flags that the shop knows, and no others."""

    name = forms.ChoiceField(
        choices=[(flag.value, f"{flag.value} (off: {DECLARED[flag].off})") for flag in FeatureFlag]
    )

    class Meta:
        model = Switch
        fields = ("name", "active", "note")


@admin.register(Switch)
class SwitchAdmin(ModelAdmin[Switch]):
    """Saving and deleting are announced by the model's signals (reference_app.flags.state)."""

    form = SwitchForm
    list_display = ("name", "active", "modified")

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        """Delete one by one, so that each is announced."""
        for switch in queryset:
            switch.delete()
