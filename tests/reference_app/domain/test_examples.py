"""Every operation of the document works as its example shows it, sent as it stands to a seeded shop (DOC)."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
from django.core.management import call_command

from tests.reference_app.client import Api

pytestmark = pytest.mark.django_db(transaction=True, reset_sequences=True)

# All operations, in an order in which each finds what it needs, with who sends it.
WALK = [
    ("register", "nobody"),
    ("sign_in", "nobody"),
    ("open_own_account", "customer"),
    ("refresh_tokens", "nobody"),
    ("create_category", "staff"),
    ("change_category", "staff"),
    ("open_category", "nobody"),
    ("list_categories", "nobody"),
    ("create_product", "staff"),
    ("change_product", "staff"),
    ("open_product", "nobody"),
    ("list_products", "nobody"),
    ("create_variant", "staff"),
    ("change_variant", "staff"),
    ("write_review", "customer"),
    ("list_reviews", "nobody"),
    ("add_to_cart", "customer"),
    ("change_line", "customer"),
    ("view_cart", "customer"),
    ("place_order", "customer"),
    ("open_order", "customer"),
    ("list_orders", "customer"),
    ("change_order_status", "staff"),
    ("cancel_order", "customer"),
    ("add_to_cart", "customer"),
    ("remove_line", "customer"),
    ("empty_cart", "customer"),
    ("withdraw_product", "staff"),
    ("delete_category", "staff"),
    ("sign_out", "nobody"),
    ("sign_in", "nobody"),
    ("change_password", "customer"),
]
# They have no example, since no token that is written down works; they are sent the one that was last given out.
WITH_A_TOKEN = {"refresh_tokens", "sign_out"}
MADE = {  # which parameter of a path an answer fills in
    "create_category": "category_id",
    "create_product": "product_id",
    "create_variant": "variant_id",
    "add_to_cart": "line_id",
    "place_order": "order_id",
}


class Documented(NamedTuple):
    """An operation of the document."""

    method: str
    path: str
    success: int
    takes_a_body: bool
    example: Any
    """None where there is none."""


def documented_operations(document: Any) -> dict[str, Documented]:
    """Return the operations by name; each has exactly one status of success, and no parameter has an example."""
    found = {}
    for path, item in document["paths"].items():
        for method, operation in item.items():
            (success,) = (int(status) for status in operation["responses"] if status.startswith("2"))
            assert all("example" not in one and "examples" not in one for one in operation.get("parameters", []))
            body = operation.get("requestBody", {}).get("content", {}).get("application/json")
            examples = [one["value"] for one in (body or {}).get("examples", {}).values()]
            assert len(examples) <= 1
            found[operation["operationId"]] = Documented(
                method.upper(), path, success, body is not None, examples[0] if examples else None
            )
    return found


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_every_operation_works_as_its_example_shows_it(staff: Api, version: str) -> None:
    call_command("seed", products=20, verbosity=0)
    clients = {"nobody": Api(version=version), "staff": Api(access=staff.access, version=version)}
    operations = documented_operations(clients["nobody"].get("openapi.json").json())
    assert set(operations) == {name for name, _ in WALK}
    assert {name for name, one in operations.items() if one.takes_a_body and one.example is None} == WITH_A_TOKEN
    ids: dict[str, int] = {}
    refresh = ""
    for name, sender in WALK:
        operation = operations[name]
        body = {"refresh": refresh} if name in WITH_A_TOKEN else operation.example
        places = {"product_id": 1} if name == "write_review" else ids
        response = clients[sender].send(operation.method, operation.path.removeprefix("/").format(**places), body)
        assert response.status_code == operation.success, (name, response.content)
        if name in MADE:
            ids[MADE[name]] = response.json()["id"]
        if name in {"sign_in", "refresh_tokens"}:
            clients["customer"] = Api(access=response.json()["access"], version=version)
            refresh = response.json()["refresh"]
