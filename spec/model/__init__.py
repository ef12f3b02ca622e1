"""A model of a correct shop in plain Python, without I/O, clock or chance.

``step(state, operation)`` gives every outcome that a correct shop may have; ``follow`` keeps to those that were
observed. The model speaks of carts, orders and stock, never of paths and status codes, so it is the oracle for any
backend, one operation after another or many at once.
"""

from spec.model.shop_operations import (
    AddToCart,
    Cancel,
    ChangeLine,
    ChangePrice,
    Checkout,
    EmptyCart,
    MoveOrder,
    Operation,
    RemoveLine,
    ViewCart,
    ViewOrder,
    ViewOrders,
    ViewProduct,
    Withdraw,
)
from spec.model.shop_state import CartLine, Order, OrderLine, OrderStatus, Product, Rules, Shop
from spec.model.shop_views import AllowedOutcome, CartView, Kind, LineView, OrderSummary, OrderView, ProductView, View
from spec.model.step import follow, step

__all__ = [
    "AddToCart",
    "AllowedOutcome",
    "Cancel",
    "CartLine",
    "CartView",
    "ChangeLine",
    "ChangePrice",
    "Checkout",
    "EmptyCart",
    "Kind",
    "LineView",
    "MoveOrder",
    "Operation",
    "Order",
    "OrderLine",
    "OrderStatus",
    "OrderSummary",
    "OrderView",
    "Product",
    "ProductView",
    "RemoveLine",
    "Rules",
    "Shop",
    "View",
    "ViewCart",
    "ViewOrder",
    "ViewOrders",
    "ViewProduct",
    "Withdraw",
    "follow",
    "step",
]
