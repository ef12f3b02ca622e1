"""The paths of a REST backend by their names, and the verbs that are asked there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter
from types import MappingProxyType
from typing import Final

from reports.strict_model import suggest


@dataclass(frozen=True, slots=True)
class NamedPath:
    """The path of the reference shop for a name. `like` names the path whose place it takes where none is given."""

    path: str
    meaning: str
    like: str | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """The method and the name of the path that a verb is asked with."""

    method: str
    path: str


PATHS: Final[Mapping[str, NamedPath]] = MappingProxyType(
    {
        "accounts": NamedPath("/api/v2/accounts", "registration"),
        "account": NamedPath("/api/v2/accounts/me", "the account that is signed in"),
        "password": NamedPath("/api/v2/accounts/me/password", "its password"),
        "tokens": NamedPath("/api/v2/tokens", "sign-in"),
        "staff_tokens": NamedPath("/api/v2/tokens", "sign-in of staff", like="tokens"),
        "refresh": NamedPath("/api/v2/tokens/refresh", "refresh of tokens"),
        "revoke": NamedPath("/api/v2/tokens/revoke", "sign-out"),
        "categories": NamedPath("/api/v2/categories", "the categories"),
        "staff_categories": NamedPath("/api/v2/categories", "categories, as staff write them", like="categories"),
        "products": NamedPath("/api/v2/products", "the products"),
        "staff_products": NamedPath("/api/v2/products", "products, as staff write them", like="products"),
        "product": NamedPath("/api/v2/products/{product_id}", "one product"),
        "staff_product": NamedPath("/api/v2/products/{product_id}", "one product, for staff", like="product"),
        "reviews": NamedPath("/api/v2/products/{product_id}/reviews", "the reviews of a product"),
        "cart": NamedPath("/api/v2/cart", "the visitor's cart"),
        "cart_lines": NamedPath("/api/v2/cart/lines", "its lines"),
        "cart_line": NamedPath("/api/v2/cart/lines/{line_id}", "one of its lines"),
        "emptied_cart": NamedPath("/api/v2/cart", "the cart, to be emptied", like="cart"),
        "orders": NamedPath("/api/v2/orders", "the customer's orders"),
        "checkout": NamedPath("/api/v2/orders", "a new order", like="orders"),
        "order": NamedPath("/api/v2/orders/{order_id}", "one order"),
        "cancellation": NamedPath("/api/v2/orders/{order_id}/cancel", "the cancellation of an order"),
        "liveness": NamedPath("/livez", "liveness"),
        "readiness": NamedPath("/readyz", "readiness"),
        "openapi": NamedPath("/api/v2/openapi.json", "the OpenAPI document"),
        "deprecated_openapi": NamedPath("/api/v1/openapi.json", "that of an older version; may be empty"),
        "documentation": NamedPath("/api/docs", "the documentation, in HTML"),
        "unknown": NamedPath("/api/v2/no-such-thing", "a path that leads nowhere"),
    }
)

ROUTES: Final[Mapping[str, Route]] = MappingProxyType(
    {
        "register": Route("POST", "accounts"),
        "sign_in": Route("POST", "tokens"),
        "sign_in_staff": Route("POST", "staff_tokens"),
        "whoami": Route("GET", "account"),
        "refresh": Route("POST", "refresh"),
        "sign_out": Route("POST", "revoke"),
        "change_password": Route("POST", "password"),
        "list_categories": Route("GET", "categories"),
        "list_products": Route("GET", "products"),
        "open_product": Route("GET", "product"),
        "create_product": Route("POST", "staff_products"),
        "change_product": Route("PATCH", "staff_product"),
        "withdraw_product": Route("DELETE", "staff_product"),
        "create_category": Route("POST", "staff_categories"),
        "write_review": Route("POST", "reviews"),
        "list_reviews": Route("GET", "reviews"),
        "view_cart": Route("GET", "cart"),
        "add_to_cart": Route("POST", "cart_lines"),
        "change_line": Route("PATCH", "cart_line"),
        "remove_line": Route("DELETE", "cart_line"),
        "empty_cart": Route("DELETE", "emptied_cart"),
        "place_order": Route("POST", "checkout"),
        "open_order": Route("GET", "order"),
        "list_orders": Route("GET", "orders"),
        "cancel_order": Route("POST", "cancellation"),
        "liveness": Route("GET", "liveness"),
        "readiness": Route("GET", "readiness"),
        "openapi_document": Route("GET", "openapi"),
        "documentation_page": Route("GET", "documentation"),
        "unknown_page": Route("GET", "unknown"),
    }
)


def complete_paths(given: Mapping[str, str]) -> dict[str, str]:
    """Return the path of each name, as the profile gives it or as the reference shop has it.

    Raises ValueError for an unknown name, and for a path that cannot stand for its name.
    """
    for name, path in given.items():
        if name not in PATHS:
            raise ValueError(f"[adapter.paths] has {name!r}, which is unknown; {suggest(name, PATHS)}")
        _expect_fit(name, path)
    return {name: given.get(name, given.get(entry.like or "", entry.path)) for name, entry in PATHS.items()}


def verbs_without_path(paths: Mapping[str, str]) -> frozenset[str]:
    """List the verbs that are not offered, because their path is empty."""
    return frozenset(verb for verb, route in ROUTES.items() if not paths[route.path])


def _expect_fit(name: str, path: str) -> None:
    wanted = PATHS[name].path
    if not path:
        return
    try:
        fits = path.startswith("/") and _parameters(path) == _parameters(wanted)
    except ValueError as error:
        raise ValueError(f"[adapter.paths] {name} is no template: {path!r} ({error})") from error
    if not fits:
        raise ValueError(f"[adapter.paths] {name} has to be like {wanted}, it is {path!r}")


def _parameters(path: str) -> set[str]:
    return {field for _, field, _, _ in Formatter().parse(path) if field is not None}
