"""A shop in memory that serves two versions, each with its own document, and can mix them up."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from spec.target.adapter_context import AdapterContext
from spec.target.adapters.rest import Verbs
from spec.target.client import Endpoint
from spec.target.recording import Recorder
from spec.target.shop import Grants, Shop
from spec.target.source_addresses import SourceAddresses
from spec.target.verbs import VERBS
from tests.checks.profiles import declaring
from tests.support.raw_server import RawServer

POLICIES: Final = {"served_versions": ["/api/v2", "/api/v1"], "deprecated_versions": ["/api/v1"]}
OFFERED: Final = frozenset({"register", "sign_in", "list_products", "open_product", "openapi_document"})
REASONS: Final = {
    200: "OK", 201: "Created", 303: "See Other", 304: "Not Modified",
    401: "Unauthorized", 404: "Not Found", 422: "Unprocessable Content",
}  # fmt: skip
NAMES: Final = {"v1": "One", "v2": "Two"}


def price_schema(version: str) -> dict[str, Any]:
    """Describe a price: text in version 1, an object after it."""
    if version == "v1":
        return {"type": "string"}
    return {"type": "object", "required": ["amount"], "properties": {"amount": {"type": "string"}}}


def make_document(version: str) -> dict[str, Any]:
    """Describe the version as it is."""
    product = {"type": "object", "required": ["price"], "properties": {"price": price_schema(version)}}
    listed = {"type": "object", "required": ["results"], "properties": {"results": {"items": product, "type": "array"}}}

    def read(schema: dict[str, Any]) -> dict[str, Any]:
        return {"responses": {"200": {"description": "OK", "content": {"application/json": {"schema": schema}}}}}

    parameter = {"name": "product_id", "in": "path", "required": True, "schema": {"type": "integer"}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Shop", "version": NAMES.get(version, version)},
        "servers": [{"url": f"/api/{version}"}],
        "paths": {
            "/products": {"get": read(listed)},
            "/products/{product_id}": {"parameters": [parameter], "get": read(product)},
        },
    }


@dataclass
class Mixture:
    """The ways in which one shop mixes its versions up."""

    lost: frozenset[str] = frozenset()
    """Paths without an id that are no longer routed."""
    careless: bool = False
    """Every version is answered as the second one."""
    plain: bool = False
    """Answer 404 with another body than a problem document."""
    shared: bool = False
    """Answers are kept without their version."""
    tags_of_all: bool = False
    """A tag is known in every version once it was given in one."""
    moved: str = ""
    """The place to which each product redirects, after which it is written with its number."""
    strict: bool = False
    """A list refuses parameters that it does not know."""
    document: Callable[[str], dict[str, Any] | None] = make_document


@dataclass
class TwoVersions:
    """The shop: what it has kept, and the tags that it has given."""

    mixture: Mixture
    kept: dict[str, bytes] = field(default_factory=dict)
    tags: set[str] = field(default_factory=set)

    def answer(self, request: bytes) -> bytes:
        """Answer one request."""
        head, _, body = request.partition(b"\r\n\r\n")
        lines = head.decode().split("\r\n")
        method, target, _ = lines[0].split(" ")
        fields = dict(line.lower().split(": ", 1) for line in lines[1:])
        status, content = self.route(target, body)
        encoded = content if isinstance(content, bytes) else json.dumps(content).encode()
        tag = f'"{hashlib.sha256(encoded).hexdigest()[:12]}"'
        known = fields.get("if-none-match", "")
        if status == 200 and (known == tag or (self.mixture.tags_of_all and known in self.tags)):
            status, encoded = 304, b""
        self.tags.add(tag)
        media_type = "application/json" if status < 400 or self.mixture.plain else "application/problem+json"
        said = f"HTTP/1.1 {status} {REASONS[status]}\r\nETag: {tag}\r\nContent-Type: {media_type}\r\n"
        if status == 303 and isinstance(content, str):
            said += f"Location: {content}\r\n"
        return f"{said}Content-Length: {len(encoded)}\r\n\r\n".encode() + (b"" if method == "HEAD" else encoded)

    def route(self, target: str, body: bytes) -> tuple[int, object]:
        """Return status and content."""
        url = urlsplit(target)
        _, api, version, *rest = [*url.path.split("/"), "", "", ""][: max(4, url.path.count("/") + 1)]
        if api != "api" or (version not in NAMES and not self.mixture.careless):
            return self.missing()
        version = version if version in NAMES else "v2"
        path = "/".join(one for one in rest if one)
        if f"{version}/{path.split('/')[0]}" in self.mixture.lost:
            return self.missing()
        match path.split("/"):
            case ["openapi.json"]:
                document = self.mixture.document(version)
                return self.missing() if document is None else (200, document)
            case ["accounts"]:
                return 201, {"id": 1, "email": json.loads(body)["email"]}
            case ["tokens"]:
                return 200, {"access": "an-access-token", "refresh": "a-refresh-token"}
            case ["products"] if self.mixture.strict and {*parse_qs(url.query)} - {"page_size", "cursor"}:
                return 422, {"type": "about:blank", "title": "No", "status": 422, "code": "unknown-parameter"}
            case ["products"]:
                size = int(parse_qs(url.query).get("page_size", ["20"])[0])
                content = {"results": [self.product(version, one) for one in range(1, min(size, 3) + 1)], "next": None}
                return 200, self.keep(version, f"products?{url.query}", content)
            case ["products", number] if self.mixture.moved:
                return 303, f"{self.mixture.moved}/{number}"
            case ["products", number] if number.isdigit() and int(number) <= 3:
                return 200, self.keep(version, path, self.product(version, int(number)))
        return self.missing()

    def missing(self) -> tuple[int, object]:
        return 404, {"type": "about:blank", "title": "No", "status": 404, "code": "not-found"}

    def product(self, version: str, number: int) -> dict[str, Any]:
        price: object = "12.50" if version == "v1" else {"amount": "12.50", "currency": "EUR"}
        shown = {"id": number, "name": f"Lamp {number}", "price": price, "stock_quantity": 20, "in_stock": True}
        return {**shown, "category_id": None}

    def keep(self, version: str, name: str, content: object) -> bytes:
        key = name if self.mixture.shared else f"{version}:{name}"
        return self.kept.setdefault(key, json.dumps(content).encode())


@contextmanager
def two_versions(mixture: Mixture | None = None, **policies: object) -> Iterator[Shop]:
    """Serve such a shop for the length of a block, and open it as checks see it."""
    served = TwoVersions(mixture or Mixture())
    with RawServer(served.answer) as server:
        verbs = Verbs(AdapterContext())
        verbs.lacks = frozenset(VERBS) - OFFERED
        profile = declaring({**POLICIES, **policies})
        endpoint, addresses = Endpoint(server.base_url), SourceAddresses("run")
        shop = Shop(profile, endpoint, verbs, Grants(), addresses=addresses, recorder=Recorder())
        try:
            yield shop
        finally:
            shop.close()
