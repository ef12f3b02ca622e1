"""Fixtures of the domain: signed clients, and caches that know nothing of the test before."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reference_app.accounts.models import User
from reference_app.caching.shared import shared_store, shared_trust
from tests.reference_app.client import Api
from tests.reference_app.domain.private_redis import PrivateRedis


@pytest.fixture
def customer(api: Api, db: None) -> Api:
    """A signed-in customer."""
    api.register()
    return api.signed(api.sign_in()["access"])


@pytest.fixture
def staff(api: Api, db: None) -> Api:
    """A signed-in member of staff."""
    account = api.register("staff@example.org")
    User.objects.filter(pk=account["id"]).update(is_staff=True)
    return api.signed(api.sign_in("staff@example.org")["access"])


@pytest.fixture
def user_of() -> Any:
    """The account behind an address."""
    return lambda email="ada@example.org": User.objects.get(email=email)


@pytest.fixture
def private_redis(tmp_path: Path, settings: Any) -> Iterator[PrivateRedis]:
    """A Redis that a test may stop and start; the shop's cache uses it."""
    server = PrivateRedis(tmp_path)
    server.start()
    settings.REDIS_URL = server.url
    forget_cache()
    yield server
    server.stop()
    forget_cache()


def forget_cache() -> None:
    """Forget what the cache holds, as in a new process."""
    shared_store.cache_clear()
    shared_trust.cache_clear()
