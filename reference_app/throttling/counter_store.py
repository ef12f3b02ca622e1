"""The counter store: one round trip and one atomic script decide a request, whatever the number of workers."""

from __future__ import annotations

import hashlib
import math
import secrets
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.exceptions import NoScriptError
from redis.retry import Retry

from reference_app.redis_clients import ThreadClients
from reference_app.throttling.limits import Budget

SCRIPT = Path(__file__).with_name("sliding_log.lua").read_text(encoding="utf-8")
SCRIPT_DIGEST = hashlib.sha1(SCRIPT.encode(), usedforsecurity=False).hexdigest()  # the name that Redis gives it
MICROSECONDS = 1_000_000
ANSWER_SECONDS = 1.0
PAUSE_SECONDS = 2.0


class StoreDown(Exception):
    """The counters cannot be asked now."""


@dataclass(frozen=True)
class Standing:
    """One budget after the decision; times in whole seconds, rounded up."""

    budget: Budget
    remaining: int
    reset_seconds: int
    wait_seconds: int


@dataclass(frozen=True)
class Decision:
    """The admission of a request, and the standing of its budgets."""

    admitted: bool
    standings: tuple[Standing, ...]

    @property
    def refusing(self) -> list[Standing]:
        """The budgets without room."""
        return [standing for standing in self.standings if standing.wait_seconds > 0]

    @property
    def retry_after(self) -> int:
        """Whole seconds after which every budget has room again; 0 for an admitted request."""
        return max((standing.wait_seconds for standing in self.standings), default=0)


class CounterStore:
    """Asks the script. A store that hangs is left alone for two seconds: waiting for it would take every thread."""

    def __init__(self, url: str) -> None:
        self._url = url
        # A connection that the store closed (its restart) is opened again, once; a time-out is not repeated.
        self._clients = ThreadClients(self._connect, retried=(redis.ConnectionError,))
        self._lock = threading.Lock()
        self._resume_at = 0.0

    def _connect(self) -> redis.Redis:
        return redis.Redis.from_url(
            self._url,
            single_connection_client=True,
            socket_timeout=ANSWER_SECONDS,
            socket_connect_timeout=ANSWER_SECONDS,
            retry=Retry(NoBackoff(), 1, supported_errors=(redis.ConnectionError,)),
        )

    def decide(self, budgets: Sequence[Budget]) -> Decision:
        """Admit the request and charge all budgets, or refuse it and charge none. Raises StoreDown."""
        if time.monotonic() < self._resume_at:
            raise StoreDown
        arguments: list[str | int] = [len(budgets), *(budget.key for budget in budgets), secrets.token_hex(8)]
        for budget in budgets:
            arguments += [budget.rate.quantity, budget.rate.seconds * MICROSECONDS]
        try:
            admitted, *figures = self._run_script(arguments)
        except redis.TimeoutError:
            with self._lock:
                self._resume_at = time.monotonic() + PAUSE_SECONDS
            raise StoreDown from None
        except redis.RedisError:
            raise StoreDown from None
        return Decision(
            admitted=admitted == 1,
            standings=tuple(
                Standing(budget, figures[3 * at], seconds(figures[3 * at + 1]), seconds(figures[3 * at + 2]))
                for at, budget in enumerate(budgets)
            ),
        )

    def _run_script(self, arguments: Sequence[str | int]) -> list[int]:
        """Return the answer of the script; a store that does not know it yet is sent it. Raises redis.RedisError."""
        try:
            found = self._clients.ask("EVALSHA", SCRIPT_DIGEST, *arguments)
        except NoScriptError:
            found = self._clients.ask("EVAL", SCRIPT, *arguments)
        return cast("list[int]", found)


def seconds(microseconds: int) -> int:
    """Return whole seconds, rounded up: after that many, the time has certainly passed."""
    return math.ceil(microseconds / MICROSECONDS)


@cache
def store_at(url: str) -> CounterStore:
    """Return the store of a URL, one for each process."""
    return CounterStore(url)


def current_store() -> CounterStore:
    """Return the store of the settings."""
    return store_at(settings.COUNTERS_URL)
