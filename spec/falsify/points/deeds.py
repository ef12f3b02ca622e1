"""All that a shop is there for, done once in one version by falsify's own customers and staff."""

from __future__ import annotations

from typing import Any

from spec.falsify.points.probe_client import PASSWORD, ProbeClient


def price(version: str) -> object:
    """Return a price as a version writes it."""
    return "5.00" if version == "v1" else {"amount": "5.00", "currency": "EUR"}


class Deeds:
    """All that a shop is there for, done once in one version."""

    def __init__(self, client: ProbeClient, version: str, staff: str) -> None:
        self._client, self._version, self._staff = client, version, staff
        self._base = f"/api/{version}"

    def do_all(self) -> None:
        """Buy, cancel, review, offer, withdraw, sign out."""
        customer, other = self._client.customer(self._version), self._client.customer(self._version)
        product = self._offer()
        self._buy(customer, other, product)
        self._review(customer, product)
        self._withdraw(customer, product)
        self._leave()

    def _ask(self, method: str, path: str, token: str = "", **more: Any) -> Any:
        return self._client.ask(method, self._base + path, token, **more)

    def _seen(self, path: str, *tokens: str, methods: tuple[str, ...] = ("GET", "HEAD", "OPTIONS")) -> None:
        """Look at a thing in each way, and again with its validator."""
        for token in tokens:
            for method in methods:
                self._ask(method, path, token)
            if tag := self._client.header("ETag"):
                self._ask("GET", path, token, headers={"If-None-Match": tag})
            self._ask("GET", path, token, headers={"Accept": "application/json"})

    def _offer(self) -> object:
        category = self._ask("POST", "/categories", self._staff, json={"name": f"Probes of {self._version}"})
        made, money = category.get("id", 1), price(self._version)
        self._seen(f"/categories/{made}", "", self._staff)
        self._ask("PATCH", f"/categories/{made}", self._staff, json={"parent_id": None})
        offer = {"name": "Probe lantern", "price": money, "stock_quantity": 9, "category_id": made}
        product = self._ask("POST", "/products", self._staff, json=offer).get("id", 1)
        variant = {"sku": f"P-{self._version}", "name": "Small", "price": money, "stock_quantity": 5}
        kind = self._ask("POST", f"/products/{product}/variants", self._staff, json=variant)
        self._ask("PATCH", f"/products/{product}/variants/{kind.get('id', 1)}", self._staff, json={"name": "Smaller"})
        self._ask("PATCH", f"/products/{product}", self._staff, json={"name": "Probe lamp"})
        plain = self._ask("POST", "/products", self._staff, json={**offer, "name": "Probe stool"}).get("id", 1)
        self._seen(f"/products/{product}", "", self._staff)
        self._seen(f"/products/{plain}", "", self._staff)
        spare = self._ask("POST", "/categories", self._staff, json={"name": f"Spare {self._version}"}).get("id", 0)
        self._ask("DELETE", f"/categories/{spare}", self._staff)
        self._seen(f"/categories/{spare}", "", self._staff)
        return plain

    def _buy(self, customer: str, other: str, product: object) -> None:
        self._seen("/cart", customer)
        self._ask("POST", "/orders", customer, json={})
        line = self._ask("POST", "/cart/lines", customer, json={"product_id": product, "quantity": 2}).get("id", 0)
        self._ask("PATCH", f"/cart/lines/{line}", customer, json={"quantity": 1})
        self._ask("PATCH", f"/cart/lines/{line}", other, json={"quantity": 1})
        self._seen("/cart", customer)
        keyed = {"Idempotency-Key": f"probe-{self._version}-{product}"}
        order = self._ask("POST", "/orders", customer, json={}, headers=keyed).get("id", 0)
        for _ in range(3):
            self._ask("POST", "/orders", customer, json={}, headers=keyed)
        self._seen(f"/orders/{order}", customer, other, self._staff)
        self._seen("/orders", customer, other, self._staff)
        self._ask("POST", f"/orders/{order}/cancel", other)
        for _ in range(3):
            self._ask("POST", f"/orders/{order}/cancel", customer)
        self._seen(f"/orders/{order}", customer, other, self._staff)
        self._ask("POST", f"/orders/{order}/status", self._staff, json={"status": "paid"})
        spare = self._ask("POST", "/cart/lines", customer, json={"product_id": product, "quantity": 1}).get("id", 0)
        self._ask("DELETE", f"/cart/lines/{spare}", customer)
        self._ask("DELETE", f"/cart/lines/{spare}", customer)
        self._ask("POST", "/cart/lines", customer, json={"product_id": product, "quantity": 1})
        second = self._ask("POST", "/orders", customer, json={}).get("id", 0)
        self._ask("POST", f"/orders/{second}/status", self._staff, json={"status": "paid"})
        self._seen(f"/orders/{second}", customer)
        self._ask("DELETE", "/cart", customer)

    def _review(self, customer: str, product: object) -> None:
        review = {"rating": 4, "title": "Good", "body": "As it should be."}
        for _ in range(2):
            self._ask("POST", f"/products/{product}/reviews", customer, json=review)
        self._seen(f"/products/{product}/reviews", "", customer, self._staff)

    def _withdraw(self, customer: str, product: object) -> None:
        self._ask("DELETE", f"/products/{product}", customer)
        for _ in range(2):
            self._ask("DELETE", f"/products/{product}", self._staff)
        self._seen(f"/products/{product}", "", customer, self._staff)
        self._seen(f"/products/{product}/reviews", "")

    def _leave(self) -> None:
        client, base = self._client, self._base
        email = f"leaver-{self._version}-{len(client.exchanges)}@shopper.example"
        account = {"email": email, "password": PASSWORD}
        client.ask("POST", f"{base}/accounts", json=account)
        client.ask("POST", f"{base}/accounts", json=account)
        tokens = client.ask("POST", f"{base}/tokens", json=account)
        tokens = client.ask("POST", f"{base}/tokens/refresh", json={"refresh": tokens.get("refresh", "")})
        access = str(tokens.get("access", ""))
        change = {"current_password": account["password"], "new_password": "Probe-harbour-lantern-43"}
        client.ask("POST", f"{base}/accounts/me/password", access, json=change)
        tokens = client.sign_in(email, change["new_password"], self._version)
        access = str(tokens.get("access", ""))
        self._seen("/accounts/me", access)
        client.ask("POST", f"{base}/tokens/revoke", access, json={"refresh": tokens.get("refresh", "")})
        self._seen("/accounts/me", access)
        self._seen("/cart", access)
