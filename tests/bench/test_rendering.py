"""The shop's rendering (plain dictionaries and orjson) against plain DRF serializers, for the same content."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from rest_framework.renderers import JSONRenderer

from reference_app.catalogue.list_pages import encode
from reference_app.catalogue.models import Product
from reference_app.catalogue.rendering import render_detail, render_summary
from tests.bench.plain_serializers import ProductSerializer, SummarySerializer

COUNT = 50
Render = Callable[[Sequence[Product]], bytes]


def summaries_of_the_shop(products: Sequence[Product]) -> bytes:
    """Return a list, as the shop writes it."""
    return encode([render_summary("v2", product) for product in products])


def summaries_by_serializer(products: Sequence[Product]) -> bytes:
    """Return a list, as DRF writes it."""
    return serialize(SummarySerializer(products, many=True).data)


def details_of_the_shop(products: Sequence[Product]) -> bytes:
    """Return products with everything that belongs to them, as the shop writes them."""
    return encode([render_detail("v2", product, product.variants.all(), product.images.all()) for product in products])


def details_by_serializer(products: Sequence[Product]) -> bytes:
    """Return products with everything that belongs to them, as DRF writes them."""
    return serialize(ProductSerializer(products, many=True).data)


def serialize(data: Any) -> bytes:
    """Return the JSON of DRF."""
    return bytes(JSONRenderer().render(data))


ARMS: dict[str, dict[str, Render]] = {
    f"Rendering {COUNT} summaries": {
        "dictionaries and orjson": summaries_of_the_shop,
        "DRF serializer and renderer": summaries_by_serializer,
    },
    f"Rendering {COUNT} products with variants": {
        "dictionaries and orjson": details_of_the_shop,
        "DRF serializer and renderer": details_by_serializer,
    },
}


@pytest.fixture
def products() -> list[Product]:
    """Products with variants, images and all columns in memory: nothing is asked while the clock runs."""
    page = Product.objects.filter(has_variants=True).order_by("id")[:COUNT]
    return list(page.prefetch_related("variants", "images"))


@pytest.mark.parametrize(("group", "arm"), [(group, arm) for group in ARMS for arm in ARMS[group]])
def test_a_rendering(group: str, arm: str, products: list[Product], note_time: Callable[..., None]) -> None:
    render = ARMS[group][arm]
    contents = [json.loads(other(products)) for other in ARMS[group].values()]
    assert contents[0] == contents[1]
    note_time(group, arm, lambda: render(products), rounds=200)
