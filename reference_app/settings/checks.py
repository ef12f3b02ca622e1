"""System checks of the settings: what is missing or weak stops the start and names the variable (roadmap 4.1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from reference_app.observability.error_tracking import is_dsn
from reference_app.observability.logs import LEVELS
from reference_app.settings.environment import MISREAD, VARIABLES, read
from reference_app.throttling.limits import parse_rate

MIN_SECRET_BYTES = 32
MIN_DISTINCT = 10
RATES = (
    "THROTTLE_ANON",
    "THROTTLE_USER",
    "THROTTLE_BURST",
    "THROTTLE_SIGN_IN_ACCOUNT",
    "THROTTLE_SIGN_IN_ADDRESS",
)
VERIFYING_MODES = frozenset({"require", "verify-ca", "verify-full"})


@register
def check_settings(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    """Return everything that is wrong, at once."""
    return [*check_values(), *(check_production() if settings.REFUSES_WEAK_SETTINGS else ())]


def check_values() -> Iterator[CheckMessage]:
    """Yield an error for each value that no environment may have."""
    for name in sorted(set(misread_numbers())):
        yield Error(f"{name} is not a number.", id="shop.E000")
    for name in RATES:
        try:
            parse_rate(getattr(settings, name))
        except ValueError as failure:
            yield Error(f"{name}: {failure}.", id="shop.E010")
    if settings.THROTTLE_STORE_DOWN not in {"open", "closed"}:
        yield Error("THROTTLE_STORE_DOWN is neither open nor closed.", id="shop.E011")
    if settings.PLAIN_HTTP not in {"refuse", "redirect", "serve"}:
        yield Error("PLAIN_HTTP is neither refuse nor redirect.", id="shop.E012")
    if settings.TRUSTED_PROXY_COUNT < 0:
        yield Error("TRUSTED_PROXY_COUNT is negative.", id="shop.E013")
    for name in ("ACCESS_TOKEN_MINUTES", "REFRESH_TOKEN_DAYS"):
        if getattr(settings, name) <= 0:
            yield Error(f"{name} is not a positive number.", id="shop.E014")
    if settings.REFRESH_GRACE_SECONDS < 0:
        yield Error("REFRESH_GRACE_SECONDS is negative.", id="shop.E015")
    if settings.LOG_LEVEL not in LEVELS:
        yield Error(f"LOG_LEVEL is none of {', '.join(LEVELS)}.", id="shop.E017")
    if settings.SENTRY_DSN and not is_dsn(settings.SENTRY_DSN):
        yield Error("SENTRY_DSN is not https://KEY@HOST/PROJECT.", id="shop.E016")


def check_production() -> Iterator[CheckMessage]:
    """Yield an error for each value that production may not have, or lacks."""
    for variable in VARIABLES:
        if variable.default is None and not read(variable.name):
            yield Error(f"{variable.name} is not set. {variable.meaning}", id="shop.E001")
    for name in ("SECRET_KEY", "TOKEN_SIGNING_KEY"):
        secret = read(name)
        if secret and is_weak(secret):
            yield Error(f"{name} is weak: it needs at least {MIN_SECRET_BYTES} random bytes.", id="shop.E002")
    if settings.METRICS_TOKEN and is_weak(settings.METRICS_TOKEN):
        yield Error(f"METRICS_TOKEN is weak: it needs at least {MIN_SECRET_BYTES} random bytes.", id="shop.E002")
    if read("SECRET_KEY") and read("SECRET_KEY") == settings.TOKEN_SIGNING_KEY:
        yield Error("TOKEN_SIGNING_KEY is the same as SECRET_KEY.", id="shop.E003")
    if any(host.startswith("*") for host in settings.ALLOWED_HOSTS):
        yield Error("ALLOWED_HOSTS holds a wildcard; name the hosts.", id="shop.E004")
    if read("DATABASE_URL") and not read("DATABASE_URL").startswith(("postgres://", "postgresql://")):
        yield Error("DATABASE_URL does not name a PostgreSQL database.", id="shop.E005")
    mode = read("DATABASE_SSLMODE")
    if mode not in VERIFYING_MODES:
        yield Error(f"DATABASE_SSLMODE is {mode!r}, which allows a connection without TLS.", id="shop.E006")
    if settings.DEBUG:
        yield Error("DEBUG is on.", id="shop.E007")
    if settings.PLAIN_HTTP == "serve":
        yield Error("PLAIN_HTTP is serve, which is for development.", id="shop.E008")
    for name in ("REDIS_URL", "COUNTERS_URL"):
        if read(name) and not read(name).startswith(("redis://", "rediss://", "unix://")):
            yield Error(f"{name} does not name a Redis server.", id="shop.E009")


def misread_numbers() -> list[str]:
    """Return the variables that should hold a number and do not, including those that only gunicorn reads."""
    for variable in VARIABLES:
        if variable.kind in {int, float}:
            read(variable.name)
    return MISREAD


def is_weak(secret: str) -> bool:
    """Return whether a secret is too short for 32 random bytes, of few different characters, or a placeholder."""
    placeholder = any(word in secret.lower() for word in ("django-insecure", "changeme", "development-only", "secret"))
    return len(secret.encode()) < MIN_SECRET_BYTES or len(set(secret)) < MIN_DISTINCT or placeholder
