"""Tokens: single use, families, revocation, lifetimes (roadmap 1.3)."""

from __future__ import annotations

import base64
import datetime
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import jwt
import pytest
from django.conf import settings as shop_settings
from django.db import connection
from django.utils import timezone

from reference_app.accounts.families import purge_expired_families, purge_expired_tokens
from reference_app.accounts.models import RefreshToken, TokenFamily, User
from reference_app.accounts.services import disable_account
from tests.reference_app.client import PASSWORD, Api

PARALLEL = 8


@pytest.fixture
def tokens(api: Api, db: None) -> Any:
    """The tokens of a registered customer."""
    api.register()
    return api.sign_in()


def claims_of(token: str) -> Any:
    return jwt.decode(token, options={"verify_signature": False})


def status_of_me(api: Api, access: str) -> int:
    return int(api.signed(access).get("accounts/me").status_code)


def test_lifetimes_are_fifteen_minutes_and_seven_days(tokens: Any) -> None:
    access, refresh = claims_of(tokens["access"]), claims_of(tokens["refresh"])
    assert access["exp"] - access["iat"] == tokens["expires_in"] == 900
    assert refresh["exp"] - refresh["iat"] == tokens["refresh_expires_in"] == 604_800
    assert (access["typ"], refresh["typ"]) == ("access", "refresh")
    assert access["fam"] == refresh["fam"]


def test_an_access_token_opens_the_own_account(api: Api, tokens: Any) -> None:
    me = api.signed(tokens["access"]).get("accounts/me")
    assert me.status_code == 200
    assert set(me.json()) == {"id", "email", "name", "is_staff", "last_login", "created_at"}
    assert me.json()["is_staff"] is False


def test_a_refresh_gives_new_tokens_that_work(api: Api, tokens: Any) -> None:
    response = api.post("tokens/refresh", {"refresh": tokens["refresh"]})
    assert response.status_code == 200
    assert response.json()["refresh"] != tokens["refresh"]
    assert status_of_me(api, response.json()["access"]) == 200


def test_a_repeated_refresh_within_the_grace_gets_the_same_answer(api: Api, tokens: Any) -> None:
    first = api.post("tokens/refresh", {"refresh": tokens["refresh"]})
    second = api.post("tokens/refresh", {"refresh": tokens["refresh"]})
    assert first.json() == second.json()
    assert RefreshToken.objects.count() == 2


def test_reuse_after_the_grace_ends_the_family_although_the_answer_is_an_error(
    api: Api, tokens: Any, settings: Any
) -> None:
    settings.REFRESH_GRACE_SECONDS = 0
    successor = api.post("tokens/refresh", {"refresh": tokens["refresh"]}).json()
    reuse = api.post("tokens/refresh", {"refresh": tokens["refresh"]})
    assert reuse.status_code == 401
    assert reuse.json()["code"] == "refresh_refused"
    assert TokenFamily.objects.get().end_reason == "refresh token reused"
    assert api.post("tokens/refresh", {"refresh": successor["refresh"]}).status_code == 401
    assert status_of_me(api, successor["access"]) == 401


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("grace", [0.0, 10.0])
def test_parallel_refreshes_give_one_successor(api: Api, settings: Any, grace: float) -> None:
    """SimpleJWT gives up to five (its issue 985); without a grace the losers end the family."""
    settings.REFRESH_GRACE_SECONDS = grace
    api.register()
    refresh = api.sign_in()["refresh"]

    def refresh_once(_: int) -> tuple[int, str | None]:
        try:
            response = Api().post("tokens/refresh", {"refresh": refresh})
            return response.status_code, response.json().get("refresh")
        finally:
            connection.close()

    with ThreadPoolExecutor(PARALLEL) as threads:
        answers = list(threads.map(refresh_once, range(PARALLEL)))
    successors = {token for status, token in answers if status == 200}
    assert len(successors) == 1
    assert RefreshToken.objects.count() == 2
    statuses = sorted(status for status, _ in answers)
    assert statuses == [200] * PARALLEL if grace else [200] + [401] * (PARALLEL - 1)
    assert (TokenFamily.objects.get().ended_at is None) is bool(grace)


