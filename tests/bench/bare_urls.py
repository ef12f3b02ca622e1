"""A bare Django view under the address of the product list: it returns the bytes of a file, read once."""

from __future__ import annotations

import os
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.urls import path

BODY = Path(os.environ["BENCH_BODY"]).read_bytes()


def product_list(request: HttpRequest) -> HttpResponse:
    """Return the same bytes as the shop's list."""
    return HttpResponse(BODY, content_type="application/json")


urlpatterns = [path("api/v2/products", product_list)]
