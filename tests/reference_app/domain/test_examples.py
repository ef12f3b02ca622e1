"""Every example of the document works when it is sent as it stands to a seeded shop (DOC)."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command

from tests.reference_app.client import Api

pytestmark = pytest.mark.django_db(transaction=True, reset_sequences=True)

# In an order in which each finds what it needs, with who sends it.
WALK = [
    ("register", "nobody"),
    ("sign_in", "nobody"),
    ("create_category", "staff"),
    ("change_category", "staff"),
    ("create_product", "staff"),
    ("change_product", "staff"),
    ("create_variant", "staff"),
    ("change_variant", "staff"),
    ("write_review", "customer"),
    ("add_to_cart", "customer"),
    ("change_line", "customer"),
    ("place_order", "customer"),
    ("change_order_status", "staff"),
    ("change_password", "customer"),
]
# Their bodies hold a token, and no token that is written down works.
WITHOUT = {"refresh_tokens", "sign_out"}
MADE = {  # which parameter of a path an answer fills in
    "create_category": "category_id",
    "create_product": "product_id",
    "create_variant": "variant_id",
    "add_to_cart": "line_id",
    "place_order": "order_id",
}


def operations_with_bodies(document: Any) -> dict[str, tuple[str, str, Any]]:
    """By operation: method, path, and the value of the example (None without one)."""
    found = {}
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if isinstance(operation, dict) and "requestBody" in operation:
                examples = operation["requestBody"]["content"]["application/json"].get("examples", {})
                value = examples["Example"]["value"] if examples else None
                found[operation["operationId"]] = (method.upper(), path, value)
    return found


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_every_example_works_when_it_is_sent(staff: Api, version: str) -> None:
    call_command("seed", products=20, verbosity=0)
    clients = {"nobody": Api(version=version), "staff": Api(access=staff.access, version=version)}
    operations = operations_with_bodies(clients["nobody"].get("openapi.json").json())
    assert set(operations) == {name for name, _ in WALK} | WITHOUT
    ids: dict[str, int] = {}
    for name, sender in WALK:
        method, path, example = operations[name]
        places = {"product_id": 1} if name == "write_review" else ids
        response = clients[sender].send(method, path.format(**places), example)
        assert response.status_code in {200, 201, 204}, (name, response.content)
        if name in MADE:
            ids[MADE[name]] = response.json()["id"]
        if name == "sign_in":
            clients["customer"] = Api(access=response.json()["access"], version=version)
