"""Request bodies that work when they are sent to a seeded shop; the OpenAPI document shows them."""

from __future__ import annotations

from reference_app.catalogue.money import CURRENCY

PRODUCT_EXAMPLE = {
    "name": "Copper kettle",
    "description": "Holds 1.2 litres.",
    "category_id": 1,
    "price": {"amount": "39.90", "currency": CURRENCY},
    "stock_quantity": 12,
}
VARIANT_EXAMPLE = {
    "sku": "KETTLE-RED",
    "name": "Red",
    "price": {"amount": "41.90", "currency": CURRENCY},
    "stock_quantity": 4,
}
