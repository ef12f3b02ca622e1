"""The shop's production settings, middleware included, with the bare view in place of the shop."""

from reference_app.settings.production import *  # noqa: F403

ROOT_URLCONF = "tests.bench.bare_urls"
