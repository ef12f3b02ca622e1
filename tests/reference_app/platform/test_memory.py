"""The remembered caller: no statement for a warm personal answer, and no life after an acknowledged end."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command

from reference_app.accounts.memory import recall_token_holder
from reference_app.accounts.models import User
from reference_app.accounts.tokens import read_access
from tests.reference_app.client import PASSWORD, Api

# Real commits: a topic moves on when its transaction commits.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def tokens(api: Api) -> Any:
    """The tokens of a registered customer."""
    api.register()
    return api.sign_in()


def test_the_second_recall_needs_no_statement(tokens: Any, django_assert_num_queries: Any) -> None:
    claims = read_access(tokens["access"])
    holder = recall_token_holder(claims=claims)
    assert holder is not None
    with django_assert_num_queries(0):
        again = recall_token_holder(claims=claims)
    assert again is not None
    assert (again.pk, again.is_staff) == (holder.pk, False)


@pytest.mark.parametrize("end", ["sign out", "reuse", "password change", "disable"])
def test_what_ends_a_token_is_noticed_at_once(api: Api, tokens: Any, settings: Any, end: str) -> None:
    settings.REFRESH_GRACE_SECONDS = 0
    claims = read_access(tokens["access"])
    assert recall_token_holder(claims=claims) is not None
    match end:
        case "sign out":
            assert api.post("tokens/revoke", {"refresh": tokens["refresh"]}).status_code == 204
        case "reuse":
            statuses = [api.post("tokens/refresh", {"refresh": tokens["refresh"]}).status_code for _ in range(2)]
            assert statuses == [200, 401]
        case "password change":
            change = {"current_password": PASSWORD, "new_password": "another long sentence"}
            assert api.signed(tokens["access"]).post("accounts/me/password", change).status_code == 204
        case "disable":
            call_command("disable_account", User.objects.get().email.upper())
    assert recall_token_holder(claims=claims) is None
