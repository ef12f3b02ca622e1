"""The shop on a developer's machine, with Django Debug Toolbar on its pages (roadmap: monitoring)."""

from reference_app.settings.databases import connect
from reference_app.settings.environment import read
from reference_app.settings.local import *  # noqa: F403
from reference_app.settings.local import DATABASE_POOL, INSTALLED_APPS, MIDDLEWARE

DEBUG = True
PLAIN_HTTP = "serve"
DATABASES = {"default": connect(read("DATABASE_URL"), pool=DATABASE_POOL)}

# A prefix of __Host- would need TLS.
SESSION_COOKIE_NAME = "session"
CSRF_COOKIE_NAME = "csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False

# On /api/docs, /api/redoc and /admin/; its history panel shows the requests to the API that a page makes.
INSTALLED_APPS = [*INSTALLED_APPS, "debug_toolbar"]
MIDDLEWARE = [*MIDDLEWARE, "debug_toolbar.middleware.DebugToolbarMiddleware"]
INTERNAL_IPS = ["127.0.0.1", "::1"]
DEBUG_TOOLBAR_CONFIG = {"UPDATE_ON_FETCH": True}
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.AppDirectoriesFinder"]
