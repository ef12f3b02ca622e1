"""Window on the shop's back office: an account that may do what staff may."""

from __future__ import annotations

from dataclasses import dataclass, field

from pydantic import SecretStr

from reports.strict_model import StrictModel
from spec.catalogue import Need
from spec.target.windows.option_types import FilledText
from spec.target.windows.window import Window, WindowContext


class StaffOptions(StrictModel):
    """An account of a member of staff."""

    email: FilledText
    """The e-mail address that it signs in with."""
    password: SecretStr
    """Its password."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """An e-mail address and a password to sign in with."""

    email: str
    password: str = field(repr=False)


def open_staff(options: StaffOptions, context: WindowContext) -> Credentials:
    """Return the credentials; nothing has to be opened."""
    del context
    return Credentials(options.email, options.password.get_secret_value())


STAFF = Window(
    name="staff",
    shows="offering goods, changing prices, all that staff alone may do",
    need=Need.ADMIN,
    options=StaffOptions,
    open=open_staff,
)
