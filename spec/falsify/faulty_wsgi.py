"""The reference shop with one fault: the WSGI application that falsify serves in place of the right one.

The environment variable SHOPSPEC_FAULT holds the dotted name of the fault's module. A shop that is switched from one
fault to the next has SHOPSPEC_FAULT_FILE instead: a file with that name, empty for none, which each worker reads when
it begins. The fault's `break_shop` runs once Django is set up and before the first request.
"""

from __future__ import annotations

import importlib
import os
from pathlib import Path

import spec.falsify.shop_setup  # noqa: F401 -- sets Django up, where the application server has not done it before

_file = os.environ.get("SHOPSPEC_FAULT_FILE")
_name = Path(_file).read_text(encoding="utf-8").strip() if _file else os.environ["SHOPSPEC_FAULT"]
if _name:
    importlib.import_module(_name).break_shop()

# Only now: whatever the shop binds on import has to be bound to the broken parts.
from reference_app.wsgi import application  # noqa: E402

__all__ = ["application"]
