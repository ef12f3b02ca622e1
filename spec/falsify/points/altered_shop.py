"""A shop altered at points: `python -m spec.falsify.points.altered_shop BUNDLE FIRED START COMMAND -- OPTIONS`.

Takes the place of the supervisor in a profile's start command. Each exchange is altered by one point at most, of
several by the one that has altered the fewest so far, and says by which. FIRED gets a line for each alteration.
"""

from __future__ import annotations

import ssl
import sys
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from spec.falsify.experiment_run import NULL_END
from spec.falsify.points.bundles import ALTERED_FIELD, Bundle, read_bundle
from spec.falsify.points.issued_tokens import IssuedTokens
from spec.falsify.points.violations import Scene
from spec.falsify.points.wire_facts import Routes, WireReader
from spec.falsify.proxy.forwarding_proxy import Ask, ForwardingProxy, Upstream
from spec.falsify.proxy.proxied_supervisor import run_proxied
from spec.falsify.proxy.wire_messages import Head, WireAnswer, WireRequest
from spec.target.exchange import Exchange, Headers, Request, Response

_NAMES_HOST: Final = frozenset({"host", "origin", "referer"})
_LENGTHLESS: Final = frozenset({204, 304})


class AlteringProxy(ForwardingProxy):
    """Alters the answers of a shop at the points of a bundle."""

    def __init__(
        self, bundle: Bundle, fired: Path, *, staff_email: str, upstream: Upstream, tls: ssl.SSLContext | None = None
    ) -> None:
        super().__init__(upstream, tls=tls)
        self._points = bundle.points
        self._fired = fired
        self._counts: Counter[str] = Counter()
        self._reader = WireReader(Routes.read(bundle.routes), IssuedTokens(staff_email))
        self._lock = threading.Lock()

    @property
    def base_url(self) -> str:
        """The address that it listens on."""
        return self.origin

    def answer(self, request: WireRequest, ask: Ask) -> WireAnswer:
        """Ask the shop, and alter what it answers where a point lies."""
        started = datetime.now(UTC)
        answer = ask(self._as_the_shops_own(request))
        response = Response(answer.status, Headers(_stripped(answer.head)), answer.body)
        exchange = Exchange(self._read(request), response, None, started, 0.0)
        with self._lock:
            scene = Scene(exchange, response, self._reader.read(exchange, response))
            altered = self._alter(scene)
        return answer if altered is None else _encode(altered, answer, head_only=request.method == "HEAD")

    def _alter(self, scene: Scene) -> Response | None:
        """Let the point alter the answer that has altered the fewest of those that can."""
        wrong = [(self._counts[one.id], one.id, told) for one in self._points if (told := one.alter(scene)) is not None]
        if not wrong:
            return None
        _, name, response = min(wrong, key=lambda one: one[:2])
        self._counts[name] += 1
        with self._fired.open("a", encoding="utf-8") as file:
            file.write(f"{name}\n")
        return replace(response, headers=Headers([*response.headers, (ALTERED_FIELD, name)]))

    def _read(self, request: WireRequest) -> Request:
        # A client names the host that it connects to; only one that names another says something by it.
        fields = [
            (name, value)
            for name, value in _stripped(request.head)
            if not (name.lower() == "host" and value == self.authority)
        ]
        return Request(request.method, request.target, headers=tuple(fields), body=request.body, from_origin=True)

    def _as_the_shops_own(self, request: WireRequest) -> WireRequest:
        """Name the shop where the client has named the proxy."""
        fields = tuple(
            (name, value.replace(self.authority, self.upstream.authority) if name.lower() in _NAMES_HOST else value)
            for name, value in request.head.fields
        )
        return replace(request, head=replace(request.head, fields=fields))


def _stripped(head: Head) -> list[tuple[str, str]]:
    return [(name, value.strip(" \t")) for name, value in head.fields]


def _encode(response: Response, answer: WireAnswer, *, head_only: bool) -> WireAnswer:
    """Write an altered response as it goes over the wire, framed as its status has it."""
    version = answer.head.line.partition(" ")[0]
    fields = tuple((name, f" {value}") for name, value in response.headers)
    head = Head(f"{version} {response.status} Altered", fields)
    if head_only or response.status in _LENGTHLESS:
        return replace(answer, head=head, body=b"")
    return replace(answer, head=head.with_length(len(response.body)), body=response.body)


def main(arguments: Sequence[str]) -> int:
    """Run until the supervisor ends."""
    bundle, fired, *rest = arguments
    place = rest.index(NULL_END)

    def make(ready: Mapping[str, Any], trust: ssl.SSLContext, tls: ssl.SSLContext) -> AlteringProxy:
        address = urlsplit(str(ready["base_url"]))
        upstream = Upstream(address.hostname or "127.0.0.1", address.port or 443, trust)
        email = str(ready["windows"]["staff"]["email"])
        return AlteringProxy(read_bundle(Path(bundle)), Path(fired), staff_email=email, upstream=upstream, tls=tls)

    return run_proxied([*rest[:place], *rest[place + 1 :]], make)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
