"""Operations on accounts and tokens."""

from __future__ import annotations

from django.http import HttpResponse
from rest_framework.request import Request

from reference_app.accounts import families, services
from reference_app.accounts.serializers import (
    AccountShape,
    Credentials,
    NewAccount,
    NewPassword,
    OwnAccountShape,
    RefreshBody,
    TokenShape,
    render_account,
    render_own_account,
    render_tokens,
)
from reference_app.api.operations import Access, operation
from reference_app.api.problems import Conflict, Unprocessable
from reference_app.api.views import ShopView, answer, no_content

ADA = {"email": "ada@example.org", "password": "a long sentence nobody knows"}


class AccountList(ShopView):
    """Accounts."""

    @operation(
        name="register",
        summary="Register an account",
        description="Creates a customer. An address is taken when any spelling of it is (case, Unicode forms).",
        tag="Accounts",
        access=Access.PUBLIC,
        body=NewAccount,
        answers={201: AccountShape},
        problems=(Conflict, Unprocessable),
        example={**ADA, "name": "Ada"},
    )
    def post(self, request: Request) -> HttpResponse:
        """Register the account and return it."""
        user = services.register_account(**self.body())
        return answer(render_account(user), status=201)


class OwnAccount(ShopView):
    """The account of the caller."""

    @operation(
        name="open_own_account",
        summary="Open the own account",
        description="The account that the access token belongs to, with the time of its last sign-in.",
        tag="Accounts",
        access=Access.CUSTOMER,
        answers={200: OwnAccountShape},
    )
    def get(self, request: Request) -> HttpResponse:
        """Return the caller's account."""
        return answer(render_own_account(self.user))


class OwnPassword(ShopView):
    """The password of the caller."""

    @operation(
        name="change_password",
        summary="Change the password",
        description="Ends every refresh and access token of the account, also the one that is used here.",
        tag="Accounts",
        access=Access.CUSTOMER,
        body=NewPassword,
        answers={204: None},
        example={"current_password": ADA["password"], "new_password": "another sentence nobody knows"},
        problems=(Unprocessable,),
    )
    def post(self, request: Request) -> HttpResponse:
        """Change the password."""
        services.change_password(user=self.user, **self.body())
        return no_content()


class TokenList(ShopView):
    """Tokens."""

    @operation(
        name="sign_in",
        summary="Sign in",
        description="Gives an access and a refresh token. Attempts are limited for each account and each address.",
        tag="Tokens",
        access=Access.PUBLIC,
        body=Credentials,
        answers={200: TokenShape},
        example=ADA,
        atomic=False,  # no transaction is held while the password is hashed
    )
    def post(self, request: Request) -> HttpResponse:
        """Sign in."""
        return answer(render_tokens(families.sign_in(**self.body())))


class TokenRefresh(ShopView):
    """The successor of a refresh token."""

    @operation(
        name="refresh_tokens",
        summary="Refresh the tokens",
        description=(
            "A refresh token is used once. Parallel uses within a few seconds get the same successor; a later one ends "
            "every token that descends from the same sign-in."
        ),
        tag="Tokens",
        access=Access.PUBLIC,
        body=RefreshBody,
        answers={200: TokenShape},
        atomic=False,  # the end of a family stays, although the answer is an error
    )
    def post(self, request: Request) -> HttpResponse:
        """Refresh the tokens."""
        return answer(render_tokens(families.refresh_tokens(**self.body())))


class TokenRevocation(ShopView):
    """The end of a refresh token."""

    @operation(
        name="sign_out",
        summary="Sign out",
        description="Ends the refresh token and every token that descends from the same sign-in (RFC 7009).",
        tag="Tokens",
        access=Access.PUBLIC,
        body=RefreshBody,
        answers={204: None},
    )
    def post(self, request: Request) -> HttpResponse:
        """Sign out."""
        families.sign_out(**self.body())
        return no_content()
