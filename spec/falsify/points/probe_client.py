"""Falsify's own customers, staff and strangers: raw requests to a running reference shop, each remembered."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from spec.falsify.points.value_classes import read_json
from spec.target.circumstances import Circumstances
from spec.target.client import Client, Endpoint
from spec.target.exchange import UNSET, Exchange, Request
from spec.target.recording import Recorder
from spec.target.windows.staff_window import Credentials

SOURCE: Final = "127.213.7.1"
"""The address of falsify's probes: no budget of the run's own visitors is spent by them."""
PASSWORD: Final = "Probe-harbour-lantern-41"  # noqa: S105 - of accounts that live as long as the shop of one run


@dataclass
class ProbeClient:
    """One client that asks the shop and keeps each exchange that was answered."""

    endpoint: Endpoint
    staff: Credentials
    circumstances: Callable[[], Circumstances]
    source: str = SOURCE
    exchanges: list[Exchange] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._recorder = Recorder()
        self._recorder.watch(self.exchanges.append)
        self._client = Client(self.endpoint, self._recorder, self.source, circumstances=self.circumstances)

    def ask(
        self,
        method: str,
        target: str,
        token: str = "",
        *,
        json: object = UNSET,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """Ask, and return the JSON of the answer; an empty object where it is none."""
        path, _, query = target.partition("?")
        pairs = tuple((name, value) for name, _, value in (one.partition("=") for one in query.split("&") if one))
        fields = {**({"Authorization": f"Bearer {token}"} if token else {}), **(headers or {})}
        request = Request(method, path, pairs, tuple(fields.items()), json, body, from_origin=True)
        response = self._client.send(request).response
        shown = read_json(response.body) if response is not None else None
        return shown if isinstance(shown, dict) else {}

    @property
    def status(self) -> int:
        """The status of the last answer; 0 where there was none."""
        last = self.exchanges[-1].response
        return last.status if last is not None else 0

    def header(self, name: str) -> str:
        """Return a header of the last answer."""
        last = self.exchanges[-1].response
        return (last.headers.get(name) if last is not None else None) or ""

    @property
    def text(self) -> str:
        """The body of the last answer as text."""
        last = self.exchanges[-1].response
        return last.body.decode(errors="replace") if last is not None else ""

    def cookie(self, name: str) -> str:
        """Return the value of a cookie that the last answer sets; nothing where it sets none of that name."""
        last = self.exchanges[-1].response
        given = last.headers.get_all("Set-Cookie") if last is not None else ()
        pairs = (one.partition(";")[0].partition("=") for one in given)
        return next((value for known, _, value in pairs if known == name), "")

    def sign_in(self, email: str, password: str, version: str = "v2") -> Any:
        """Sign in; return the tokens."""
        return self.ask("POST", f"/api/{version}/tokens", json={"email": email, "password": password})

    def customer(self, version: str = "v2") -> str:
        """Register a customer; return their access token."""
        email = f"probe-{secrets.token_hex(6)}@shopper.example"
        self.ask("POST", f"/api/{version}/accounts", json={"email": email, "password": PASSWORD})
        return str(self.sign_in(email, PASSWORD, version).get("access", ""))

    def staff_token(self) -> str:
        """Sign staff in; return the access token."""
        return str(self.sign_in(self.staff.email, self.staff.password).get("access", ""))

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


def forge(token: str) -> str:
    """Return the token with a signature that the shop did not make."""
    head, claims, signature = token.split(".")
    return f"{head}.{claims}.{signature[::-1]}"


def encoded(content: object) -> bytes:
    """Return the JSON of a body."""
    return json.dumps(content, ensure_ascii=False).encode()
