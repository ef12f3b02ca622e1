"""The database connection: a pool in each process, a time-out on everything that can hang."""

from __future__ import annotations

from typing import Any

from reference_app.settings.environment import env, read

ENGINE = "reference_app.database"


def connect(url: str, *, pool: dict[str, Any] | None) -> dict[str, Any]:
    """Return the `DATABASES` entry for a postgres:// URL; `?host=/folder` names a Unix socket.

    A connection a request costs 3.5 to 9 times as much as a pooled one. Pooling and CONN_MAX_AGE exclude each other.
    """
    if not url:
        return {"ENGINE": ENGINE, "NAME": ""}  # the system check names the variable
    entry: dict[str, Any] = dict(env.db_url_config(url))
    options = dict(entry.get("OPTIONS", {}))
    socket = options.pop("host", "")
    if socket:
        entry["HOST"] = socket
    options.setdefault("sslmode", read("DATABASE_SSLMODE"))
    options["connect_timeout"] = 3
    options["tcp_user_timeout"] = 5_000  # a server that vanished without a word is noticed; no matter on a Unix socket
    options["options"] = f"-c statement_timeout={read('DATABASE_STATEMENT_TIMEOUT_MS')} -c lock_timeout=5000"
    if pool is not None:
        options["pool"] = pool
    entry.update({"ENGINE": ENGINE, "OPTIONS": options, "CONN_MAX_AGE": 0})
    entry["CONN_HEALTH_CHECKS"] = pool is None  # the backend looks after the connections of a pool itself
    entry["ATOMIC_REQUESTS"] = False  # each operation opens its own transaction (reference_app.api.operations)
    return entry
