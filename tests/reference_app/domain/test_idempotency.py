"""One Idempotency-Key, one order (SHOP-005)."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from reference_app.orders import idempotency
from reference_app.orders.checkout import place_order
from reference_app.orders.models import IdempotencyKey, Order
from tests.reference_app.client import Api
from tests.reference_app.domain.shelf import codes, fill_cart, make_product, make_user, stock_of, together


@pytest.mark.django_db
def test_the_same_key_gets_the_same_answer(customer: Api) -> None:
    product = make_product(stock=10)
    customer.post("cart/lines", {"product_id": product.pk, "quantity": 2})
    first = customer.post("orders", {}, **{"Idempotency-Key": "k"})
    customer.post("cart/lines", {"product_id": product.pk, "quantity": 1})
    customer.post(f"orders/{first.json()['id']}/cancel")
    second = customer.post("orders", {}, **{"Idempotency-Key": "k"})
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert (Order.objects.count(), stock_of(product)) == (1, 10)


@pytest.mark.django_db
def test_another_request_with_the_key_is_refused(customer: Api) -> None:
    customer.post("cart/lines", {"product_id": make_product().pk, "quantity": 2})
    customer.post("orders", {}, **{"Idempotency-Key": "k"})
    old = Api(access=customer.access, version="v1")
    for response in (
        customer.post("orders", {"note": "x"}, **{"Idempotency-Key": "k"}),
        customer.send("POST", "orders", raw=b"{", **{"Idempotency-Key": "k"}),
        old.post("orders", {}, **{"Idempotency-Key": "k"}),
    ):
        assert (response.status_code, response.json()["code"]) == (422, "idempotency_key_reused")
    assert customer.post("orders", {"note": "x"}, **{"Idempotency-Key": "other"}).status_code == 400
    assert Order.objects.count() == 1


@pytest.mark.django_db
def test_a_refused_order_does_not_use_the_key_up(customer: Api) -> None:
    assert customer.post("orders", {}, **{"Idempotency-Key": "k"}).status_code == 409
    assert IdempotencyKey.objects.count() == 0
    customer.post("cart/lines", {"product_id": make_product().pk, "quantity": 2})
    assert customer.post("orders", {}, **{"Idempotency-Key": "k"}).status_code == 201


@pytest.mark.django_db
def test_keys_of_two_users_are_apart(customer: Api, staff: Api) -> None:
    product = make_product()
    for client in (customer, staff):
        client.post("cart/lines", {"product_id": product.pk, "quantity": 1})
        assert client.post("orders", {}, **{"Idempotency-Key": "k"}).status_code == 201
    assert Order.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "a b", "ä", "x" * 256])
def test_a_key_that_is_none_is_refused(customer: Api, key: str) -> None:
    response = customer.post("orders", {}, **{"Idempotency-Key": key})
    assert response.status_code == 400
    assert response.json()["detail"] == "Idempotency-Key takes 1 to 255 visible ASCII characters."
    assert "errors" not in response.json()


@pytest.mark.django_db(transaction=True)
def test_eight_parallel_requests_with_one_key_get_one_answer() -> None:
    product, user = make_product(stock=100), make_user()
    fill_cart(user, (product, 1))

    def produce() -> bytes:
        return place_order(user_id=user.pk).order.number.encode()

    def order() -> bytes:
        with transaction.atomic():
            return idempotency.answer_once(user_id=user.pk, key="k", fingerprint="f", produce=produce)

    answers = together([order] * 8)
    assert set(answers) == {Order.objects.get().number.encode()}
    assert stock_of(product) == 99


@pytest.mark.django_db(transaction=True)
def test_a_request_that_waits_for_too_long_is_told_that_another_is_in_flight() -> None:
    user = make_user()

    def wait() -> bytes:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '50ms'")
            return idempotency.answer_once(user_id=user.pk, key="k", fingerprint="f", produce=lambda: b"second")

    with transaction.atomic():
        idempotency.answer_once(user_id=user.pk, key="k", fingerprint="f", produce=lambda: b"first")
        assert codes(together([wait])) == ["idempotency_in_flight"]
    assert together([wait]) == [b"first"]


@pytest.mark.django_db
def test_old_keys_are_purged_and_young_ones_kept() -> None:
    user, now = make_user(), timezone.now()
    for days in (0, 1, 3, 30):
        IdempotencyKey.objects.create(user=user, key=f"k{days}", fingerprint="f", created_at=now - timedelta(days=days))
    output = StringIO()
    call_command("purge_idempotency_keys", stdout=output)
    assert output.getvalue() == "2 keys deleted\n"
    assert set(IdempotencyKey.objects.values_list("key", flat=True)) == {"k0", "k1"}
