"""The reference shop under pytest-django, on a real PostgreSQL and a real Redis.

Settings are chosen here and not in the ini file, so that no other folder of tests has Django in its process unless it
runs together with this one. What is put into the environment for the settings is taken out again: the processes that
other tests start must not inherit it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import django
import pytest
import redis

from tests.reference_app.client import Api
from tests.reference_app.services import Services

SERVICES = Services.planned()


def set_up_django() -> None:
    """Load the settings for tests, with the addresses that the services will have."""
    before = dict(os.environ)
    os.environ.update(
        DJANGO_SETTINGS_MODULE="reference_app.settings.testing",
        DATABASE_URL=SERVICES.database_url,
        REDIS_URL=SERVICES.redis_url,
    )
    try:
        django.setup()
    finally:
        os.environ.clear()
        os.environ.update(before)


set_up_django()

from reference_app.flags.state import store as flags  # noqa: E402 -- needs the settings


@pytest.fixture(scope="session")
def services() -> Iterator[Services]:
    """The servers, for the whole session."""
    SERVICES.start()
    yield SERVICES
    SERVICES.stop()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(services: Services) -> None:
    """Start the servers before a test database is created."""


@pytest.fixture(autouse=True)
def fresh_redis(services: Services) -> None:
    """Each test begins with an empty cache, full budgets and no memory of flags."""
    with redis.Redis.from_url(services.redis_url) as client:
        client.flushdb()
    flags.forget()


@pytest.fixture
def api() -> Api:
    """An anonymous client of v2 over TLS."""
    return Api()
