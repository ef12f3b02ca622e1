"""N+1 queries fail a test: zeal watches each request, here one that is wrong on purpose (QRY)."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import path

from reference_app.catalogue.models import Product
from reference_app.urls import handler400, handler403, handler404, handler500
from tests.reference_app.client import Api
from tests.reference_app.domain.shelf import make_product

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


def list_names(request: HttpRequest) -> HttpResponse:
    """Return the names, asking for the category of each product."""
    return HttpResponse("".join(product.category.name for product in Product.objects.all()))


urlpatterns = [path("names", list_names)]


def test_a_query_for_each_row_is_a_failure(api: Api) -> None:
    make_product()
    assert api.get("/names").status_code == 200
    make_product()
    assert api.get("/names").status_code == 500
