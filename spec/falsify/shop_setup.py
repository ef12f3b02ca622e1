"""Django, set up for the reference shop: all that a worker needs before a fault is put into it.

The application server of a switched shop imports this module once; its workers are forks, which begin with the fault.
"""

from __future__ import annotations

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reference_app.settings.production")
django.setup()
