"""The documentation pages: Swagger UI and ReDoc from this host's own files, with no inline script (roadmap 3.1)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.templatetags.static import static
from django.utils.html import format_html
from django.views.decorators.http import require_safe

SWAGGER = "drf_spectacular_sidecar/swagger-ui-dist/"
PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Reference shop: API documentation</title>
<link rel="icon" type="image/png" href="{icon}">
<link rel="stylesheet" href="{style}">
<link rel="stylesheet" href="{own_style}">
</head>
<body>
<div id="documentation"></div>
<script src="{bundle}"></script>
<script src="{preset}"></script>
<script src="{start}"></script>
</body>
</html>
"""

REDOC = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Reference shop: API reference</title>
<link rel="icon" type="image/png" href="{icon}">
<link rel="stylesheet" href="{own_style}">
</head>
<body>
<div id="documentation" data-logo="{icon}"></div>
<script src="{bundle}"></script>
<script src="{start}"></script>
</body>
</html>
"""


@require_safe
def docs_page(request: HttpRequest) -> HttpResponse:
    """Answer GET /api/docs."""
    page = format_html(
        PAGE,
        icon=static(SWAGGER + "favicon-32x32.png"),
        style=static(SWAGGER + "swagger-ui.css"),
        own_style=static("shop/docs.css"),
        bundle=static(SWAGGER + "swagger-ui-bundle.js"),
        preset=static(SWAGGER + "swagger-ui-standalone-preset.js"),
        start=static("shop/docs.js"),
    )
    return HttpResponse(page, headers={"Cache-Control": "no-cache"})


@require_safe
def reference_page(request: HttpRequest) -> HttpResponse:
    """Answer GET /api/redoc: the same document to be read; `?version=v1` shows that of the deprecated version."""
    page = format_html(
        REDOC,
        icon=static(SWAGGER + "favicon-32x32.png"),
        own_style=static("shop/docs.css"),
        bundle=static("drf_spectacular_sidecar/redoc/bundles/redoc.standalone.js"),
        start=static("shop/redoc.js"),
    )
    return HttpResponse(page, headers={"Cache-Control": "no-cache"})


@require_safe
def icon(request: HttpRequest) -> HttpResponse:
    """Answer GET /favicon.ico, which browsers ask for on pages that name no icon."""
    return HttpResponseRedirect(static(SWAGGER + "favicon-32x32.png"))
