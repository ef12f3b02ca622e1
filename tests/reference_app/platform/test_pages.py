"""Pages: every entry once, in order, also while entries come and go."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from rest_framework.request import Request

from reference_app.accounts.models import User
from reference_app.api.pagination import CursorPage, NumberPage, page_by_cursor, page_by_number
from reference_app.api.problems import DanglingReference, NotFound

pytestmark = pytest.mark.django_db

NEWEST = ("-created_at", "-id")


@pytest.fixture(autouse=True)
def accounts() -> list[User]:
    """Seven accounts; three of them with the same name."""
    names = ["a", "b", "b", "b", "c", "d", "e"]
    return [User.objects.create(email=f"{at}@example.org", name=name) for at, name in enumerate(names)]


def numbers(page: CursorPage[User] | NumberPage[User]) -> list[int]:
    return [int(user.email.partition("@")[0]) for user in page.entries]


@pytest.mark.parametrize(
    ("ordering", "expected"),
    [
        (NEWEST, [[6, 5, 4], [3, 2, 1], [0]]),
        (("name", "id"), [[0, 1, 2], [3, 4, 5], [6]]),
        (("-name", "-id"), [[6, 5, 4], [3, 2, 1], [0]]),
    ],
)
def test_a_walk_forward_and_back_sees_every_entry_once(ordering: tuple[str, ...], expected: list[list[int]]) -> None:
    page = page_by_cursor(User.objects.all(), ordering=ordering, page_size=3)
    assert page.previous is None
    forward = [page]
    while page.next is not None:
        page = page_by_cursor(User.objects.all(), ordering=ordering, page_size=3, cursor=page.next)
        forward.append(page)
    assert [numbers(page) for page in forward] == expected
    back = [page]
    while page.previous is not None:
        page = page_by_cursor(User.objects.all(), ordering=ordering, page_size=3, cursor=page.previous)
        back.append(page)
    assert [numbers(page) for page in reversed(back)] == expected


def test_an_entry_that_comes_meanwhile_repeats_nothing() -> None:
    first = page_by_cursor(User.objects.all(), ordering=NEWEST, page_size=3)
    User.objects.create(email="7@example.org")
    second = page_by_cursor(User.objects.all(), ordering=NEWEST, page_size=3, cursor=first.next)
    assert numbers(second) == [3, 2, 1]


def test_rows_of_values_are_paged_too() -> None:
    rows = User.objects.values("id", "name", "created_at")
    first = page_by_cursor(rows, ordering=NEWEST, page_size=6)
    second = page_by_cursor(rows, ordering=NEWEST, page_size=6, cursor=first.next)
    assert [row["name"] for row in second.entries] == ["a"]


def test_an_empty_list_has_one_page() -> None:
    page = page_by_cursor(User.objects.none(), ordering=NEWEST, page_size=3)
    assert (page.entries, page.next, page.previous) == ([], None, None)


def test_a_cursor_of_another_ordering_or_a_forged_one_is_refused() -> None:
    page = page_by_cursor(User.objects.all(), ordering=("name", "id"), page_size=3)
    forged = f"{(page.next or '').partition(':')[0]}:{'A' * 43}"
    for cursor in (page.next, forged):
        with pytest.raises(DanglingReference) as refusal:
            page_by_cursor(User.objects.all(), ordering=NEWEST, page_size=3, cursor=cursor)
        assert refusal.value.errors[0].pointer == "?cursor"


def test_links_keep_the_other_parameters_and_name_no_host() -> None:
    request = Request(RequestFactory().get("/api/v2/things?page_size=3&search=a%20b", HTTP_HOST="evil.example"))
    links = page_by_cursor(User.objects.all(), ordering=NEWEST, page_size=3).links(request)
    assert links["previous"] is None
    assert str(links["next"]).startswith("/api/v2/things?page_size=3&search=a+b&cursor=")


def test_numbered_pages_are_counted() -> None:
    page = page_by_number(User.objects.order_by("id"), page=2, page_size=3)
    assert (numbers(page), page.count, page.next, page.previous) == ([3, 4, 5], 7, 3, 1)
    last = page_by_number(User.objects.order_by("id"), page=3, page_size=3)
    assert (numbers(last), last.next) == ([6], None)
    with pytest.raises(NotFound):
        page_by_number(User.objects.order_by("id"), page=4, page_size=3)


def test_the_count_reads_an_index_and_not_the_first_rows_of_the_table() -> None:
    with CaptureQueriesContext(connection) as captured:
        page_by_number(User.objects.order_by("id"), page=1, page_size=3)
    count = captured.captured_queries[0]["sql"]
    assert "COUNT(*)" in count
    assert "ORDER BY" in count
