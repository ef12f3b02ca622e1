"""The circumstances of an exchange: as whom it was asked, and in which state the target was."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Identity(StrEnum):
    """As whom a request is sent, by the credentials that it carries."""

    NOBODY = "nobody"
    CUSTOMER = "customer"
    STRANGER = "stranger"
    """Another customer than the one to whom the things belong that the request names."""
    STAFF = "staff"
    EXPIRED = "expired"
    FORGED = "forged"
    SIGNED_OUT = "signed out"


OF_TIME: Final = frozenset({"access_lifetime"})
"""Settings that change nothing of an answer but the moment from which credentials are refused."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """The state in which a target answered, as far as this side has brought it about.

    `settings` names those with which it was started otherwise than it is shipped; limits that are out of the way
    (`roomy`) are told apart, since they change nothing else. `troubled` names services that were stopped or hanging,
    `recovering` those that had been: a target may say for a while that it is not ready again. `failing` is true where
    something was broken on purpose, so that requests fail unhandled.
    """

    scheme: str = "https"
    identity: Identity = Identity.NOBODY
    account: str = ""
    """The id of the account to which the credentials belong, or did; empty where that is not known."""
    roomy: bool = False
    settings: frozenset[str] = frozenset()
    troubled: frozenset[str] = frozenset()
    recovering: frozenset[str] = frozenset()
    failing: bool = False

    @property
    def shipped(self) -> bool:
        """Tell if the target ran as it is shipped, its services up and nothing broken."""
        return not (self.settings - OF_TIME or self.troubled or self.failing)


SHIPPED: Final = Circumstances()
