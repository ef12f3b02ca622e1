"""The shop's production settings for benches inside the process, with a database of each size."""

import os

from reference_app.settings.databases import connect
from reference_app.settings.production import *  # noqa: F403
from reference_app.settings.production import DATABASE_POOL

DATABASES = {
    alias: connect(os.environ[f"BENCH_{alias.upper()}_URL"], pool=DATABASE_POOL)
    for alias in ("default", "small", "large")
}
DATABASE_ROUTERS = ["tests.bench.routing.ChosenDatabase"]
