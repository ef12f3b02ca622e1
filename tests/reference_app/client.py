"""A client of the shop that speaks JSON, over Django's test client and through all of its middleware."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from django.test import Client

PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class Api:
    """Requests of one client at one address; `access` signs them."""

    access: str | None = None
    address: str = "192.0.2.1"
    version: str = "v2"
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False, enforce_csrf_checks=True))

    def send(self, method: str, path: str, body: Any = None, *, raw: bytes | None = None, **headers: str) -> Any:
        """Return the response; a path without a leading slash is relative to the version of the API."""
        target = path if path.startswith("/") else f"/api/{self.version}/{path}"
        content = raw if raw is not None else (b"" if body is None else json.dumps(body).encode())
        if self.access is not None:
            headers.setdefault("Authorization", f"Bearer {self.access}")
        response = self.client.generic(
            method,
            target,
            content,
            content_type=headers.pop("content_type", "application/json"),
            secure=True,
            headers=headers,
            REMOTE_ADDR=self.address,
        )
        if response.streaming:
            response.close()  # a file; it is not read here
        return response

    def get(self, path: str, **headers: Any) -> Any:
        """Send a GET."""
        return self.send("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: Any) -> Any:
        """Send a POST."""
        return self.send("POST", path, body, **headers)

    def signed(self, access: str) -> Api:
        """Return the same client with an access token."""
        return Api(access=access, address=self.address, version=self.version, client=self.client)

    def at(self, address: str) -> Api:
        """Return the same client at another address."""
        return Api(access=self.access, address=address, version=self.version, client=self.client)

    def register(self, email: str = "ada@example.org", password: str = PASSWORD) -> Any:
        """Register an account, which has to succeed."""
        response = self.post("accounts", {"email": email, "password": password, "name": "Ada"})
        assert response.status_code == 201, response.content
        return response.json()

    def sign_in(self, email: str = "ada@example.org", password: str = PASSWORD) -> Any:
        """Return the tokens of a sign-in, which has to succeed."""
        response = self.post("tokens", {"email": email, "password": password})
        assert response.status_code == 200, response.content
        return response.json()
