"""Answers are rendered by hand; the OpenAPI document says what they look like. Here the two are held together."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from reference_app.catalogue.models import ProductImage
from tests.reference_app.client import Api
from tests.reference_app.domain.shelf import make_product, make_variant

pytestmark = pytest.mark.django_db


def check(client: Api, route: str, response: Any, method: str = "get") -> None:
    """Check that the answer conforms to what the document says of its status, and no field of it is undocumented."""
    document = client.get("openapi.json").json()
    content = document["paths"][f"/{route}"][method]["responses"][str(response.status_code)]
    schema = {**content["content"]["application/json"]["schema"], "components": document["components"]}
    closed = close(schema)
    jsonschema.Draft202012Validator(closed).validate(response.json())


def close(schema: Any) -> Any:
    """Return the same schema, in which every object has the documented members only."""
    if isinstance(schema, list):
        return [close(entry) for entry in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {name: close(value) for name, value in schema.items()}
    if isinstance(closed.get("properties"), dict) and closed.get("type") == "object":
        closed["additionalProperties"] = False
    return closed


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_every_answer_of_the_domain_is_as_documented(customer: Api, version: str) -> None:
    client = Api(access=customer.access, version=version)
    product = make_product(description="Copper")
    variant = make_variant(product)
    ProductImage.objects.create(product=product, url="https://images.example.org/1.jpg", alt="Front")
    category = product.category_id
    line = {"product_id": product.pk, "variant_id": variant.pk, "quantity": 2}

    check(client, "categories", client.get("categories"))
    check(client, "categories/{category_id}", client.get(f"categories/{category}"))
    check(client, "products", client.get("products"))
    review = client.post(f"products/{product.pk}/reviews", {"rating": 5, "title": "x", "body": "y"})
    check(client, "products/{product_id}/reviews", review, "post")
    check(client, "products/{product_id}/reviews", client.get(f"products/{product.pk}/reviews"))
    check(client, "products/{product_id}", client.get(f"products/{product.pk}"))
    check(client, "products/{product_id}", client.get(f"products/{make_product(description='').pk}"))
    check(client, "cart/lines", client.post("cart/lines", line), "post")
    check(client, "cart", client.get("cart"))
    order = client.post("orders", {})
    check(client, "orders", order, "post")
    check(client, "orders", client.get("orders"))
    check(client, "orders/{order_id}", client.get(f"orders/{order.json()['id']}"))
    check(client, "orders/{order_id}/cancel", client.post(f"orders/{order.json()['id']}/cancel"), "post")


def test_an_undocumented_member_is_seen(customer: Api) -> None:
    make_product()
    response = customer.get("categories")
    response.json()["results"][0]["secret"] = 1
    with pytest.raises(jsonschema.ValidationError, match="secret"):
        check(customer, "categories", response)
