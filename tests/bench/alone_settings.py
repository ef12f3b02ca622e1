"""The bare view behind no middleware at all: what Django and gunicorn cost by themselves."""

from reference_app.settings.production import *  # noqa: F403

ROOT_URLCONF = "tests.bench.bare_urls"
MIDDLEWARE = []
