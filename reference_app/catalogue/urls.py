"""The routes of the catalogue."""

from __future__ import annotations

from django.urls import URLPattern, path

from reference_app.catalogue.category_views import CategoryDetail, CategoryList
from reference_app.catalogue.views import ProductDetail, ProductList, VariantDetail, VariantList


def urlpatterns(version: str) -> list[URLPattern]:
    """Return the routes, the same in both versions."""
    return [
        path("categories", CategoryList.as_view(), name="categories"),
        path("categories/<id:category_id>", CategoryDetail.as_view(), name="category"),
        path("products", ProductList.as_view(), name="products"),
        path("products/<id:product_id>", ProductDetail.as_view(), name="product"),
        path("products/<id:product_id>/variants", VariantList.as_view(), name="variants"),
        path("products/<id:product_id>/variants/<id:variant_id>", VariantDetail.as_view(), name="variant"),
    ]
