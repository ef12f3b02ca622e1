"""A whole shop in memory, as the default adapter speaks to it, with habits of its own."""

from __future__ import annotations

import inspect
import json
import math
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from pydantic import SecretStr

from spec.target.adapter_context import AdapterContext
from spec.target.adapters.rest import Verbs
from spec.target.client import Endpoint
from spec.target.recording import Recorder
from spec.target.shop import Grants, Shop
from spec.target.source_addresses import SourceAddresses
from spec.target.windows.registry import Windows
from spec.target.windows.staff_window import Credentials, StaffOptions
from spec.target.windows.window import WindowContext
from tests.checks.memory_desk import STAFF, Desk, Habits, Refused, State
from tests.checks.profiles import declaring

LARGEST: Final = 64 * 1024
"""Bytes of the largest body that is read, where there is a limit."""


class MemoryShop(ThreadingHTTPServer):
    """Serves while its block lasts."""

    daemon_threads = True

    def __init__(self, habits: Habits) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.habits = habits
        self.state = State()
        self.lock = threading.Lock()


@contextmanager
def memory_shop(
    habits: Habits | None = None,
    *,
    lacks: frozenset[str] = frozenset(),
    policies: Mapping[str, object] | None = None,
    brought: tuple[Credentials, ...] = (),
    staffed: bool = True,
    effects: Sequence[str] = (),
) -> Iterator[Shop]:
    """Serve such a shop for the length of a block, and open it as checks see it, staff and brought customers included.

    It serves neither a page of documentation nor readiness. Without staff it begins with two products.
    """
    server = MemoryShop(habits or Habits())
    price = {"amount": "12.50", "currency": "EUR"}
    for number in () if staffed else (next(server.state.numbers), next(server.state.numbers)):
        made = {"id": number, "name": f"Lamp {number}", "price": price, "stock_quantity": 20, "category_id": None}
        server.state.products[number] = made
    server.state.accounts.update({one.email: one.password for one in brought})
    recorder, endpoint = Recorder(), Endpoint(f"http://127.0.0.1:{server.server_port}")
    verbs = Verbs(AdapterContext())
    verbs.lacks = lacks | {"documentation_page", "readiness"}
    staff = StaffOptions(email=STAFF.email, password=SecretStr(STAFF.password))
    windows = Windows(WindowContext(recorder, endpoint), {"staff": staff} if staffed else {})
    grants, addresses = Grants(windows=windows, customers=brought), SourceAddresses("run")
    shop = Shop(
        declaring(policies or {}, effects=effects), endpoint, verbs, grants, addresses=addresses, recorder=recorder
    )
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield shop
    finally:
        shop.close()
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # An answer is sent whole: the parts of one that trickles wait for each other's acknowledgement.
    wbufsize = -1
    server: MemoryShop

    def __getattr__(self, name: str) -> Any:
        if name.startswith("do_"):
            return self.answer
        raise AttributeError(name)

    def answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        sent, token = self.rfile.read(length), self.headers.get("Authorization", "").removeprefix("Bearer ")
        with self.server.lock:
            try:
                self.reply(*self.route(sent, token))
            except Refused as refused:
                self.reply(refused.status, None)
            except (KeyError, TypeError, ValueError, ArithmeticError):
                self.reply(400, None)

    def route(self, sent: bytes, token: str) -> tuple[int, object]:
        habits, state = self.server.habits, self.server.state
        client = self.headers.get(habits.trusted) or token or self.client_address[0]
        if habits.forgiving in self.headers:
            state.spent[client] = 0
        state.spent[client] = state.spent.get(client, 0) + 1
        if habits.limit is not None and 0 < state.spent[client] - habits.limit <= (habits.patience or math.inf):
            raise Refused(429)
        if self.headers["Host"].partition(":")[0] != "127.0.0.1":
            raise Refused(400)
        url = urlsplit(self.path)
        who = state.tokens.get(token)
        if token and who is None:
            raise Refused(401)
        desk = Desk(habits, state, who, {name: values[0] for name, values in parse_qs(url.query).items()})
        version = next((one for one in habits.documents if url.path.startswith(f"/api/{one}/")), "v2")
        base, _, path = url.path.partition(f"/api/{version}/")
        if url.path == "/livez":
            return 200, {"status": "alive"}
        if base or not path:
            raise Refused(404)
        if path == "openapi.json" and version in habits.documents:
            return 200, habits.documents[version]
        name, *rest = path.split("/")
        command = "get" if self.command == "HEAD" else self.command.lower()
        found = getattr(desk, f"{command}_{name}{'_one' if rest else ''}", None)
        if found is None:
            known = any(hasattr(desk, f"{verb}_{name}{'_one' if rest else ''}") for verb in ("get", "post"))
            raise Refused(405 if known else 404)
        try:
            inspect.signature(found).bind({}, *rest)
        except TypeError:
            raise Refused(405) from None
        body = self.read(sent) if self.command in {"POST", "PATCH"} else {}
        return found(body, *rest)  # type: ignore[no-any-return]  # each of the desk's methods gives status and content

    def read(self, sent: bytes) -> dict[str, Any]:
        if len(sent) > LARGEST:
            raise Refused(413)
        if self.headers.get_content_type() != "application/json":
            raise Refused(415)
        try:
            body = json.loads(sent)
        except ValueError:
            raise Refused(400) from None
        if not isinstance(body, dict):
            raise Refused(400)
        return body

    def reply(self, status: int, content: object) -> None:
        media_type = "application/json"
        if content is None and status >= 400:
            content = {"type": "about:blank", "title": "No", "status": status, "code": f"no-{status}"}
            media_type = "application/problem+json"
        body = b"" if content is None else json.dumps(content).encode()
        self.send_response_only(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        self.wfile.write(b"" if self.command == "HEAD" else body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that the base class gives it
        """Keep no log."""
