"""Every flag of the shop, with the default that holds when it was never set and when its store is lost."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FeatureFlag(StrEnum):
    """The name under which the store knows a flag: `waffle_switch NAME on|off --create`, or the admin site."""

    CACHED_ANSWERS = "cached-answers"
    VERSION_1 = "api-v1"
    INDEXED_SEARCH = "indexed-search"


@dataclass(frozen=True)
class Declaration:
    """The default of a flag, and the meaning of off."""

    default: bool
    off: str


DECLARED = {
    FeatureFlag.CACHED_ANSWERS: Declaration(
        True, "Every answer is made from the database; nothing is read from the cache."
    ),
    FeatureFlag.VERSION_1: Declaration(True, "/api/v1/ answers 410 and names v2; its documentation stays."),
    FeatureFlag.INDEXED_SEARCH: Declaration(
        True, "Search reads names and descriptions themselves: slow, and right whatever has happened to the index."
    ),
}
