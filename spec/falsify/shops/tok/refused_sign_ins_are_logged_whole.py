"""The body of a refused sign-in is written to the log."""

from __future__ import annotations

import logging
from typing import Any

from spec.falsify.patching import wrap

KILLS = {"TOK-016": "SECRET_DISCLOSED"}


def break_shop() -> None:
    """Write the body of each sign-in that is answered 401 to the log."""
    wrap("django.middleware.security:SecurityMiddleware.process_response", _logged)


def _logged(right: Any) -> Any:
    def process_response(middleware: Any, request: Any, response: Any) -> Any:
        if response.status_code == 401 and request.path.endswith("/tokens"):
            logging.getLogger("shop.request").warning("refused: %s", request.body.decode(errors="replace"))
        return right(middleware, request, response)

    return process_response
