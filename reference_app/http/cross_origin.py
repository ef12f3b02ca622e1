"""Cross-origin reading (CORS, Fetch standard): pages of declared origins may read the API, all others nothing.

The work is done by django-cors-headers. Two middlewares take it apart: the headers stand on every answer of the API,
refusals included, so they are set far outside; a preflight spends budget like any request, so it is answered inside.
"""

from __future__ import annotations

from urllib.parse import SplitResult

from corsheaders.conf import conf
from corsheaders.middleware import CorsMiddleware
from django.http import HttpRequest, HttpResponseBase


class CrossOriginHeaders(CorsMiddleware):
    """Lets pages of a declared origin read the answer, whatever its status."""

    def check_preflight(self, request: HttpRequest) -> HttpResponseBase | None:
        """Leave preflights to `Preflights`."""
        return None

    def is_enabled(self, request: HttpRequest) -> bool:
        """Tell if an answer depends on its origin at all: without a declared one there is nothing to vary by."""
        return bool(conf.CORS_ALLOWED_ORIGINS) and super().is_enabled(request)

    def origin_found_in_white_lists(self, origin: str, url: SplitResult) -> bool:
        """Compare the whole text: the library compares scheme and host, and would echo a path behind them."""
        return origin in conf.CORS_ALLOWED_ORIGINS


class Preflights(CorsMiddleware):
    """Answers preflights of declared origins. Those of others are requests by an unsupported method."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Return the answer to a preflight, or what the shop answers; `CrossOriginHeaders` says what is allowed."""
        declared = request.headers.get("Origin") in conf.CORS_ALLOWED_ORIGINS
        preflight = self.check_preflight(request) if declared else None
        if preflight is None:
            return self.get_response(request)  # type: ignore[return-value] # synchronous, as all middleware here
        del preflight.headers["Content-Type"]  # it has no content
        return preflight
