"""Serve the OpenAPI document of each version; it is rendered once in a process, since only a release changes it."""

from __future__ import annotations

import hashlib
from functools import cache

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views import View
from drf_spectacular.generators import SchemaGenerator


class OpenApiDocument(View):
    """GET /api/<version>/openapi.json."""

    http_method_names = ["get", "head"]
    version = ""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Return the document, with a strong validator."""
        document, tag = render_document(self.version)
        headers = {"ETag": tag, "Cache-Control": "public, max-age=300"}
        if request.headers.get("If-None-Match") == tag:
            return HttpResponse(status=304, headers=headers)
        return HttpResponse(document, content_type="application/json", headers=headers)


@cache
def render_document(version: str) -> tuple[bytes, str]:
    """Return the document of one version and its entity tag."""
    generator = SchemaGenerator(urlconf=settings.ROOT_URLCONF, api_version=version)  # type: ignore[no-untyped-call]
    schema = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    document = orjson.dumps(schema)
    return document, f'"{hashlib.sha256(document).hexdigest()[:32]}"'
