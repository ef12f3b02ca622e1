"""Facts of an exchange that stand on the wire: operation, version, identity, values, state, and the like.

Nothing here asks as what a request was meant. Each fact is a value of one dimension, and an exchange may have several
values of one: two odd values in its body, two headers sent.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from spec.falsify.points.issued_tokens import IssuedTokens
from spec.falsify.points.value_classes import id_classes, query_classes, read_json, value_classes
from spec.target.exchange import Exchange, Response

Facts = Mapping[str, frozenset[str]]
"""Dimension → the values that an exchange has in it."""

OPERATION: Final = "operation"
ROUTE: Final = "route"
VERSION: Final = "version"
METHOD: Final = "method"
IDENTITY: Final = "identity"
PAGE: Final = "page"
VALUE: Final = "value"
STATE: Final = "state"
TURN: Final = "turn"
SENT: Final = "sent"
VARIANT: Final = "variant"
AREA: Final = "area"
STATUS: Final = "status"

UNKNOWN: Final = "an unknown path"
UNKNOWN_VERSION: Final = "an unknown version"
UNKNOWN_METHOD: Final = "an unknown method"
SERVED: Final = ("v1", "v2")
METHODS: Final = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
OUTSIDE: Final = "outside of the versions"
_API: Final = re.compile(r"/api/(v[^/]*)(/.*)?")
_PLACES: Final = (
    ("static", "/static/"), ("admin", "/admin"), ("documentation", "/api/docs"), ("documentation", "/api/redoc"),
    ("probe", "/livez"), ("probe", "/readyz"), ("metrics", "/metrics"), ("api", "/api/"),
)  # fmt: skip
_SENT: Final = (
    "If-None-Match", "Origin", "Idempotency-Key", "Host", "X-Request-ID", "Access-Control-Request-Method", "Cookie",
)  # fmt: skip
_TURNS: Final = {1: "the first time", 2: "the second time"}


@dataclass(frozen=True, slots=True)
class Routes:
    """The routes that the shop's own listing names, each with the pattern of its paths."""

    templates: tuple[tuple[str, re.Pattern[str]], ...]
    operations: frozenset[str]
    """Those listed, as "GET /api/v1/orders"; of the back office, which lists every method everywhere, reads alone."""

    @classmethod
    def read(cls, listing: str) -> Routes:
        """Read the output of the command `routes`."""
        lines = [line for line in listing.splitlines() if line.count(" ") == 1 and "/" in line]
        found = {line.split(" ", 1)[1] for line in lines}
        operations = frozenset(line for line in lines if line.startswith("GET ") or " /admin" not in line)
        # A plain path before one with parameters, and a longer one before a shorter.
        ordered = sorted(found, key=lambda one: (one.count("{}"), -one.count("/"), one))
        return cls(tuple((one, _pattern(one)) for one in ordered), operations)

    def find(self, path: str) -> str:
        """Return the template of a path; UNKNOWN where no route serves it."""
        return next((template for template, pattern in self.templates if pattern.fullmatch(path)), UNKNOWN)


def _pattern(template: str) -> re.Pattern[str]:
    part = ".+" if template in {"/static/{}", "/admin/{}"} else "[^/]+"
    return re.compile(re.escape(template).replace(r"\{\}", part))


@dataclass
class WireReader:
    """Reads the facts of exchanges in their order: state and repetition are of what went before."""

    routes: Routes
    tokens: IssuedTokens
    _asked: Counter[tuple[object, ...]] = field(default_factory=Counter)
    _removed: set[str] = field(default_factory=set)

    def read(self, exchange: Exchange, response: Response) -> Facts:
        """Read the facts of an exchange, and learn from it for those that follow."""
        request = exchange.request
        path, _, query = request.target.partition("?")
        sent = {name.lower(): value for name, value in request.headers}
        identity = self.tokens.identify(sent, exchange.started)
        body = request.encoded_body()
        version, rest = _split(path)
        # A name that nobody knows is as good as another one.
        method = request.method if request.method in METHODS else UNKNOWN_METHOD
        template = self.routes.find(unquote(path))
        route = _split(template)[1] if template != UNKNOWN else UNKNOWN
        self._asked[turn := (request.method, request.target, identity, body)] += 1
        shown = read_json(response.body)
        facts = {
            OPERATION: {f"{method} {route}"} if f"{method} {template}" in self.routes.operations else set(),
            ROUTE: {route},
            VERSION: {version if version in {*SERVED, OUTSIDE} else UNKNOWN_VERSION},
            METHOD: {method},
            IDENTITY: {identity},
            PAGE: set(_pages(query)),
            VALUE: {*value_classes(body), *query_classes(query), *id_classes(unquote(rest), route)},
            STATE: set(self._states(path, response, shown)),
            TURN: {_TURNS.get(self._asked[turn], "the third time or later")},
            SENT: set(_sent(sent)),
            STATUS: {str(response.status)},
            VARIANT: set(_variants(path, response)),
            AREA: {_area(path)},
        }
        self.tokens.learn(request, body, shown, response.status)
        if request.method == "DELETE" and response.status == 204 and "{}" in route:
            self._removed.add(rest)
        return {name: frozenset(values) for name, values in facts.items()}

    def _states(self, path: str, response: Response, shown: Any) -> Iterator[str]:
        if response.status == 304:
            yield "not modified"
        if response.status == 409:
            yield "a conflict"
        if response.status == 404 and _split(path)[1] in self._removed:
            yield "a thing that was removed"
        if isinstance(shown, dict):
            if shown.get("results") == []:
                yield "an empty list"
            if shown.get("lines") == []:
                yield "an empty cart"
            if shown.get("status") == "cancelled":
                yield "a cancelled order"
            if shown.get("in_stock") is False or shown.get("stock_quantity") == 0:
                yield "a product out of stock"
            if shown.get("is_active") is False:
                yield "a product that is not on sale"
            if shown.get("variants"):
                yield "a product with variants"


def _split(path: str) -> tuple[str, str]:
    """Part the path below a version from it: ("v1", "/orders"). Elsewhere there is no version."""
    found = _API.fullmatch(path)
    return (found[1], found[2] or "/") if found else (OUTSIDE, path)


def _area(path: str) -> str:
    return next((name for name, start in _PLACES if path.startswith(start)), "elsewhere")


def _pages(query: str) -> Iterator[str]:
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name == "cursor" or (name == "page" and value != "1"):
            yield "a later page"
        elif name in {"ordering", "search", "page_size"}:
            yield {"ordering": "an ordering", "search": "a search", "page_size": "a page size"}[name]
        else:
            yield "a filter"


def _sent(sent: Mapping[str, str]) -> Iterator[str]:
    yield from (name for name in _SENT if name.lower() in sent)
    if sent.get("accept", "*/*") != "*/*":
        yield "Accept"
    content_type = sent.get("content-type", "application/json").lower()
    if not content_type.startswith("application/json"):
        yield "another Content-Type"


def _variants(path: str, response: Response) -> Iterable[str]:
    yield f"a {response.status}"
    media_type = (response.headers.get("Content-Type") or "").partition(";")[0]
    if media_type == "text/html":
        yield "a page"
    area = _area(path)
    if area in {"probe", "static", "metrics", "admin", "documentation"}:
        yield f"{area} answer"
    if urlsplit(path).path.endswith("/") and area == "api":
        yield "a path with a trailing slash"
