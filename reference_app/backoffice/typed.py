"""Django's classes of the admin site with the type of their model: the stubs take one, at run time it is ignored."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin, TabularInline
    from django.forms import ModelForm
else:
    from django.contrib import admin
    from django.forms import models

    class Subscriptable:
        """A class whose subscript `Class[Model]` is the class itself."""

        def __class_getitem__(cls, model: object) -> type:
            return cls

    class ModelAdmin(Subscriptable, admin.ModelAdmin):
        """A page."""

    class TabularInline(Subscriptable, admin.TabularInline):
        """Rows within a page."""

    class ModelForm(Subscriptable, models.ModelForm):
        """A form."""


__all__ = ["ModelAdmin", "ModelForm", "TabularInline"]