def test_sign_out_ends_the_family(api: Api, tokens: Any) -> None:
    assert api.post("tokens/revoke", {"refresh": tokens["refresh"]}).status_code == 204
    assert api.post("tokens/refresh", {"refresh": tokens["refresh"]}).status_code == 401
    assert status_of_me(api, tokens["access"]) == 401


def test_sign_out_with_a_token_that_is_not_ours_changes_nothing(api: Api, tokens: Any) -> None:
    assert api.post("tokens/revoke", {"refresh": "nonsense"}).status_code == 204
    assert status_of_me(api, tokens["access"]) == 200


def test_a_password_change_ends_every_token_of_the_account(api: Api, tokens: Any) -> None:
    other = api.sign_in()
    change = {"current_password": PASSWORD, "new_password": "another long sentence"}
    assert api.signed(tokens["access"]).post("accounts/me/password", change).status_code == 204
    for pair in (tokens, other):
        assert status_of_me(api, pair["access"]) == 401
        assert api.post("tokens/refresh", {"refresh": pair["refresh"]}).status_code == 401
    assert api.post("tokens", {"email": "ada@example.org", "password": PASSWORD}).status_code == 401
    assert api.sign_in(password="another long sentence")


def test_a_wrong_current_password_changes_nothing(api: Api, tokens: Any) -> None:
    change = {"current_password": "not the password", "new_password": "another long sentence"}
    response = api.signed(tokens["access"]).post("accounts/me/password", change)
    assert (response.status_code, response.json()["code"]) == (422, "wrong_password")
    assert status_of_me(api, tokens["access"]) == 200


@pytest.mark.parametrize("end", ["disable", "delete"])
def test_a_disabled_or_deleted_account_is_unknown(api: Api, tokens: Any, end: str) -> None:
    user = User.objects.get()
    if end == "disable":
        disable_account(user=user)
    else:
        user.delete()
    assert status_of_me(api, tokens["access"]) == 401
    assert api.post("tokens/refresh", {"refresh": tokens["refresh"]}).status_code == 401
    assert api.post("tokens", {"email": "ada@example.org", "password": PASSWORD}).status_code == 401


def test_last_login_moves_on_sign_in_and_not_on_refresh(api: Api, tokens: Any) -> None:
    first = User.objects.get().last_login
    assert first is not None
    api.post("tokens/refresh", {"refresh": tokens["refresh"]})
    assert User.objects.get().last_login == first
    api.sign_in()
    assert User.objects.filter(last_login__gt=first).exists()


def test_tokens_are_not_exchangeable(api: Api, tokens: Any) -> None:
    assert status_of_me(api, tokens["refresh"]) == 401
    assert api.post("tokens/refresh", {"refresh": tokens["access"]}).status_code == 401


def forge(claims: dict[str, Any], *, key: str | None = None, **header: Any) -> str:
    return jwt.encode(claims, key or shop_settings.TOKEN_SIGNING_KEY, algorithm="HS256", headers=header or None)


def unsigned(token: str, algorithm: str) -> str:
    header = base64.urlsafe_b64encode(json.dumps({"alg": algorithm, "typ": "JWT"}).encode()).decode().rstrip("=")
    return f"{header}.{token.split('.')[1]}."


