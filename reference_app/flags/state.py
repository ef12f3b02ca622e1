"""The current state of the feature flags: django-waffle's switches, read through the cache of answers.

waffle would keep pickled model objects in Redis, fail when Redis does, and read stale what another process has just
cached. Read as an answer like any other, the switches cost no statement while they are cached, are moved on with the
transaction that changes them, and come from the database while Redis is away. A process looks once a second at most.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import Any

import orjson
from django.db import DatabaseError, transaction
from waffle.models import Switch

from reference_app.caching.answers import fetch
from reference_app.caching.invalidation import invalidate
from reference_app.caching.keys import FLAGS, flags_key
from reference_app.flags.declared import DECLARED, FeatureFlag

LOOK_SECONDS = 1.0

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Look:
    """The switches as they were found at some moment (monotonic seconds)."""

    switches: dict[str, bool]
    at: float


class FlagStore:
    """The switches as this process knows them; safe to use from many threads, which may look twice at worst."""

    def __init__(self) -> None:
        self._last: Look | None = None

    def is_on(self, flag: FeatureFlag) -> bool:
        """Return the state of a flag, at most a second old; the declared default if it was never set or is lost."""
        last = self._last
        if last is None or time.monotonic() - last.at >= LOOK_SECONDS:
            self._last = last = Look(read_switches(), time.monotonic())
        return last.switches.get(flag.value, DECLARED[flag].default)

    def forget(self) -> None:
        """Look again at the next question."""
        self._last = None


def read_switches() -> dict[str, bool]:
    """Return every switch that has been set; none while neither the cache nor the database can be asked."""

    def produce() -> bytes:
        return orjson.dumps(dict(Switch.objects.values_list("name", "active")))

    try:
        found: dict[str, bool] = orjson.loads(fetch(flags_key(), produce).body)
    except DatabaseError:
        logger.warning("flag_store_lost")
        return {}
    return found


def announce_change(sender: Any, **facts: Any) -> None:
    """Move the cached switches on after the admin site, a command or code has saved or deleted one."""
    with transaction.atomic(savepoint=False):
        invalidate(FLAGS)
        transaction.on_commit(store.forget)


store = FlagStore()
is_on = store.is_on
