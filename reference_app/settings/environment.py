"""Every environment variable of the shop, in one place: name, type, default, meaning.

`python -m reference_app.manage list_settings` prints this table; the system checks judge the values.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import environ  # type: ignore[import-untyped] # publishes no types


@dataclass(frozen=True)
class Variable:
    """One environment variable; a `default` of None means that production cannot start without it."""

    name: str
    kind: type
    default: Any
    meaning: str


VARIABLES = (
    Variable("SECRET_KEY", str, None, "Signs cursors and other short-lived values; at least 32 random bytes."),
    Variable("TOKEN_SIGNING_KEY", str, None, "Signs access and refresh tokens; at least 32 random bytes, its own."),
    Variable("ALLOWED_HOSTS", list, None, "Host names under which the shop answers, separated by commas."),
    Variable("ALLOWED_ORIGINS", list, [], "Origins whose pages may read answers (CORS), separated by commas."),
    Variable("DATABASE_URL", str, None, "postgres://user:password@host:port/name, or a Unix socket as ?host=/path."),
    Variable("DATABASE_SSLMODE", str, "require", "libpq's sslmode; verify-full also verifies the server."),
    Variable("DATABASE_POOL_SIZE", int, 8, "Most database connections of one worker process."),
    Variable("DATABASE_POOL_WAIT_SECONDS", float, 5.0, "How long a request waits for a connection before it fails."),
    Variable("DATABASE_STATEMENT_TIMEOUT_MS", int, 10_000, "A statement that takes longer is cancelled."),
    Variable("REDIS_URL", str, None, "The cache: may evict."),
    Variable("COUNTERS_URL", str, "", "The throttle counters: must not evict. Default: REDIS_URL."),
    Variable("THROTTLE_ANON", str, "100/hour", "Budget of an anonymous client, by address."),
    Variable("THROTTLE_USER", str, "1000/hour", "Budget of a signed-in account."),
    Variable("THROTTLE_BURST", str, "60/minute", "Budget of any client within a minute."),
    Variable("THROTTLE_SIGN_IN_ACCOUNT", str, "10/minute", "Sign-in attempts for one account, from anywhere."),
    Variable("THROTTLE_SIGN_IN_ADDRESS", str, "30/minute", "Sign-in attempts from one address, for any account."),
    Variable("THROTTLE_STORE_DOWN", str, "open", "Without the counters: open admits requests, closed answers 503."),
    Variable("TRUSTED_PROXY_COUNT", int, 0, "Proxies of our own in front, each appending to X-Forwarded-For."),
    Variable("ACCESS_TOKEN_MINUTES", float, 15.0, "Lifetime of an access token."),
    Variable("REFRESH_TOKEN_DAYS", float, 7.0, "Lifetime of a refresh token."),
    Variable("REFRESH_GRACE_SECONDS", float, 10.0, "How long a parallel refresh gets the same successor."),
    Variable("PLAIN_HTTP", str, "refuse", "Requests without TLS: refuse (403), redirect (308 for GET and HEAD)."),
    Variable("METRICS_TOKEN", str, "", "Bearer token of the metrics scraper; empty: staff accounts only."),
    Variable("PROMETHEUS_MULTIPROC_DIR", str, "", "Folder in which the workers share their metrics."),
    Variable("SENTRY_DSN", str, "", "Where unhandled failures are reported (Sentry's protocol); empty: nowhere."),
    Variable("LOG_LEVEL", str, "INFO", "Least level of the events that are logged."),
    Variable("STATIC_ROOT", str, "", "Folder of collectstatic; empty: files are served from their packages."),
    Variable("WEB_WORKERS", int, 2, "Worker processes of gunicorn: one for each core."),
    Variable("WEB_THREADS", int, 8, "Threads of one worker process."),
    Variable("WEB_TIMEOUT_SECONDS", int, 30, "A worker that is stuck for longer is replaced."),
    Variable("WEB_MAX_REQUESTS", int, 0, "A worker is replaced after so many requests; 0: never."),
    Variable("WEB_GRACE_SECONDS", int, 25, "How long requests in flight may take to finish on SIGTERM."),
    Variable("BIND", str, "127.0.0.1:8000", "Address that gunicorn listens on."),
    Variable("TLS_CERTIFICATE", str, "", "Certificate file; with TLS_KEY, gunicorn itself speaks TLS."),
    Variable("TLS_KEY", str, "", "Key file of the certificate."),
)

env = environ.Env()
MISREAD: list[str] = []  # variables whose value is not of their kind; a system check names them
BY_NAME = {variable.name: variable for variable in VARIABLES}


def read(name: str) -> Any:
    """Return the value of one variable of the table; where it is required and absent, the empty value of its kind.

    An absent required variable is reported by a system check, all of them at once, rather than by an exception here.
    """
    variable = BY_NAME[name]
    default = variable.kind() if variable.default is None else variable.default
    if variable.kind is list:
        return env.list(name, default=default)
    try:
        return env.get_value(name, cast=variable.kind, default=default)
    except ValueError:
        MISREAD.append(name)
        return default
