"""The application of accounts and tokens."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Customers, staff, and the tokens by which they are known."""

    name = "reference_app.accounts"
    label = "accounts"
