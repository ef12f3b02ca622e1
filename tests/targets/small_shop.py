"""A small shop of another shape than the reference's: nothing is where that has it, and no two things are said alike.

It answers below a base path, over TLS, and only with its tenant's key. Bodies are `{data, meta}` in camelCase, ids are
UUIDs, money is integer cents, pages have numbers, lists tell no stock. Nobody can register. A new line of the basket is
answered with 303, a wrong password with 400, too few pieces with 406. `wrong` names the ways in which it fails.
"""

from __future__ import annotations

import json
import re
import secrets
import threading
import uuid
from collections.abc import Callable, Collection, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import parse_qsl

from tests.support.certificates import make_tls

BASE: Final = "/store/api"
KEY: Final = "tenant-key-5b1f"
CUSTOMERS: Final = {f"{name}@shop.example": f"Pw-{name}-1234" for name in ("ann", "bob", "cleo", "dan")}
STAFF: Final = ("chief@shop.example", "Pw-chief-1234")
PAGE: Final = 10

Content = dict[str, Any]


class Refused(Exception):
    """An answer that is no success."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status, self.code = status, code


class SmallShop(ThreadingHTTPServer):
    """Serves on a thread of its own while it is open. Ann has left two pieces of the first article in her basket."""

    daemon_threads = True

    def __init__(self, folder: Path, wrong: Collection[str] = ()) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        tls, self.authority = make_tls(folder)
        self.socket = tls.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        self.wrong, self.lock = wrong, threading.Lock()
        self.tokens: dict[str, str] = {}
        self.keyless: list[str] = []
        self.departments = [{"uuid": new_id(), "title": title} for title in ("Garden", "Kitchen")]
        self.articles: dict[str, Content] = {
            (key := new_id()): {
                "uuid": key, "title": f"Lamp {number}", "prices": [{"cents": 1000 + number}], "stock": {"pieces": 50},
                "department": {"uuid": self.departments[number % 2]["uuid"]},
            }
            for number in range(1, 13)
        }  # fmt: skip
        self.baskets: dict[str, list[Content]] = {email: [] for email in CUSTOMERS}
        self.baskets["ann@shop.example"].append(
            {"uuid": new_id(), "articleUuid": next(iter(self.articles)), "count": 2}
        )
        self.purchases: list[tuple[str, Content]] = []
        self.shelved: dict[str, list[Content]] = {}
        """The prices that the list showed first, where it is stale."""

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: SmallShop

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.headers.get("X-Store-Key") != KEY:
            self.server.keyless.append(path)
            return self.reply(403, {"error": {"code": "NO_STORE"}})
        visit = Visit(self.server, self.headers.get("Authorization", "").removeprefix("Bearer "))
        try:
            visit.query, visit.sent = dict(parse_qsl(query)), json.loads(body)["data"] if body else {}
            for method, pattern, serve in ROUTES:
                if (found := re.fullmatch(BASE + pattern, path)) and method == self.command:
                    with self.server.lock:
                        return self.reply(*serve(visit, *found.groups()))
            raise Refused(404, "NOWHERE")
        except Refused as refused:
            return self.reply(refused.status, {"error": {"code": refused.code}})
        except (KeyError, ValueError, TypeError):
            return self.reply(400, {"error": {"code": "MALFORMED"}})

    do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815 - the base class looks for these names

    def reply(self, status: int, content: object) -> None:
        body = b"" if status in {204, 303} else json.dumps(content).encode()
        self.send_response_only(status)
        if status == 303:
            self.send_header("Location", str(content))
        self.send_header("Content-Type", "application/json")
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that the base class gives it
        """Keep no log."""


class Visit:
    """One request: who asks, and how each kind is answered."""

    def __init__(self, shop: SmallShop, token: str) -> None:
        self.shop, self.token = shop, token
        self.query: dict[str, str] = {}
        self.sent: Content = {}

    @property
    def who(self) -> str:
        """The account that asks."""
        if self.token not in self.shop.tokens:
            raise Refused(401, "WHO")
        return self.shop.tokens[self.token]

    def sign_in(self) -> tuple[int, object]:
        login, secret = self.sent["login"], self.sent["secret"]
        if (login, secret) != STAFF and CUSTOMERS.get(login) != secret:
            raise Refused(400, "BAD_LOGIN")
        token = secrets.token_urlsafe()
        self.shop.tokens[token] = login
        return 200, {"data": {"accessToken": token, "expiresInSeconds": 900}}

    def me(self) -> tuple[int, object]:
        return 200, {"data": {"uuid": str(uuid.uuid5(uuid.NAMESPACE_DNS, self.who)), "login": self.who}}

    def departments(self) -> tuple[int, object]:
        return 200, {"data": self.shop.departments, "meta": {}}

    def new_department(self) -> tuple[int, object]:
        self._expect_staff()
        self.shop.departments.append({"uuid": new_id(), "title": self.sent["title"]})
        return 201, {"data": self.shop.departments[-1]}

    def articles(self) -> tuple[int, object]:
        found = list(self.shop.articles.values())
        if "ignores the department" not in self.shop.wrong and (wanted := self.query.get("department")):
            found = [one for one in found if one["department"]["uuid"] == wanted]
        if words := self.query.get("q"):
            found = [one for one in found if words.lower() in one["title"].lower()]
        number, size = int(self.query.get("page", 1)), int(self.query.get("perPage", PAGE))
        page = [
            {
                **one,
                "price": self._shelf_prices(one)[0],
                "inDepartment": one["department"]["uuid"],
                "stock": "ask the article",
            }
            for one in found[(number - 1) * size : number * size]
        ]
        return 200, {"data": page, "meta": {"pageCount": -(-len(found) // size)}}

    def article(self, key: str) -> tuple[int, object]:
        return 200, {"data": self._article(key)}

    def new_article(self) -> tuple[int, object]:
        self._expect_staff()
        sent, key = self.sent, new_id()
        self.shop.articles[key] = {
            "uuid": key, "title": str(sent["title"]), "prices": [{"cents": int(sent["prices"][0]["cents"])}],
            "stock": {"pieces": int(sent["stock"]["pieces"])}, "department": {"uuid": sent["departmentUuid"]},
        }  # fmt: skip
        return 201, {"data": self.shop.articles[key]}

    def change_article(self, key: str) -> tuple[int, object]:
        self._expect_staff()
        self._article(key).update(self.sent)
        return self.article(key)

    def basket(self) -> tuple[int, object]:
        entries = [self._entry(one) for one in self._basket()]
        return 200, {"data": {"entries": entries, "sum": {"cents": sum(one["whole"]["cents"] for one in entries)}}}

    def new_entry(self) -> tuple[int, object]:
        article, count = self._article(self.sent["articleUuid"]), int(self.sent["count"])
        entry = next((one for one in self._basket() if one["articleUuid"] == article["uuid"]), None)
        self._expect_pieces(article, count + (entry["count"] if entry else 0))
        if entry is None:
            entry = {"uuid": new_id(), "articleUuid": article["uuid"], "count": 0}
            self._basket().append(entry)
        entry["count"] += count
        return 303, f"{BASE}/basket/entries/{entry['uuid']}"

    def entry(self, key: str) -> tuple[int, object]:
        return 200, {"data": self._entry(self._find_entry(key))}

    def change_entry(self, key: str) -> tuple[int, object]:
        entry, count = self._find_entry(key), int(self.sent["count"])
        self._expect_pieces(self._article(entry["articleUuid"]), count)
        entry["count"] = count + 1 if "miscounts" in self.shop.wrong else count
        return self.entry(key)

    def remove_entry(self, key: str) -> tuple[int, object]:
        self._basket().remove(self._find_entry(key))
        return 204, None

    def purchase(self) -> tuple[int, object]:
        entries = [self._entry(one) for one in self._basket()]
        if not entries:
            raise Refused(406, "EMPTY")
        for one in self._basket() if "oversells" not in self.shop.wrong else ():
            self._expect_pieces(self._article(one["articleUuid"]), one["count"])
        for one in self._basket():
            if "takes no stock" not in self.shop.wrong:
                self._article(one["articleUuid"])["stock"]["pieces"] -= one["count"]
        total = sum(one["whole"]["cents"] for one in entries)
        order = {"uuid": new_id(), "no": 1000 + len(self.shop.purchases), "state": "NEW", "entries": entries}
        self.shop.purchases.insert(0, (self.who, {**order, "sum": {"cents": total}}))
        self._basket().clear()
        return 201, {"data": self.shop.purchases[0][1]}

    def purchases(self) -> tuple[int, object]:
        mine = [order for who, order in self.shop.purchases if who == self.who]
        without = [{name: value for name, value in order.items() if name != "entries"} for order in mine]
        return 200, {"data": without, "meta": {}}

    def one_purchase(self, key: str) -> tuple[int, object]:
        return 200, {"data": self._purchase(key)}

    def withdraw(self, key: str) -> tuple[int, object]:
        order = self._purchase(key)
        if order["state"] != "NEW":
            raise Refused(406, "TOO_LATE")
        order["state"] = "WITHDRAWN"
        for one in order["entries"]:
            self._article(one["article"]["uuid"])["stock"]["pieces"] += one["count"]
        return 200, {"data": order}

    def _expect_staff(self) -> None:
        if self.who != STAFF[0]:
            raise Refused(403, "STAFF_ONLY")

    def _expect_pieces(self, article: Content, count: int) -> None:
        if count < 1:
            raise Refused(400, "MALFORMED")
        if count > article["stock"]["pieces"]:
            raise Refused(406, "TOO_FEW")

    def _article(self, key: str) -> Content:
        return self._only(one for one in self.shop.articles.values() if one["uuid"] == key)

    def _basket(self) -> list[Content]:
        return self.shop.baskets.setdefault(self.who, [])

    def _find_entry(self, key: str) -> Content:
        return self._only(one for one in self._basket() if one["uuid"] == key)

    def _purchase(self, key: str) -> Content:
        everybodys, asker = "opens foreign purchases" in self.shop.wrong, self.who
        return self._only(
            one for who, one in self.shop.purchases if one["uuid"] == key and (everybodys or who == asker)
        )

    def _shelf_prices(self, article: Content) -> list[Content]:
        if "keeps old prices" not in self.shop.wrong:
            return list(article["prices"])
        return self.shop.shelved.setdefault(article["uuid"], article["prices"])

    def _only(self, found: Iterator[Content]) -> Content:
        for one in found:
            return one
        raise Refused(404, "NOWHERE")

    def _entry(self, one: Content) -> Content:
        price = self._article(one["articleUuid"])["prices"][0]["cents"]
        return {
            "uuid": one["uuid"], "article": {"uuid": one["articleUuid"]}, "count": one["count"],
            "each": {"cents": price}, "whole": {"cents": price * one["count"]},
        }  # fmt: skip


def new_id() -> str:
    """Make an id."""
    return str(uuid.uuid4())


ID: Final = "/([0-9a-f-]{36})"
ROUTES: Final[list[tuple[str, str, Callable[..., tuple[int, object]]]]] = [
    ("GET", "/health", lambda _visit: (200, {"data": "fine"})),
    ("POST", "/login", Visit.sign_in),
    ("GET", "/me", Visit.me),
    ("GET", "/departments", Visit.departments),
    ("POST", "/back-office/departments", Visit.new_department),
    ("GET", "/articles", Visit.articles),
    ("GET", f"/articles{ID}", Visit.article),
    ("POST", "/back-office/articles", Visit.new_article),
    ("PATCH", f"/back-office/articles{ID}", Visit.change_article),
    ("GET", "/basket", Visit.basket),
    ("POST", "/basket/entries", Visit.new_entry),
    ("GET", f"/basket/entries{ID}", Visit.entry),
    ("PUT", f"/basket/entries{ID}", Visit.change_entry),
    ("DELETE", f"/basket/entries{ID}", Visit.remove_entry),
    ("POST", "/purchases", Visit.purchase),
    ("GET", "/purchases", Visit.purchases),
    ("GET", f"/purchases{ID}", Visit.one_purchase),
    ("POST", f"/purchases{ID}/withdrawal", Visit.withdraw),
]
