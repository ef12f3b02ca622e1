"""The routes of the API, version by version.

Each shop app that serves operations has a module `urls` with one function:

    def urlpatterns(version: str) -> list[URLPattern]:      # version is "v1" or "v2"
        return [path("products/<id:product_id>", ProductDetail.as_view(), name="product")]

Paths are relative to /api/<version>/ and end without a slash. The apps are those of `settings.SHOP_APPS`, in order.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path
from django.views.decorators.csrf import csrf_exempt

from reference_app.api.documents import OpenApiDocument
from reference_app.api.paths import register_path_converters
from reference_app.api.versions import VERSIONS


def operation_routes(version: str) -> list[URLPattern]:
    """Return the operations that every app serves in `version`."""
    routes: list[URLPattern] = []
    for app in settings.SHOP_APPS:
        if find_spec(f"{app}.urls") is not None:
            routes.extend(import_module(f"{app}.urls").urlpatterns(version))
    return routes


def api_routes() -> list[URLResolver]:
    """Return everything under /api/v1/ and /api/v2/."""
    register_path_converters()
    return [
        path(f"api/{version}/", include(([*operation_routes(version), document_route(version)], "api"), version))
        for version in VERSIONS
    ]


def document_route(version: str) -> URLPattern:
    """Return the route of the OpenAPI document of `version`.

    It only reads: a POST is told 405, not that its CSRF token is missing.
    """
    return path("openapi.json", csrf_exempt(OpenApiDocument.as_view(version=version)))
