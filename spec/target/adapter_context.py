"""The choices of a profile that an adapter works with, and the one exception that says that a verb is not there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from spec.target.answer_kinds import StatusMeaning


class NotOffered(Exception):
    """The backend does not offer a verb, or one of its options; `name` is as in "refresh" or "list_products.search"."""

    def __init__(self, name: str) -> None:
        super().__init__(f"the backend does not offer {name!r}")
        self.name = name


@dataclass(frozen=True, slots=True)
class AdapterContext:
    """The profile's words to its adapter.

    `base_url` is where the target listens, known once it runs: absolute links begin with it. `paths`, `fields` and
    `settings` are the tables of that name under [adapter]; secrets that the settings name by a variable are filled in.
    `statuses` are the profile's [[statuses]].
    """

    base_url: str = ""
    paths: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, object] = field(default_factory=dict)
    fields: Mapping[str, object] = field(default_factory=dict)
    statuses: tuple[StatusMeaning, ...] = ()
