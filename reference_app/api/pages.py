"""The documentation page: Swagger UI from this host's own files, with no inline script (roadmap 3.1)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
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
</head>
<body>
<div id="documentation"></div>
<script src="{bundle}"></script>
<script src="{preset}"></script>
<script src="{start}"></script>
</body>
</html>
"""


@require_safe
def docs_page(request: HttpRequest) -> HttpResponse:
    """GET /api/docs."""
    page = format_html(
        PAGE,
        icon=static(SWAGGER + "favicon-32x32.png"),
        style=static(SWAGGER + "swagger-ui.css"),
        bundle=static(SWAGGER + "swagger-ui-bundle.js"),
        preset=static(SWAGGER + "swagger-ui-standalone-preset.js"),
        start=static("shop/docs.js"),
    )
    return HttpResponse(page, headers={"Cache-Control": "no-cache"})
