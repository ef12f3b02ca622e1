"""Falsify's own enumeration: the routes that the shop lists, and a written list of all that can be varied.

It shares nothing with the surface that checks walk. Each point is drawn from what is asked here, so each is known to
take effect on an answer of the shop.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import urlencode

from spec.falsify.points.deeds import Deeds, price
from spec.falsify.points.issued_tokens import SESSION_COOKIE
from spec.falsify.points.probe_client import ProbeClient, encoded, forge
from spec.falsify.points.wire_facts import METHODS, SERVED, Routes
from spec.target.exchange import UNSET, Exchange

ASKED_METHODS: Final = (*METHODS, "BREW")
WRITING: Final = frozenset({"POST", "PUT", "PATCH"})
NOBODYS_ID: Final = "987654321"
ODD_IDS: Final = ("0", "-1", "99999999999999999999", "1e5", "seven", "\u0661")
FOREIGN: Final = "https://elsewhere.example"
PREFLIGHT: Final = {
    "Origin": FOREIGN, "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "authorization, content-type",
}  # fmt: skip
HEADERS: Final[tuple[Mapping[str, str], ...]] = (
    {"Accept": "application/xml"}, {"Accept": "text/html"}, {"Origin": FOREIGN}, {"Origin": "null"},
    {"X-Request-ID": "probe-0123456789"}, {"X-Request-ID": "x" * 3000}, {"X-Request-ID": "<script>alert(1)</script>"},
    {"Host": "elsewhere.example"}, {"If-None-Match": '"nothing"'}, PREFLIGHT,
)  # fmt: skip
PAGES: Final = (
    "page_size=1", "page_size=0", "page_size=100000", "page_size=many", "cursor=nonsense", "ordering=price",
    "ordering=-created_at", "ordering=nonsense", "search=lamp", "search=%25", "search=", "category_id=1",
    "in_stock=true", "is_featured=true", "min_price=10", "max_price=9", "min_price=-1",
    "nonsense=1", "category__name=x",
)  # fmt: skip
LISTS: Final = ("/products", "/categories", "/orders", "/products/{}/reviews")
OUTSIDE: Final = (
    "/", "/nothing-here", "/api", "/api/", "/api/v9/products", "/api/v0/cart", "/api/v1/nothing", "/api/v2/nothing",
    "/livez", "/readyz", "/metrics", "/favicon.ico", "/api/docs", "/api/redoc", "/static/nothing.css", "/admin",
    "/admin/", "/admin/login/", "/api/v1/openapi.json", "/api/v2/openapi.json", "/api/v1/products/", "/api/v2/cart/",
)  # fmt: skip
WRONG_VALUES: Final[tuple[object, ...]] = (
    None, True, 0, -1, 1.5, 2**31, 2**63, 10**30, "", "7", "x" * 5000, "caf\u00e9 \U0001f980", "a\0b", [], ["one"], {},
)  # fmt: skip
BODIES: Final[Mapping[str, Mapping[str, object]]] = {
    "/accounts": {"email": "probe@shopper.example", "password": "Probe-harbour-lantern-41"},
    "/tokens": {"email": "probe@shopper.example", "password": "wrong-harbour-lantern"},
    "/tokens/refresh": {"refresh": "a.b.c"},
    "/tokens/revoke": {"refresh": "a.b.c"},
    "/accounts/me/password": {"current_password": "wrong-harbour", "new_password": "Probe-harbour-lantern-42"},
    "/cart/lines": {"product_id": 1, "quantity": 1},
    "/cart/lines/{}": {"quantity": 1},
    "/categories": {"name": "Probes"},
    "/categories/{}": {"name": "Probes"},
    "/products": {
        "name": "Probe", "price": {"amount": "5.00", "currency": "EUR"}, "stock_quantity": 5, "category_id": 1,
    },
    "/products/{}": {"name": "Probe"},
    "/products/{}/reviews": {"rating": 4, "title": "Good", "body": "As it should be."},
    "/products/{}/variants": {
        "sku": "P-1", "name": "Small", "price": {"amount": "5.00", "currency": "EUR"}, "stock_quantity": 5,
    },
    "/products/{}/variants/{}": {"name": "Small"},
    "/orders/{}/status": {"status": "paid"},
}  # fmt: skip
"""A body for each route that takes one."""
CSRF_COOKIE: Final = "__Host-csrf"
MOST_REFUSED: Final = 600
"""Requests after which the anonymous budget of a shop has to be spent."""


class Enumeration:
    """Asks all of it, once, of a shop whose limits are out of the way."""

    def __init__(self, client: ProbeClient, routes: Routes) -> None:
        self._client = client
        self._routes = sorted({one.split("/", 3)[3] for one, _ in routes.templates if one.startswith("/api/v2/")})

    def ask_all(self) -> None:
        """Ask all of it; the client remembers."""
        client = self._client
        staff, customer = client.staff_token(), client.customer()
        identities = {"nobody": "", "customer": customer, "staff": staff, "forged": forge(customer)}
        for version in SERVED:
            Deeds(client, version, staff).do_all()
            for route in self._routes:
                self._operation(f"/api/{version}/{route}", identities)
            self._values(version, customer, staff)
            self._pages(version, identities)
        self._outside(identities)
        self._files()
        self._back_office()

    def _operation(self, template: str, identities: Mapping[str, str]) -> None:
        """Ask one path with each method as each identity, then with each header, and with odd ids."""
        client, route = self._client, "/" + template.split("/", 3)[3]
        path, body = template.replace("{}", NOBODYS_ID), BODIES.get(route, {})
        # What reads is asked of a thing that is there as well; anything else is not to change it.
        real = template.replace("{}", "1")
        for method in ASKED_METHODS:
            for token in identities.values():
                client.ask(method, path, token, json=body if method in WRITING else UNSET)
                if "{}" in template and method not in WRITING and method != "DELETE":
                    client.ask(method, real, token)
        for headers in HEADERS:
            method = "OPTIONS" if headers is PREFLIGHT else "GET"
            client.ask(method, real, identities["customer"] if method == "GET" else "", headers=headers)
            client.ask(method, real, headers=headers)
        if "{}" in template:
            for odd in ODD_IDS:
                client.ask("GET", template.replace("{}", odd), identities["customer"])
        client.ask("GET", f"{real}/", identities["customer"])

    def _values(self, version: str, customer: str, staff: str) -> None:
        """Send each writing operation every wrong value in each field, and bodies that are none."""
        client = self._client
        for route, given in BODIES.items():
            path = f"/api/{version}{route}".replace("{}", "1")
            body = {**given, "price": price(version)} if "price" in given else given
            method = "PATCH" if route.endswith("{}") else "POST"
            token = staff if route.startswith(("/products", "/categories", "/orders")) else customer
            for name in body:
                for value in WRONG_VALUES:
                    client.ask(method, path, token, json={**body, name: value})
                client.ask(method, path, token, json={key: value for key, value in body.items() if key != name})
            for raw in (b"", b"{", b"[]", b"\xff\xfe", b'{"a": ' * 200, encoded({"name": "x" * 2_000_000})):
                client.ask(method, path, token, body=raw, headers={"Content-Type": "application/json"})
            for media_type in ("text/plain", "application/xml", "multipart/form-data; boundary=b"):
                client.ask(method, path, token, body=encoded(body), headers={"Content-Type": media_type})

    def _pages(self, version: str, identities: Mapping[str, str]) -> None:
        """Walk each list: its pages, orderings and filters, as each identity, with its own validator sent back."""
        client = self._client
        for route in LISTS:
            path = f"/api/{version}{route}".replace("{}", "1")
            for token in (identities["nobody"], identities["customer"], identities["staff"]):
                for method in ("GET", "HEAD"):
                    for query in PAGES:
                        client.ask(method, f"{path}?{query}", token)
                shown = client.ask("GET", f"{path}?page_size=1", token)
                following = shown.get("next")
                if isinstance(following, str):
                    for method in ("GET", "HEAD", "OPTIONS", "POST"):
                        client.ask(method, following, token, json={} if method == "POST" else UNSET)
                client.ask("GET", path, token)
                if tag := client.header("ETag"):
                    for method in ("GET", "HEAD"):
                        client.ask(method, path, token, headers={"If-None-Match": tag})

    def _outside(self, identities: Mapping[str, str]) -> None:
        """Ask what lies outside of the operations: probes, pages, files, unknown paths and versions."""
        for path in OUTSIDE:
            for method in ASKED_METHODS:
                for token in (identities["nobody"], identities["customer"], identities["staff"]):
                    self._client.ask(method, path, token)
            for headers in HEADERS:
                self._client.ask("OPTIONS" if headers is PREFLIGHT else "GET", path, headers=headers)

    def _files(self) -> None:
        """Ask the files that the page of the documentation names."""
        self._client.ask("GET", "/api/docs")
        for path in sorted(set(re.findall(r"/static/[^\"]+", self._client.text))):
            for method in ("GET", "HEAD", "OPTIONS", "POST"):
                self._client.ask(method, path)

    def _back_office(self) -> None:
        """Sign in to the back office and look at its pages."""
        client = self._client
        client.ask("GET", "/admin/login/")
        csrf = client.cookie(CSRF_COOKIE)
        address = client.endpoint.origin
        form = urlencode(
            {
                "csrfmiddlewaretoken": csrf, "username": client.staff.email, "password": client.staff.password,
                "next": "/admin/",
            }
        )  # fmt: skip
        fields = {
            "Cookie": f"{CSRF_COOKIE}={csrf}", "Origin": address, "Referer": f"{address}/admin/login/",
            "Content-Type": "application/x-www-form-urlencoded",
        }  # fmt: skip
        client.ask("POST", "/admin/login/", body=form.encode(), headers=fields)
        signed = {"Cookie": f"{CSRF_COOKIE}={csrf}; {SESSION_COOKIE}={client.cookie(SESSION_COOKIE)}"}
        for path in ("/admin/", "/admin/catalogue/product/", "/admin/catalogue/product/1/change/", "/admin/nothing/"):
            for method in ("GET", "HEAD", "POST", "DELETE"):
                client.ask(method, path, headers=signed)


def spend_the_budget(client: ProbeClient) -> Iterator[Exchange]:
    """Ask a shop with its limits until it refuses, then ask something of each kind; yield all that was refused."""
    for _ in range(MOST_REFUSED):
        client.ask("GET", "/api/v2/products")
        if client.status == 429:
            break
    for version in SERVED:
        for route in ("/products", "/products/1", "/categories", "/cart", "/orders", "/accounts/me", "/nothing"):
            for method in ASKED_METHODS:
                client.ask(method, f"/api/{version}{route}")
        client.ask("GET", f"/api/{version}/products?page_size=1")
        client.ask("GET", f"/api/{version}/products", headers={"Origin": FOREIGN})
        client.ask("GET", f"/api/{version}/products", headers={"X-Request-ID": "y" * 3000})
    yield from (one for one in client.exchanges if one.response is not None and one.response.status == 429)