def test_forged_tokens_are_refused(api: Api, tokens: Any) -> None:
    genuine = tokens["access"]
    claims = claims_of(genuine)
    head, payload, signature = genuine.split(".")
    now = int(timezone.now().timestamp())
    forged = {
        "none": unsigned(genuine, "none"),
        "None": unsigned(genuine, "None"),
        "other key": forge(claims, key="x" * 40),
        "SECRET_KEY": forge(claims, key=shop_settings.SECRET_KEY),
        "no signature": f"{head}.{payload}.",
        "cut signature": f"{head}.{payload}.{signature[:-4]}",
        "kid": forge(claims, kid="../../dev/null"),
        "jku": forge(claims, jku="https://evil.example/keys"),
        "jwk": forge(claims, jwk={"kty": "oct", "k": "AAAA"}),
        "crit": forge(claims, crit=["b64"]),
        "expired": forge({**claims, "exp": now - 1}),
        "from the future": forge({**claims, "iat": now + 300}),
        "expiry as text": forge({**claims, "exp": str(now + 300)}),
        "expiry as fraction": forge({**claims, "exp": now + 300.5}),
        "subject as number": forge({**claims, "sub": int(claims["sub"])}),
        "subject as word": forge({**claims, "sub": "admin"}),
        "subject too large": forge({**claims, "sub": "9" * 30}),
        "full-width subject": forge({**claims, "sub": "１"}),
        "family as word": forge({**claims, "fam": "family"}),
        "family as list": forge({**claims, "fam": []}),
        **{f"without {name}": forge({k: v for k, v in claims.items() if k != name}) for name in claims},
    }
    wrong = {name: status_of_me(api, token) for name, token in forged.items()}
    assert wrong == dict.fromkeys(forged, 401)
    assert status_of_me(api, genuine) == 200


def test_a_token_expires(api: Api, settings: Any, db: None) -> None:
    settings.ACCESS_TOKEN_MINUTES = 1 / 60_000
    api.register()
    assert status_of_me(api, api.sign_in()["access"]) == 401


def test_no_token_is_stored(tokens: Any) -> None:
    stored = " ".join(str(value) for row in RefreshToken.objects.values() for value in row.values())
    assert tokens["refresh"].rsplit(".", 1)[1] not in stored
    assert claims_of(tokens["refresh"])["jti"] in stored


def test_purging_deletes_expired_families_only(api: Api, tokens: Any) -> None:
    api.sign_in()
    oldest = TokenFamily.objects.order_by("created_at").first()
    assert oldest is not None
    TokenFamily.objects.filter(id=oldest.id).update(expires_at=timezone.now() - datetime.timedelta(seconds=1))
    assert purge_expired_families() == 1
    assert TokenFamily.objects.count() == 1


def test_a_family_that_keeps_refreshing_keeps_no_token_past_its_expiry(api: Api, tokens: Any, settings: Any) -> None:
    """A family of five tokens: two used ones are past their expiry, two used ones are not, the last is unused."""
    settings.REFRESH_GRACE_SECONDS = 0
    pairs = [tokens]
    for _ in range(4):
        pairs.append(api.post("tokens/refresh", {"refresh": pairs[-1]["refresh"]}).json())
    names = [claims_of(pair["refresh"])["jti"] for pair in pairs]
    past = timezone.now() - datetime.timedelta(seconds=1)
    RefreshToken.objects.filter(jti__in=names[:2]).update(expires_at=past)
    assert (purge_expired_families(), purge_expired_tokens()) == (0, 2)
    assert {str(token.jti) for token in RefreshToken.objects.all()} == set(names[2:])
    assert purge_expired_tokens() == 0
    newest = api.post("tokens/refresh", {"refresh": pairs[-1]["refresh"]})
    assert newest.status_code == 200
    # A purged token gives nothing to its holder, and its owner loses nothing.
    assert api.post("tokens/refresh", {"refresh": pairs[0]["refresh"]}).status_code == 401
    assert TokenFamily.objects.get().ended_at is None
    # What has not expired is still recognised when it is used again.
    assert api.post("tokens/refresh", {"refresh": pairs[2]["refresh"]}).status_code == 401
    assert TokenFamily.objects.get().end_reason == "refresh token reused"
