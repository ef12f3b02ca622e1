"""The reference shop with one fault: the WSGI application that falsify serves in place of the right one.

The environment variable SHOPSPEC_FAULT holds the dotted name of the fault's module; its `break_shop` runs once Django
is set up and before the first request.
"""

from __future__ import annotations

import importlib
import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reference_app.settings.production")
django.setup()

_fault = importlib.import_module(os.environ["SHOPSPEC_FAULT"])
_fault.break_shop()

# Only now: whatever the shop binds on import has to be bound to the broken parts.
from reference_app.wsgi import application  # noqa: E402

__all__ = ["application"]
