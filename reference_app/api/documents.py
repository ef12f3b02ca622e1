"""Make and serve the OpenAPI document of each version; one process makes it once, since only a release changes it."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Any

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views import View
from drf_spectacular.generators import SchemaGenerator

from reference_app.api.versions import PREFIX


class DocumentGenerator(SchemaGenerator):
    """Generates the document of one version: its paths begin at its server, which is the base of the version."""

    def get_schema(self, request: Any = None, public: bool = False) -> dict[str, Any]:
        """Return the document as plain values."""
        schema = super().get_schema(request, public)  # type: ignore[no-untyped-call]
        return {**schema, "servers": [{"url": f"{PREFIX}{self.api_version}"}]}


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
    document = orjson.dumps(generate_document(version))
    return document, f'"{hashlib.sha256(document).hexdigest()[:32]}"'


def generate_document(version: str) -> dict[str, Any]:
    """Generate the document of one version."""
    generator = DocumentGenerator(urlconf=settings.ROOT_URLCONF, api_version=version)  # type: ignore[no-untyped-call]
    return generator.get_schema(request=None, public=True)
