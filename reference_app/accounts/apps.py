"""The application of accounts and tokens."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The app of customers, staff and their tokens."""

    name = "reference_app.accounts"
    label = "accounts"
