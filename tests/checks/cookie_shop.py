"""A shop in memory whose sessions are cookies and have no tokens; `wrong` names the ways in which it fails."""

from __future__ import annotations

import json
from collections.abc import Collection
from types import SimpleNamespace
from typing import Any, cast

from spec.target.adapter_context import AdapterContext
from spec.target.circumstances import Circumstances, Identity
from spec.target.client import Client
from spec.target.exchange import Exchange, Headers, Request, Response, UnexpectedAnswer
from spec.target.recording import Recorder
from spec.target.session import Session
from spec.target.shop import Shop
from spec.target.steps import Ask, Part, Steps, Verb
from spec.target.values import Account
from spec.target.verbs import ShopVerbs, Thing
from spec.target.visitor import Visitor
from tests.support.samples import MOMENT

EMAIL = "ann@shop.example"


class CookieVerbs(ShopVerbs):
    """Sign-in, account and sign-out; the sign-out reads a form's key first."""

    def nobody(self, thing: Thing) -> str:
        return f"no-such-{thing}"

    def whoami(self) -> Verb[Account]:
        def steps(_: Session) -> Steps[Account]:
            body: Any = _done((yield Ask(Request("GET", "/me")))).json()
            return Account(body["id"], body["email"])

        return self.make("whoami", steps)

    def sign_in(self, email: str, password: str) -> Verb[Session]:
        def steps(session: Session) -> Steps[Session]:
            _done((yield Ask(Request("POST", "/session", json={"email": email, "password": password}))))
            return session

        return self.make("sign_in", steps, begins_session=True)

    def sign_out(self) -> Verb[None]:
        def steps(_: Session) -> Steps[None]:
            _done((yield Ask(Request("GET", "/form"), Part.LEAD)))
            _done((yield Ask(Request("DELETE", "/session", query=(("page", "1"),)))))

        return self.make("sign_out", steps)


def _done(response: Response) -> Response:
    if not response.succeeded:
        raise UnexpectedAnswer("a success", str(response.status))
    return response


class CookieShop:
    """Answers requests as a client that sends them would have them answered, and remembers them."""

    def __init__(self, wrong: Collection[str] = ()) -> None:
        self.wrong = wrong
        self.recorder = Recorder()
        self.asked: list[Request] = []
        self.sessions: set[str] = set()
        self._begun = 0
        self.refusal = Response(401)
        """The answer to whoever is not signed in."""
        self.ended: Response | None = None
        """The answer to a session that has ended, where it is another."""

    def send(
        self, request: Request, *, examined: bool = False, identity: Identity = Identity.NOBODY, account: str = ""
    ) -> Exchange:
        """Answer."""
        self.asked.append(request)
        response = self._answer(request)
        exchange = Exchange(
            request, response, None, MOMENT, 0.0, circumstances=Circumstances(identity=identity, account=account)
        )
        self.recorder.add(exchange, examined=examined)
        return exchange

    def _answer(self, request: Request) -> Response:
        cookie = dict(request.headers).get("Cookie", "").removeprefix("sid=")
        if self.ended and request.path == "/me" and cookie and cookie not in self.sessions:
            return self.ended
        if "\x00" in request.target or "%00" in request.target:
            return Response(500 if "breaks on a NUL" in self.wrong else 400)
        if "limits" in self.wrong and request.method == "DELETE" and "page=1" not in request.target:
            return Response(429)
        match request.method, request.path.partition("?")[0]:
            case "GET", "/form":
                return Response(200)
            case "POST", "/session":
                self._begun += 1
                self.sessions.add(f"s{self._begun}")
                return Response(200, Headers([("Set-Cookie", f"sid=s{self._begun}; HttpOnly")]))
            case "GET", "/me" if cookie in self.sessions:
                email = "eve@shop.example" if "one account for all" in self.wrong else EMAIL
                return Response(200, Headers(), json.dumps({"id": "1", "email": email}).encode())
            case "DELETE", "/session" if cookie in self.sessions:
                if "sign-out ends nothing" not in self.wrong:
                    self.sessions.discard(cookie)
                return Response(204, Headers([("Set-Cookie", "sid=; Max-Age=0")]))
        return self.refusal

    @property
    def verbs(self) -> CookieVerbs:
        """The words for it."""
        return CookieVerbs(AdapterContext())

    def visitor(self) -> Visitor:
        """Return a stranger."""
        return Visitor(cast(Client, self), self.verbs)

    def customer(self) -> Visitor:
        """Return somebody who has signed in."""
        visitor = self.visitor()
        signed = visitor.with_session(visitor.must(self.verbs.sign_in(EMAIL, "Pw-1")))
        signed.email, signed.account = EMAIL, Account("1", EMAIL)
        return signed

    @property
    def shop(self) -> Shop:
        """Return it as checks see it."""
        return cast(
            Shop, SimpleNamespace(customers_left=1, verbs=self.verbs, customer=self.customer, visitor=self.visitor)
        )
