"""The shop under pytest: the production middleware and limits, on the services that the test session started."""

from reference_app.settings.databases import connect
from reference_app.settings.environment import read
from reference_app.settings.local import *  # noqa: F403
from reference_app.settings.local import INSTALLED_APPS, MIDDLEWARE

PLAIN_HTTP = "refuse"
ALLOWED_HOSTS = ["testserver", "localhost"]
DATABASES = {"default": connect(read("DATABASE_URL"), pool=None)}  # a pool outlives the database that a test drops
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

# Each request of a test runs under zeal: a query for each row of a list fails it.
INSTALLED_APPS = [*INSTALLED_APPS, "zeal"]
MIDDLEWARE = [*MIDDLEWARE, "zeal.middleware.zeal_middleware"]
ZEAL_RAISE = True
# Django asks for a session and, when it is not worth anything any more, for the one that takes its place.
ZEAL_ALLOWLIST = [{"model": "sessions.Session", "field": "get()"}]
