"""A shop of a few lines that proves to be one: accounts, sign-in, who am I, two products."""

from __future__ import annotations

import json
import secrets
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

PRODUCTS = {number: {"id": number, "name": f"Chair {number}", "category_id": 1, "in_stock": True} for number in (1, 2)}
PRICE = {"amount": "12.50", "currency": "EUR"}


class TinyShop(ThreadingHTTPServer):
    """Serves on a thread of its own while it is open. `wrong` names one way in which it is no shop."""

    daemon_threads = True
    host = "127.0.0.1"

    def __init__(self, wrong: str = "") -> None:
        super().__init__((self.host, 0), _Handler)
        self.accounts: dict[str, str] = {}
        self.tokens: dict[str, str] = {}
        self.asked: list[str] = []
        self.wrong = wrong

    @property
    def base_url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: TinyShop

    def do_GET(self) -> None:
        path, wrong = self.path.partition("?")[0], self.server.wrong
        self.server.asked.append(path)
        who = self.server.tokens.get(self.headers.get("Authorization", "").removeprefix("Bearer "))
        if path == "/livez":
            self.reply(200, {"status": "alive"})
        elif path == "/api/v2/accounts/me" and wrong == "one account for all":
            self.reply(200, {"id": 1, "email": "ann@shop.example"})
        elif path == "/api/v2/accounts/me":
            self.reply(200, {"id": 1, "email": who}) if who else self.reply(401, {"token": "opaque-and-unknown"})
        elif path == "/api/v2/products" and wrong == "no products":
            self.reply(500, {})
        elif path == "/api/v2/products":
            self.reply(200, {"results": [shown(1), shown(2)], "next": None})
        elif path == "/api/v2/products/1" and wrong == "one product for all":
            self.reply(200, {**shown(2), "stock_quantity": 5, "variants": []})
        elif path in {"/api/v2/products/1", "/api/v2/products/2"}:
            self.reply(200, {**shown(int(path[-1])), "stock_quantity": 5, "variants": []})
        else:
            self.reply(200 if wrong == "everything is found" else 404, {"title": "not found"})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(self.path)
        accounts = self.server.accounts
        if self.path == "/api/v2/accounts":
            accounts[body["email"]] = body["password"]
            self.reply(201, {"id": 1, "email": body["email"]})
        elif self.path == "/api/v2/tokens" and (
            accounts.get(body["email"]) == body["password"] or self.server.wrong == "any password"
        ):
            token = secrets.token_urlsafe()
            self.server.tokens[token] = body["email"]
            self.reply(200, {"access": token, "refresh": f"r-{token}", "expires_in": 900, "refresh_expires_in": 9000})
        elif self.server.wrong == "no sign-in twice":
            self.reply(500, {"title": "no"})
        else:
            self.reply(401, {"title": "no"})

    def reply(self, status: int, content: object) -> None:
        body = json.dumps(content).encode()
        self.send_response_only(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that the base class gives it
        """Keep no log."""


def shown(number: int) -> dict[str, object]:
    """A product as a list shows it."""
    return {**PRODUCTS[number], "price": PRICE}
