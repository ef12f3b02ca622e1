"""Staff's browser: the form of a page is read and filled in, and pages are looked at without a way out."""

from __future__ import annotations

import pytest

from spec.surface.back_office import form_of, is_below, read_page
from spec.target.exchange import Headers, Response

HTML = ("Content-Type", "text/html; charset=utf-8")
FORM = """
<form method="get" action="/search"><input name="q"></form>
<form method="post" action="/desk/in?next=/desk/">
  <input type="hidden" name="csrf" value="abc"><input type="email" name="who"><input type="text" name="other">
  <input type="password" name="word"><input type="submit" value="In"></form><a href="/desk/orders/">Orders</a>
"""


def page(text: str, *fields: tuple[str, str]) -> Response:
    return Response(200, Headers(fields), text.encode())


def test_a_form_to_sign_in_is_read_with_what_it_hides() -> None:
    reader = read_page(page(FORM, HTML))
    (form,) = reader.forms
    assert (form.action, form.name, form.password) == ("/desk/in?next=/desk/", "who", "word")
    assert form.values == {"csrf": "abc"}
    assert form.is_whole
    assert reader.links == ["/desk/orders/"]


@pytest.mark.parametrize(
    "text", ['<form method="post"><input name="who"></form>', '<form method="post"><input type="password" name="p">']
)
def test_a_form_without_a_name_or_a_password_is_none_to_sign_in(text: str) -> None:
    assert [one.is_whole for one in read_page(page(text, HTML)).forms] == [False]


def test_what_is_no_page_has_no_form() -> None:
    assert read_page(page(FORM, ("Content-Type", "application/json"))).forms == []


@pytest.mark.parametrize(
    ("path", "form"), [("/desk/orders/7/change/", "/desk/orders/{}/change/"), ("/desk/orders/", "/desk/orders/")]
)
def test_pages_of_two_things_have_one_form(path: str, form: str) -> None:
    assert form_of(path) == form


@pytest.mark.parametrize(
    ("path", "may"), [("/desk/orders/", True), ("/desk/logout/", False), ("/shop/", False), ("/desk/Log-Out", False)]
)
def test_a_page_is_looked_at_below_the_first_one_unless_it_ends_the_session(path: str, may: bool) -> None:
    assert is_below(path, "/desk/") is may
