"""The desk of the shop in memory: its habits, what it remembers, and how each request is answered."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from typing import Any, Final

from spec.target.windows.staff_window import Credentials

STAFF: Final = Credentials("staff@shop.example", "staff-password")


class Refused(Exception):
    """A request is refused with this status."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass
class Habits:
    """The ways of one shop."""

    cart_price: str = "current"
    """The price that a cart shows after a change: the current one, the one kept, or one that is stale by mistake."""
    refuses_changed_prices: bool = False
    limit: int | None = None
    """Requests that a token, or everybody without one, may make."""
    patience: int | None = None
    """Refusals after which the limit gives way by itself; None where it never does."""
    trusted: str = ""
    """A header whose value is taken for the client."""
    forgiving: str = ""
    """A header with which a client's budget is whole again."""
    stranger: int = 401
    """The status by which a stranger is refused."""
    documents: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """The OpenAPI document of each version that is served, by the version's name; v2 is served without one."""


@dataclass
class State:
    """Everything that is remembered."""

    accounts: dict[str, str] = field(default_factory=lambda: {STAFF.email: STAFF.password})
    tokens: dict[str, str] = field(default_factory=dict)
    products: dict[int, dict[str, Any]] = field(default_factory=dict)
    categories: dict[int, dict[str, Any]] = field(default_factory=dict)
    carts: dict[str, dict[int, dict[str, Any]]] = field(default_factory=dict)
    orders: dict[int, dict[str, Any]] = field(default_factory=dict)
    reviews: dict[int, dict[str, dict[str, Any]]] = field(default_factory=dict)
    spent: dict[str, int] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))


