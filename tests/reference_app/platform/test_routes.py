"""The list of routes is the shop as it answers: every method of it is served, and no other one of the same path."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from reference_app.observability.management.commands.list_routes import METHODS, allowed_methods, spell_path
from tests.reference_app.client import Api


def listed() -> list[tuple[str, str]]:
    """Return method and path of each line that the command prints."""
    printed = StringIO()
    call_command("list_routes", stdout=printed)
    return [(method, path) for method, path in (line.split(" ") for line in printed.getvalue().splitlines())]


@pytest.mark.django_db
def test_every_path_answers_405_to_the_methods_that_are_not_listed_and_to_no_other(api: Api, settings: Any) -> None:
    settings.THROTTLE_ANON = settings.THROTTLE_BURST = "1000000/minute"
    # Django's own pages restrict their methods in their own ways, and files are found before methods are looked at.
    own = [(method, path) for method, path in listed() if not path.startswith(("/admin", "/static"))]
    assert len(own) > 50
    refused = {
        (method, path)
        for path in {path for _, path in own}
        for method in METHODS
        if api.send(method, path.replace("{}", "1")).status_code == 405
    }
    assert refused == {(method, path) for _, path in own for method in METHODS} - set(own)


def test_the_list_is_sorted_by_path_and_names_nothing_twice() -> None:
    found = listed()
    assert found == sorted(set(found), key=lambda operation: (operation[1], operation[0]))


def test_pages_of_middleware_and_of_the_back_office_are_listed_too() -> None:
    expected = {("GET", "/livez"), ("GET", "/readyz"), ("GET", "/static/{}"), ("POST", "/admin/login/")}
    assert expected | {("GET", "/admin/orders/order/{}/change/")} <= set(listed())


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("api/v2/products/<id:product_id>", "/api/v2/products/{}"),
        (r"admin/^(?P<app_label>auth|accounts)/$", "/admin/{}/"),
        ("admin/(?P<url>.*)$", "/admin/{}"),
        ("api/v1/openapi.json", "/api/v1/openapi.json"),
    ],
)
def test_a_pattern_is_spelt_as_a_path(pattern: str, path: str) -> None:
    assert spell_path(pattern) == path


def test_a_view_that_restricts_no_method_is_listed_with_all_of_them() -> None:
    assert allowed_methods(lambda request: None) == METHODS
