"""Writes to accounts: registration, staff, passwords."""

from __future__ import annotations

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from reference_app.accounts.families import end_families_of
from reference_app.accounts.memory import forget_account
from reference_app.accounts.models import EMAIL_KEY_LENGTH, User, normalise_email
from reference_app.api.problems import Conflict, FieldError, Unprocessable
from reference_app.locks import lock_account


class EmailTaken(Conflict):
    """An account with this address, in some spelling, exists already."""

    code = "email_taken"
    title = "The e-mail address is taken"


class UnacceptableEmail(Unprocessable):
    """The normalised address is too long to be a key."""

    code = "unacceptable_email"
    title = "The e-mail address is not acceptable"


class UnacceptablePassword(Unprocessable):
    """The password is common, numeric, or too like the account it would protect."""

    code = "unacceptable_password"
    title = "The password is not acceptable"


class WrongPassword(Unprocessable):
    """The given current password is wrong."""

    code = "wrong_password"
    title = "The current password is wrong"


def register_account(*, email: str, password: str, name: str = "") -> User:
    """Create a customer. Raises EmailTaken, UnacceptableEmail or UnacceptablePassword."""
    return create_account(email=email, password=password, name=name, is_staff=False)


def create_staff_account(*, email: str, password: str) -> User:
    """Create a member of staff. Raises as `register_account` does."""
    return create_account(email=email, password=password, name="Staff", is_staff=True)


def create_account(*, email: str, password: str, name: str, is_staff: bool) -> User:
    """Create an account; the unique key of its address decides between two that arrive at once."""
    if len(normalise_email(email)) > EMAIL_KEY_LENGTH:
        raise UnacceptableEmail(errors=(FieldError("/email", "too_long", "The address is too long."),))
    user = User(email=email, name=name, is_staff=is_staff)
    check_password_policy(user=user, password=password, pointer="/password")
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:
        error = FieldError("/email", "email_taken", "An account has this address already.")
        raise EmailTaken(errors=(error,)) from None
    return user


def change_password(*, user: User, current_password: str, new_password: str) -> None:
    """Set a new password, and end every token of the account (OWASP ASVS 7.4.3).

    Raises WrongPassword or UnacceptablePassword.
    """
    with transaction.atomic():
        account = lock_account(user_id=user.id)
        if not account.check_password(current_password):
            error = FieldError("/current_password", "wrong_password", "This is not the current password.")
            raise WrongPassword(errors=(error,))
        check_password_policy(user=account, password=new_password, pointer="/new_password")
        account.set_password(new_password)
        account.save(update_fields=["password"])
        end_families_of(user=account, reason="password changed")


def disable_account(*, user: User) -> None:
    """Close an account: it cannot sign in, and its tokens end at once."""
    with transaction.atomic():
        lock_account(user_id=user.id)
        User.objects.filter(id=user.id).update(is_active=False)
        end_families_of(user=user, reason="account disabled")


def change_standing(*, user_id: int, is_staff: bool | None = None, is_active: bool | None = None) -> None:
    """Give or take staff rights, and open or close an account; None changes nothing. It takes effect at once."""
    with transaction.atomic():
        user = lock_account(user_id=user_id)
        wanted = {"is_staff": is_staff, "is_active": is_active}
        changes = {name: value for name, value in wanted.items() if value is not None}
        User.objects.filter(id=user_id).update(**changes)
        forget_account(user_id=user_id)
        if is_active is False:
            end_families_of(user=user, reason="account disabled")


def check_password_policy(*, user: User, password: str, pointer: str) -> None:
    """Raise UnacceptablePassword with the first rule that the password breaks."""
    try:
        password_validation.validate_password(password, user)
    except ValidationError as failure:
        errors = [FieldError(pointer, str(rule.code), " ".join(rule.messages)) for rule in failure.error_list]
        raise UnacceptablePassword(errors=errors[:1]) from None
