"""The shop as deployed. Everything that is missing or weak stops the start, by system checks that name the variable."""

from reference_app.settings.base import *  # noqa: F403
from reference_app.settings.base import DATABASE_POOL
from reference_app.settings.databases import connect
from reference_app.settings.environment import read

REFUSES_WEAK_SETTINGS = True
DATABASES = {"default": connect(read("DATABASE_URL"), pool=DATABASE_POOL)}

SECURE_SSL_REDIRECT = True  # carried out by reference_app.http, which spares the probes and never redirects a body
SECURE_HSTS_SECONDS = 63_072_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
X_FRAME_OPTIONS = "DENY"
