"""A bearer token that is refused is written to the log."""

from __future__ import annotations

import logging
from typing import Any

from spec.falsify.patching import wrap

KILLS = {"TOK-016": "SECRET_DISCLOSED"}


def break_shop() -> None:
    """Write the Authorization field of each request that is answered 401 to the log."""
    wrap("django.middleware.security:SecurityMiddleware.process_response", _logged)


def _logged(right: Any) -> Any:
    def process_response(middleware: Any, request: Any, response: Any) -> Any:
        if response.status_code == 401 and "Authorization" in request.headers:
            logging.getLogger("shop.request").warning("refused: %s", request.headers["Authorization"])
        return right(middleware, request, response)

    return process_response
