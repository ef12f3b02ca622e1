"""Request bodies that work when they are sent to a seeded shop; the OpenAPI document shows them."""

from __future__ import annotations

from typing import Any

from reference_app.catalogue.money import CURRENCY

KETTLE: dict[str, Any] = {
    "name": "Copper kettle",
    "description": "Holds 1.2 litres.",
    "category_id": 1,
    "stock_quantity": 12,
}
PRODUCT = {**KETTLE, "price": {"amount": "39.90", "currency": CURRENCY}}
PRODUCT_V1 = {**KETTLE, "price": "39.90", "currency": CURRENCY}

# An SKU is unique in the shop, so the versions do not share one.
VARIANT = {"sku": "KETTLE-RED", "name": "Red", "price": {"amount": "41.90", "currency": CURRENCY}, "stock_quantity": 4}
VARIANT_V1 = {"sku": "KETTLE-BLUE", "name": "Blue", "price": "41.90", "currency": CURRENCY, "stock_quantity": 4}
