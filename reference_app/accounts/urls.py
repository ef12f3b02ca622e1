"""Routes of accounts and tokens."""

from django.urls import URLPattern, path

from reference_app.accounts import views


def urlpatterns(version: str) -> list[URLPattern]:
    """Return the routes, the same in every version."""
    return [
        path("accounts", views.AccountList.as_view(), name="accounts"),
        path("accounts/me", views.OwnAccount.as_view(), name="own-account"),
        path("accounts/me/password", views.OwnPassword.as_view(), name="own-password"),
        path("tokens", views.TokenList.as_view(), name="tokens"),
        path("tokens/refresh", views.TokenRefresh.as_view(), name="token-refresh"),
        path("tokens/revoke", views.TokenRevocation.as_view(), name="token-revocation"),
    ]
