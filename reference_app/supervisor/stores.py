"""The database and the two Redis of a run: embedded ones, or those that the environment names.

DATABASE_URL, REDIS_URL and COUNTERS_URL each replace their embedded server. A service that is not the supervisor's own
cannot be stopped by it, but is filled and emptied like its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from reference_app.supervisor.guardian import Guardian
from reference_app.supervisor.machine import (
    RuntimeFolder,
    find_postgres,
    find_redis,
    reachable_by_everybody,
    unprivileged_user,
)
from reference_app.supervisor.postgres import Postgres
from reference_app.supervisor.redis_server import Eviction, RedisServer
from reference_app.supervisor.service_process import ServiceProcess

CACHE_MEMORY = "64mb"
COUNTERS_MEMORY = "64mb"


@dataclass(frozen=True)
class Stores:
    """The servers in which the application keeps things; None for one that this supervisor does not run."""

    database: Postgres | None
    cache: RedisServer | None
    counters: RedisServer | None
    database_url: str
    """For the application: the shop's own role."""
    examiner_url: str
    """For the examination: as superuser, where the database is embedded."""
    cache_url: str
    counters_url: str

    @property
    def services(self) -> list[ServiceProcess]:
        """The embedded ones, in the order in which they end: nothing ends before what depends on it."""
        return [service for service in (self.cache, self.counters, self.database) if service is not None]

    def application_variables(self) -> dict[str, str]:
        """Return what the application has to know of them."""
        return {"DATABASE_URL": self.database_url, "REDIS_URL": self.cache_url, "COUNTERS_URL": self.counters_url}


def choose_stores(variables: Mapping[str, str], folder: RuntimeFolder, guardian: Guardian) -> Stores:
    """Choose an embedded or a named server for each store; raises ``StartupError`` where neither can be had."""
    database_url = variables.get("DATABASE_URL", "")
    cache_url = variables.get("REDIS_URL", "")
    counters_url = variables.get("COUNTERS_URL", "") or cache_url
    database = None if database_url else _postgres(folder, guardian)
    cache = None if cache_url else _redis("cache", folder, guardian, Eviction.OLDEST, CACHE_MEMORY)
    counters = None if counters_url else _redis("counters", folder, guardian, Eviction.NOTHING, COUNTERS_MEMORY)
    return Stores(
        database=database,
        cache=cache,
        counters=counters,
        database_url=database.url if database else database_url,
        examiner_url=database.superuser_url if database else database_url,
        cache_url=cache.url if cache else cache_url,
        counters_url=counters.url if counters else counters_url,
    )


def declared_variables(variables: Mapping[str, str]) -> dict[str, str]:
    """Pick the variables beside DATABASE_URL that say how a named database is reached."""
    return {name: variables[name] for name in ("DATABASE_SSLMODE",) if variables.get(name)}


def _postgres(folder: RuntimeFolder, guardian: Guardian) -> Postgres:
    programs, user = find_postgres(), unprivileged_user()
    if user is not None:
        programs = reachable_by_everybody(programs, folder.path / "programs")
    return Postgres(programs, folder.path / "database", user, guardian)


def _redis(name: str, folder: RuntimeFolder, guardian: Guardian, eviction: Eviction, memory: str) -> RedisServer:
    return RedisServer(name, find_redis(), folder.path, guardian, eviction=eviction, memory=memory)
