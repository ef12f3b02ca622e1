"""The shop on a developer's machine: keys that are worth nothing, plain HTTP on loopback, everything else the same."""

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

from reference_app.settings.base import *  # noqa: E402, F403
from reference_app.settings.base import DATABASE_POOL  # noqa: E402
from reference_app.settings.databases import connect  # noqa: E402
from reference_app.settings.environment import read  # noqa: E402

REFUSES_WEAK_SETTINGS = False
PLAIN_HTTP = "serve"
DATABASES = {"default": connect(read("DATABASE_URL"), pool=DATABASE_POOL)}
