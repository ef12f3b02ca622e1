"""The bare view behind no middleware at all: what Django and gunicorn cost by themselves."""

from reference_app.settings.common import INSTALLED_APPS as APPS_OF_THE_SHOP
from reference_app.settings.production import *  # noqa: F403

ROOT_URLCONF = "tests.bench.bare_urls"
MIDDLEWARE = []
INSTALLED_APPS = [app for app in APPS_OF_THE_SHOP if "backoffice" not in app]  # it refuses to start without middleware
