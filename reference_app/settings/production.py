"""The shop as deployed. Everything that is missing or weak stops the start, by system checks that name the variable."""

from reference_app.settings.common import *  # noqa: F403
from reference_app.settings.common import DATABASE_POOL
from reference_app.settings.databases import connect
from reference_app.settings.environment import read

REFUSES_WEAK_SETTINGS = True
DATABASES = {"default": connect(read("DATABASE_URL"), pool=DATABASE_POOL)}

# W008 asks for a redirect of plain HTTP. Here it is refused (or redirected, for GET and HEAD) by reference_app.http,
# which spares the probes and never answers a request that carried a token in clear as if nothing had happened.
SILENCED_SYSTEM_CHECKS = ["security.W008"]