@dataclass
class Desk:
    """One request's view of the shop; each method answers one method and path with a status and content."""

    habits: Habits
    state: State
    who: str | None
    query: dict[str, str]

    def customer(self) -> str:
        if self.who is None:
            raise Refused(self.habits.stranger)
        return self.who

    def staff(self) -> None:
        if self.customer() != STAFF.email:
            raise Refused(403)

    def post_accounts(self, body: dict[str, Any]) -> tuple[int, object]:
        if not body.get("email") or body["email"] in self.state.accounts:
            raise Refused(400)
        self.state.accounts[body["email"]] = body["password"]
        return 201, {"id": body["email"], "email": body["email"]}

    def get_accounts_one(self, _: object, name: str) -> tuple[int, object]:
        if name != "me":
            raise Refused(404)
        return 200, {"id": self.customer(), "email": self.who}

    def post_tokens(self, body: dict[str, Any]) -> tuple[int, object]:
        if not body.get("email") or self.state.accounts.get(body["email"]) != body.get("password"):
            raise Refused(401)
        return self.give_tokens(body["email"])

    def give_tokens(self, email: str) -> tuple[int, object]:
        token = secrets.token_urlsafe()
        self.state.tokens[token] = email
        return 200, {"access": token, "refresh": f"r-{token}"}

    def post_tokens_one(self, body: dict[str, Any], deed: str) -> tuple[int, object]:
        if deed not in {"refresh", "revoke"}:
            raise Refused(404)
        email = self.state.tokens.pop(str(body.get("refresh")).removeprefix("r-"), None)
        if email is None:
            raise Refused(401)
        return self.give_tokens(email) if deed == "refresh" else (204, None)

    def post_accounts_one(self, body: dict[str, Any], _: str, __: str) -> tuple[int, object]:
        if self.state.accounts[self.customer()] != body["current_password"]:
            raise Refused(403)
        self.state.accounts[self.customer()] = body["new_password"]
        return 204, None

    def get_categories(self, _: object) -> tuple[int, object]:
        return 200, {"results": list(self.state.categories.values()), "next": None}

    def post_categories(self, body: dict[str, Any]) -> tuple[int, object]:
        self.staff()
        if not isinstance(body["name"], str):
            raise Refused(400)
        number = next(self.state.numbers)
        self.state.categories[number] = {"id": number, "name": body["name"]}
        return 201, self.state.categories[number]

    def category(self, number: str) -> dict[str, Any]:
        if not number.isdigit() or int(number) not in self.state.categories:
            raise Refused(404)
        return self.state.categories[int(number)]

    def get_categories_one(self, _: object, number: str) -> tuple[int, object]:
        return 200, self.category(number)

    def delete_categories_one(self, _: object, number: str) -> tuple[int, object]:
        self.staff()
        category = self.category(number)
        if any(product["category_id"] == category["id"] for product in self.state.products.values()):
            raise Refused(409)
        del self.state.categories[category["id"]]
        return 204, None

    def get_products(self, _: object) -> tuple[int, object]:
        found = [
            self.show(one)
            for one in self.state.products.values()
            if self.query.get("search", "") in one["name"]
            and self.query.get("category_id", str(one["category_id"])) == str(one["category_id"])
        ]
        start, size = int(self.query.get("cursor", 0)), int(self.query.get("page_size", 50))
        following = f"/api/v2/products?cursor={start + size}" if start + size < len(found) else None
        return 200, {"results": found[start : start + size], "next": following}

    def post_products(self, body: dict[str, Any]) -> tuple[int, object]:
        self.staff()
        self.expect_right(body, "name", "price", "stock_quantity", "category_id")
        number = next(self.state.numbers)
        self.state.products[number] = {**body, "id": number}
        return 201, self.show(self.state.products[number])

    def expect_right(self, body: dict[str, Any], *needed: str) -> None:
        right = {"name": str, "stock_quantity": int, "category_id": int | None, "price": dict}
        wrong = any(not isinstance(body[name], kind) for name, kind in right.items() if name in body)
        if wrong or any(name not in body for name in needed) or "amount" not in body.get("price", {"amount": 0}):
            raise Refused(400)

    def product(self, number: object) -> dict[str, Any]:
        found = self.state.products.get(int(str(number))) if str(number).isdigit() else None
        if found is None:
            raise Refused(404)
        return found

    def get_products_one(self, _: object, number: str, part: str = "") -> tuple[int, object]:
        if part:
            written = list(self.state.reviews.get(self.product(number)["id"], {}).values())
            return 200, {"results": written[::-1], "next": None}
        return 200, self.show(self.product(number))

    def post_products_one(self, body: dict[str, Any], number: str, _: str) -> tuple[int, object]:
        written = self.state.reviews.setdefault(self.product(number)["id"], {})
        if self.customer() in written:
            raise Refused(409)
        written[self.customer()] = {**body, "id": next(self.state.numbers)}
        return 201, written[self.customer()]

    def patch_products_one(self, body: dict[str, Any], number: str) -> tuple[int, object]:
        self.staff()
        self.expect_right(body)
        self.product(number).update(body)
        return 200, self.show(self.product(number))

    def delete_products_one(self, _: object, number: str) -> tuple[int, object]:
        self.staff()
        del self.state.products[self.product(number)["id"]]
        return 204, None

    def show(self, product: dict[str, Any]) -> dict[str, Any]:
        return {**product, "in_stock": product["stock_quantity"] > 0}

    @property
    def lines(self) -> dict[int, dict[str, Any]]:
        return self.state.carts.setdefault(self.customer(), {})

    def line(self, line: dict[str, Any]) -> dict[str, Any]:
        product = self.state.products.get(line["product_id"])
        current = self.habits.cart_price == "current" and product is not None
        price = product["price"] if current and product else line["price"]
        return {**line, "unit_price": price, "line_total": _times(price, line["quantity"])}

    def own_line(self, number: str) -> dict[str, Any]:
        if not number.isdigit() or int(number) not in self.lines:
            raise Refused(404)
        return self.lines[int(number)]

    def get_cart(self, _: object) -> tuple[int, object]:
        lines = [self.line(one) for one in self.lines.values()]
        return 200, {"lines": lines, "total": _sum(lines)}

    def delete_cart(self, _: object) -> tuple[int, object]:
        self.lines.clear()
        return 204, None

    def post_cart_one(self, body: dict[str, Any], _: str) -> tuple[int, object]:
        lines, product = self.lines, self.product(body["product_id"])
        if body["quantity"] < 1:
            raise Refused(400)
        number = next(self.state.numbers)
        quantity = body["quantity"]
        lines[number] = {"id": number, "product_id": product["id"], "quantity": quantity, "price": product["price"]}
        return 201, self.line(lines[number])

    def patch_cart_one(self, body: dict[str, Any], _: str, number: str) -> tuple[int, object]:
        self.own_line(number)["quantity"] = body["quantity"]
        return 200, self.line(self.own_line(number))

    def delete_cart_one(self, _: object, __: str, number: str) -> tuple[int, object]:
        del self.lines[self.own_line(number)["id"]]
        return 204, None

    def post_orders(self, _: object) -> tuple[int, object]:
        changed = any(one["price"] != self.product(one["product_id"])["price"] for one in self.lines.values())
        if not self.lines or (changed and self.habits.refuses_changed_prices):
            raise Refused(409)
        scarce = any(self.product(one["product_id"])["stock_quantity"] < one["quantity"] for one in self.lines.values())
        if scarce:
            raise Refused(409)
        number = next(self.state.numbers)
        for line in self.lines.values():
            self.product(line["product_id"])["stock_quantity"] -= line["quantity"]
        lines = [self.line(one) for one in self.lines.values()]
        self.state.orders[number] = {
            "id": number, "number": str(number), "status": "placed", "total": _sum(lines), "lines": lines,
            "owner": self.who,
        }  # fmt: skip
        self.lines.clear()
        return 201, self.order(str(number))

    def post_orders_one(self, _: object, number: str, __: str) -> tuple[int, object]:
        order = self.order(number)
        if order["status"] == "cancelled":
            raise Refused(409)
        order["status"] = "cancelled"
        for line in order["lines"]:
            self.product(line["product_id"])["stock_quantity"] += line["quantity"]
        return 200, order

    def get_orders(self, _: object) -> tuple[int, object]:
        own = [one for one in self.state.orders.values() if one["owner"] == self.customer()]
        without = [{name: value for name, value in one.items() if name != "lines"} for one in own]
        return 200, {"results": without[::-1], "next": None}

    def get_orders_one(self, _: object, number: str) -> tuple[int, object]:
        return 200, self.order(number)

    def order(self, number: str) -> dict[str, Any]:
        found = self.state.orders.get(int(number)) if number.isdigit() else None
        if found is None or found["owner"] != self.customer():
            raise Refused(404)
        return found


def _times(price: dict[str, str], quantity: int) -> dict[str, str]:
    return {**price, "amount": str(Decimal(price["amount"]) * quantity)}


def _sum(lines: list[dict[str, Any]]) -> dict[str, str]:
    return {"amount": str(sum((Decimal(one["line_total"]["amount"]) for one in lines), Decimal())), "currency": "EUR"}
