"""Changes of product images, by staff. Images are addresses; the files are stored elsewhere."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from reference_app.api.problems import NotFound
from reference_app.caching.invalidation import invalidate
from reference_app.caching.keys import product_topic
from reference_app.catalogue.models import ProductImage
from reference_app.locks import lock_product


@transaction.atomic(savepoint=False)
def add_image(*, product_id: int, url: str, alt: str = "", position: int = 0) -> ProductImage:
    """Add an image to a product. Raises NotFound."""
    if lock_product(product_id) is None:
        raise NotFound
    image = ProductImage.objects.create(product_id=product_id, url=url, alt=alt, position=position)
    invalidate(product_topic(product_id))
    return image


@transaction.atomic(savepoint=False)
def change_image(*, image_id: int, values: dict[str, Any]) -> None:
    """Change the address, the alternative text or the position. Raises NotFound."""
    image = find_image(image_id)
    if values:
        ProductImage.objects.filter(pk=image_id).update(**values)
        invalidate(product_topic(image.product_id))


@transaction.atomic(savepoint=False)
def remove_image(*, image_id: int) -> None:
    """Take an image away. Raises NotFound."""
    image = find_image(image_id)
    image.delete()
    invalidate(product_topic(image.product_id))


def find_image(image_id: int) -> ProductImage:
    """Return the image, with its product locked until the transaction ends. Raises NotFound."""
    image = ProductImage.objects.filter(pk=image_id).first()
    if image is None:
        raise NotFound
    lock_product(image.product_id)
    return image
