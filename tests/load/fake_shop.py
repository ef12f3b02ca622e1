"""A shop of a few lines, with the faults that a load generator has to see: `python -m tests.load.fake_shop '{"…": …}'`.

It speaks as much of the default adapter's interface as the journeys need, and prints one line of JSON with its port.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import sys
import time
from dataclasses import dataclass, fields
from urllib.parse import parse_qs, urlsplit

from load.load_host import claim_processor

PRODUCTS = [
    {"id": number, "name": f"{word} chair {number}", "category_id": 1 + number % 3}
    for number, word in enumerate(("Wooden", "Folding", "Rocking", "Garden", "Office") * 8, start=1)
]
EMPTY_CART: dict[str, object] = {"lines": [], "total": {"amount": "0.00", "currency": "EUR"}}


@dataclass(frozen=True)
class Faults:
    """The faults of a shop, from the `after`-th request on where they depend on it, and where it listens. Seconds."""

    answer_seconds: float = 0.005
    stall_every: float = 0
    stall_seconds: float = 0
    after: int = 0
    hangs: bool = False
    drips: bool = False
    error_every: int = 0
    close_every: int = 0
    wrong_content: bool = False
    hit_every: int = 0
    cache_status: bool = True
    base_path: str = ""
    tenant: str = ""
    no_shipping: bool = False
    redirect_to: str = ""
    listen: str = "127.0.0.1"
    certificate: str = ""
    key: str = ""


class FakeShop:
    """Answers requests and counts them."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self.requests = 0
        self.peers: set[str] = set()
        self.carts: dict[str, dict[str, object]] = {}
        self.orders: dict[str, dict[str, object]] = {}
        self.customers: dict[str, int] = {}
        self.registered = 0
        self.emptied = 0
        self.strangers = 0
        self.cookies = 0
        self.answers: list[tuple[float, float]] = []
        """Moments before and after each whole answer left (seconds since the epoch)."""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection, kept alive."""
        self.peers.add(writer.get_extra_info("peername")[0])
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                request_line, *lines = head.split("\r\n")
                headers = dict(line.lower().split(": ", 1) for line in lines if line)
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                method, target, _ = request_line.split(" ")
                if not await self.answer(writer, method, target, headers, body):
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()

    async def answer(
        self, writer: asyncio.StreamWriter, method: str, target: str, headers: dict[str, str], body: bytes
    ) -> bool:
        """Answer one request, rightly or wrongly; false when the connection is to be closed without an answer."""
        self.requests += 1
        number = self.requests  # others count on while this one waits
        faults = self.faults
        faulty = number > faults.after
        if faulty and faults.hangs:
            await asyncio.Event().wait()
        if faulty and faults.close_every and number % faults.close_every == 0:
            return False
        await asyncio.sleep(faults.answer_seconds)
        status, content = self.content(method, target, headers, body)
        if faulty and faults.error_every and number % faults.error_every == 0:
            status, content = 500, {"title": "broken on purpose"}
        extra = ""
        if faults.redirect_to:
            status, content, extra = 302, None, f"Location: {faults.redirect_to}{target}\r\n"
        if faults.cache_status and method == "GET":
            hit = bool(faults.hit_every) and number % faults.hit_every == 0
            extra += f"Cache-Status: shop; {'hit' if hit else 'fwd=uri-miss'}\r\n"
        extra += cookies_for(target, headers, body, content)
        payload = b"" if content is None else json.dumps(content).encode()
        begin = time.time()
        writer.write(
            f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\n{extra}"
            f"Content-Length: {len(payload)}\r\n\r\n".encode()
        )
        if faulty and faults.drips:
            for byte in payload:
                writer.write(bytes([byte]))
                await asyncio.sleep(0.1)
        else:
            writer.write(payload)
        await writer.drain()
        self.answers.append((begin, time.time()))
        return True

    def content(self, method: str, target: str, headers: dict[str, str], body: bytes) -> tuple[int, object]:
        """Make status and JSON of a right answer, or of a wrong one that looks right."""
        self.cookies += "cookie" in headers
        path = urlsplit(target).path
        if not path.startswith(f"{self.faults.base_path}/api/v2/"):
            return 404, {"title": "not below the base path"}
        if headers.get("x-tenant", "") != self.faults.tenant:
            return 403, {"title": "no such tenant"}
        path = path.removeprefix(f"{self.faults.base_path}/api/v2")
        query = parse_qs(urlsplit(target).query)
        who = headers.get("authorization", "") or cookie(headers, "sid")
        wrong = self.faults.wrong_content and self.requests > self.faults.after
        if path == "/accounts":
            self.registered += 1
            return 201, {"id": self.requests, "email": json.loads(body)["email"]}
        if path == "/csrf":
            return 200, {"token": f"csrf-{self.requests}"}
        if path == "/session":
            email = json.loads(body)["email"]
            self.customers[email] = self.customers.get(email, 0) + 1
            csrf = cookie(headers, "csrf")
            return (204, None) if csrf and csrf == headers.get("x-csrf") else (403, {"title": "no CSRF token"})
        if path == "/shipping":
            return (500, {"title": "no parcels"}) if self.faults.no_shipping else (200, {"method": "parcel"})
        if path == "/tokens":
            return 200, {"access": json.loads(body)["email"], "refresh": "r"}
        if path == "/categories":
            return 200, {"results": [{"id": 1, "name": "Chairs"}], "next": None, "previous": None}
        if path == "/products":
            term = query.get("search", [""])[0]
            found = [shown(product) for product in PRODUCTS if term in str(product["name"]).casefold()]
            return 200, {"results": [shown(PRODUCTS[0])] if wrong and term else found[:20], "next": None}
        if path.startswith("/products/"):
            product = PRODUCTS[int(path.rsplit("/", 1)[1]) - 1]
            return 200, {**shown(PRODUCTS[0] if wrong else product), "stock_quantity": 1000, "variants": []}
        self.strangers += not who
        if path == "/cart" and method == "DELETE":
            self.carts.pop(who, None)
            self.emptied += 1
            return 204, None
        if path == "/cart/lines":
            line = cart_line(json.loads(body)["product_id"])
            self.carts[who] = {"lines": [line], "total": line["line_total"]}
            return 201, line
        if path == "/cart":
            return 200, EMPTY_CART if wrong else self.carts.get(who, EMPTY_CART)
        if path == "/orders" and method == "POST":
            cart = self.carts.pop(who, EMPTY_CART)
            number = str(self.requests)
            self.orders[number] = {"id": number, "number": f"N{number}", "status": "placed", **cart}
            return 201, self.orders[number]
        if path.removeprefix("/orders/") in self.orders:
            return 200, self.orders[path.removeprefix("/orders/")]
        return 404, {"title": "not found"}


def cookie(headers: dict[str, str], name: str) -> str:
    """Read one cookie of a request."""
    pairs = dict(pair.split("=", 1) for pair in headers.get("cookie", "").split("; ") if pair)
    return pairs.get(name, "")


def cookies_for(target: str, headers: dict[str, str], body: bytes, content: object) -> str:
    """Make the header lines that set cookies: a token against forgery first, a session and a preference later."""
    if target.endswith("/csrf") and isinstance(content, dict) and "token" in content:
        return f"Set-Cookie: csrf={content['token']}; Path=/; SameSite=Lax\r\n"
    if target.endswith("/session") and cookie(headers, "csrf"):
        sid = json.loads(body)["email"]
        return f"Set-Cookie: sid={sid}; HttpOnly\r\nSet-Cookie: theme=dark; Expires=Wed, 01 Jan 2031 00:00:00 GMT\r\n"
    return ""


def shown(product: dict[str, object]) -> dict[str, object]:
    """Show a product as a list does."""
    return {**product, "price": {"amount": "12.50", "currency": "EUR"}, "in_stock": True}


def cart_line(product_id: int) -> dict[str, object]:
    """Make the line of one piece in a cart."""
    price = {"amount": "12.50", "currency": "EUR"}
    return {
        "id": product_id,
        "product_id": product_id,
        "variant_id": None,
        "quantity": 1,
        "unit_price": price,
        "line_total": price,
    }


async def main(faults: Faults) -> None:
    """Serve until standard input ends, with the whole loop stopping as often as the faults say."""
    # Other processes on this machine must not change the truth.
    claim_processor()
    shop = FakeShop(faults)
    tls = None
    if faults.certificate:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(faults.certificate, faults.key)
    server = await asyncio.start_server(shop.serve, faults.listen, 0, ssl=tls, backlog=1024)
    print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)  # noqa: T201
    loop = asyncio.get_running_loop()
    gone = loop.run_in_executor(None, sys.stdin.read)
    stalls: list[tuple[float, float]] = []
    stalling = loop.create_task(stall(faults, stalls)) if faults.stall_every else None
    await gone
    if stalling is not None:
        stalling.cancel()
    report = {
        "requests": shop.requests,
        "answers": shop.answers,
        "stalls": stalls,
        "peers": sorted(shop.peers),
        "customers": shop.customers,
        "registered": shop.registered,
        "emptied": shop.emptied,
        "strangers": shop.strangers,
        "cookies": shop.cookies,
    }
    print(json.dumps(report), flush=True)  # noqa: T201
    server.close()


async def stall(faults: Faults, stalls: list[tuple[float, float]]) -> None:
    """Stop everything for a while, again and again, and note when (seconds since the epoch)."""
    while True:
        await asyncio.sleep(faults.stall_every - faults.stall_seconds)
        begin = time.time()
        time.sleep(faults.stall_seconds)
        stalls.append((begin, time.time()))


if __name__ == "__main__":
    given = json.loads(sys.argv[1])
    asyncio.run(main(Faults(**{field.name: given[field.name] for field in fields(Faults) if field.name in given})))
