"""Print, as JSON, the middleware that the application of the shop's WSGI module has loaded, from the outside in.

Which settings it is set up with says DJANGO_SETTINGS_MODULE, as for a server.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string


def walk(chain: Any) -> Iterator[str]:
    """Yield the classes of a handler's chain; each layer is wrapped once by Django, and holds the next."""
    while hasattr(chain, "__wrapped__") and hasattr(chain.__wrapped__, "get_response"):
        layer = chain.__wrapped__
        yield f"{type(layer).__module__}.{type(layer).__qualname__}"
        chain = layer.get_response


if __name__ == "__main__":
    application = import_string("reference_app.wsgi.application")
    chain = list(walk(application._middleware_chain))
    sys.stdout.write(json.dumps({"loaded": chain, "named": settings.MIDDLEWARE}))  # Django shows it nowhere else
