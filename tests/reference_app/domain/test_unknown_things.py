"""Unknown things are not found, by every service that takes an id; a call that changes nothing moves no cache."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reference_app.api.problems import NotFound
from reference_app.catalogue import category_services, image_services, services
from reference_app.orders.lifecycle import cancel_order, change_status
from reference_app.orders.models import OrderStatus
from reference_app.reviews.selectors import list_reviews
from reference_app.reviews.services import remove_review, write_review
from tests.reference_app.domain.shelf import make_product, make_user

pytestmark = pytest.mark.django_db

NOBODY = 2**40


@pytest.mark.parametrize(
    "call",
    [
        lambda: services.change_product(product_id=NOBODY, values={"name": "x"}),
        lambda: services.withdraw_product(product_id=NOBODY),
        lambda: services.create_variant(
            product_id=NOBODY, values={"sku": "x", "name": "x", "price": Decimal(1), "stock_quantity": 1}
        ),
        lambda: services.change_variant(product_id=NOBODY, variant_id=1, values={}),
        lambda: category_services.change_category(category_id=NOBODY, values={}),
        lambda: category_services.delete_category(category_id=NOBODY),
        lambda: image_services.add_image(product_id=NOBODY, url="https://images.example.org/1.jpg"),
        lambda: image_services.change_image(image_id=NOBODY, values={"alt": "x"}),
        lambda: image_services.remove_image(image_id=NOBODY),
        lambda: change_status(order_id=NOBODY, status=OrderStatus.PAID),
        lambda: cancel_order(user_id=NOBODY, order_id=NOBODY),
        lambda: list_reviews(product_id=NOBODY),
        lambda: remove_review(review_id=NOBODY),
        lambda: write_review(user_id=NOBODY, product_id=NOBODY, rating=1, title="x", body="x"),
    ],
)
def test_an_unknown_thing_is_not_found(call: Callable[[], object]) -> None:
    with pytest.raises(NotFound):
        call()


def test_a_change_of_nothing_moves_nothing() -> None:
    product = make_product()
    image = image_services.add_image(product_id=product.pk, url="https://images.example.org/1.jpg")
    with CaptureQueriesContext(connection) as captured:
        image_services.change_image(image_id=image.pk, values={})
        services.change_product(product_id=product.pk, values={"name": product.name})
        category_services.change_category(category_id=product.category_id, values={})
    written = [entry["sql"] for entry in captured.captured_queries if entry["sql"].startswith(("UPDATE", "INSERT"))]
    assert written == []


def test_a_removed_review_makes_room_for_another() -> None:
    product, author = make_product(), make_user()
    for rating in (1, 5):
        review = write_review(user_id=author.pk, product_id=product.pk, rating=rating, title="x", body="y")
        product.refresh_from_db()
        assert (product.rating_sum, product.rating_count) == (rating, 1)
        remove_review(review_id=review.pk)
        product.refresh_from_db()
        assert (product.rating_sum, product.rating_count) == (0, 0)
