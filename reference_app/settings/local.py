"""The shop on one machine: keys that are worth nothing, plain HTTP on loopback, everything else as in production."""

import os

for name, value in {
    "SECRET_KEY": "development-only-0123456789-0123456789",
    "TOKEN_SIGNING_KEY": "development-only-tokens-0123456789-0123456789",
    "ALLOWED_HOSTS": "localhost,127.0.0.1,[::1]",
    "DATABASE_URL": "postgres://postgres@127.0.0.1:5432/shop",
    "DATABASE_SSLMODE": "prefer",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
}.items():
    os.environ.setdefault(name, value)

from reference_app.settings.common import *  # noqa: E402, F403

REFUSES_WEAK_SETTINGS = False
