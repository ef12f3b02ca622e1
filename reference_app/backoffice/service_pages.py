"""Pages of models whose changes are made by services: the same rules, locks and invalidations as in the API."""

from __future__ import annotations

from typing import Any, TypeVar

from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from reference_app.api.problems import Problem
from reference_app.backoffice.typed import ModelAdmin, ModelForm

Row = TypeVar("Row", bound=Model)


class ServicePage(ModelAdmin[Row]):
    """Base of the pages: subclass it and define `create`, `change` and `delete`; what is not defined is not allowed."""

    show_full_result_count = False  # counting a large table for a caption
    list_per_page = 50

    class Media:
        css = {"all": ["shop/admin.css"]}

    def create(self, values: dict[str, Any]) -> Row:
        """Make a row of the cleaned values of the form, by a service. Raises Problem."""
        raise NotImplementedError

    def change(self, row: Row, values: dict[str, Any]) -> None:
        """Change a row by a service. `values` holds what differs. Raises Problem."""
        raise NotImplementedError

    def delete(self, row: Row) -> None:
        """Delete a row by a service. Raises Problem."""
        raise NotImplementedError

    def overrides(self, name: str) -> bool:
        """Return whether a subclass defines this method."""
        return getattr(type(self), name) is not getattr(ServicePage, name)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Allow it only where there is a service for it."""
        return self.overrides("create") and super().has_add_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        """Allow it only where there is a service for it."""
        return self.overrides("change") and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        """Allow it only where there is a service for it."""
        return self.overrides("delete") and super().has_delete_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Row, form: ModelForm[Row], change: bool) -> None:
        """Hand the cleaned values to the service instead of saving the row."""
        values = {name: form.cleaned_data[name] for name in form.fields if not change or name in form.changed_data}
        if change:
            self.change(obj, values)
        else:
            obj.pk = self.create(values).pk
            obj._state.adding = False  # noqa: SLF001 -- where a model keeps whether it is stored

    def delete_model(self, request: HttpRequest, obj: Row) -> None:
        """Hand the row to the service."""
        self.delete(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Row]) -> None:
        """Delete one by one, each by the service."""
        for row in queryset:
            self.delete(row)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the refusal of a service as a message; its transaction has been rolled back."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except Problem as problem:
            return self.explain(request, problem)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the refusal of a service, as for changes."""
        try:
            return super().delete_view(request, object_id, extra_context)
        except Problem as problem:
            return self.explain(request, problem)

    def explain(self, request: HttpRequest, problem: Problem) -> HttpResponse:
        """Redirect back to the page, with the reason."""
        messages.error(request, f"{problem.title}. {' '.join(error.detail for error in problem.errors)}".strip())
        return HttpResponseRedirect(request.path)


def as_ids(values: dict[str, Any], *names: str) -> dict[str, Any]:
    """Return the same values with those rows named by their ids, as the services take them."""
    return {
        (f"{name}_id" if name in names else name): (value.pk if name in names and value is not None else value)
        for name, value in values.items()
    }
