"""The shop under pytest: the production middleware and limits, on the services that the test session started."""

from reference_app.settings.databases import connect
from reference_app.settings.environment import read
from reference_app.settings.local import *  # noqa: F403

PLAIN_HTTP = "refuse"
ALLOWED_HOSTS = ["testserver", "localhost"]
DATABASES = {"default": connect(read("DATABASE_URL"), pool=None)}  # a pool outlives the database that a test drops
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
