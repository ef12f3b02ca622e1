"""The WSGI application. It does not start with settings that are missing or weak (PROD: roadmap 4.1)."""

import os
import sys

import django
from django.core.checks import ERROR, run_checks
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reference_app.settings.production")


def refuse_bad_settings() -> None:
    """End the process with one line for each error of the system checks. Raises SystemExit."""
    errors = [message for message in run_checks() if message.level >= ERROR]
    if errors:
        for error in errors:
            sys.stderr.write(f"{error.id}: {error.msg}\n")
        raise SystemExit(3)  # gunicorn's code for a worker that failed to boot: the master ends too


django.setup(set_prefix=False)
refuse_bad_settings()
application = get_wsgi_application()
