"""One request through the disguise: the shop is asked in its own words, and its answer is dressed."""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any, Final

from spec.falsify.proxy.forwarding_proxy import Ask
from spec.falsify.proxy.wire_messages import WireAnswer, WireRequest
from tests.targets.disguise.bodies import disguise_body, disguise_problem, reveal_body
from tests.targets.disguise.checkout import refuse_early_order, take_step
from tests.targets.disguise.ids import IdCipher
from tests.targets.disguise.own_answers import OwnAnswer, data, problem
from tests.targets.disguise.sessions import CSRF_FIELD, UNSAFE, Sessions, ShopSession
from tests.targets.disguise.targets import API, Route, disguise_target, reveal_target

TENANT_FIELD: Final = "X-Tenant-Key"
SESSION: Final = f"{API}/session"
TOKENS: Final = f"{API}/tokens"
REFRESH: Final = f"{API}/tokens/refresh"
LINES: Final = f"{API}/cart/lines"
_CART: Final = Route("/api/v2/cart", api=True)
_WITHOUT_PAGE: Final = ("accounts", "reviews", "variants")
"""Collections of the shop whose members have no page there; here they have one, until it is read."""


@dataclass(slots=True)
class Asked:
    """A request of the disguise with what is known about it."""

    request: WireRequest
    route: Route
    session: ShopSession | None
    known: bool
    """False where the client has not got the session's cookie yet."""

    @property
    def path(self) -> str:
        """The path, as the client has it."""
        return self.request.target.partition("?")[0]

    @property
    def unsafe(self) -> bool:
        """Tell if a CSRF token is demanded."""
        return self.route.api and self.request.method in UNSAFE


class Disguise:
    """The shape that the shop has for every client of one proxy. Thread-safe."""

    def __init__(self, tenant_key: str, ids: IdCipher, authorities: tuple[str, str]) -> None:
        self._tenant_key = tenant_key
        self._ids = ids
        self._own_authority, self._shop_authority = authorities
        self._sessions = Sessions()

    def answer(self, request: WireRequest, ask: Ask) -> WireAnswer:
        """Answer a request, with the shop's help where it knows of such a thing."""
        keys = request.head.all(TENANT_FIELD.lower())
        if not keys:
            return problem(401, "no_tenant", f"The header {TENANT_FIELD} is missing.").wire(request)
        if not all(hmac.compare_digest(key.encode(), self._tenant_key.encode()) for key in keys):
            return problem(403, "unknown_tenant", "No tenant has this key.").wire(request)
        session = self._sessions.find(request.head.all("cookie"))
        asked = Asked(request, reveal_target(request.target, self._ids), session, known=session is not None)
        if asked.unsafe and (session is None or not session.knows_csrf(request.head.get(CSRF_FIELD.lower()) or "")):
            return problem(403, "csrf", f"A current token of {SESSION} has to stand in {CSRF_FIELD}.").wire(request)
        own = self._answer_alone(asked)
        if own is not None:
            answer = own.wire(request)
        elif _reads_line(asked):
            answer = self._show_line(asked, ask)
        else:
            answer = self._dress(asked, ask(self._reveal(asked)))
        return self._hand_out(asked, answer)

    def _answer_alone(self, asked: Asked) -> OwnAnswer | None:
        method, path = asked.request.method, asked.path
        if (method, path) == ("GET", SESSION):
            asked.session = asked.session or self._sessions.open()
            return data({"signedIn": bool(asked.session.access)})
        session = asked.session
        if session is None:
            return None
        own = take_step(session, method, path, asked.request.body) or refuse_early_order(session, method, path)
        return own or self._show_made(session, method, path)

    def _show_made(self, session: ShopSession, method: str, path: str) -> OwnAnswer | None:
        """Show what was made and has no page in the shop: to who made it, and until it is read."""
        collection, _, name = path.rpartition("/")
        if method not in {"GET", "HEAD"} or collection.rpartition("/")[2] not in _WITHOUT_PAGE or name == "me":
            return None
        body = session.made.pop(path, None)
        if body is not None:
            return OwnAnswer(HTTPStatus.OK, "application/json", body)
        return problem(404, "not_found", "Nothing is served at this path.") if session.access else None

    def _show_line(self, asked: Asked, ask: Ask) -> WireAnswer:
        """Read a line, which has no page in the shop, out of the cart that it is in."""
        of_cart = replace(asked, route=_CART)
        answer = self._dress(of_cart, ask(self._reveal(of_cart)))
        if answer.status != HTTPStatus.OK:
            return answer
        lines = json.loads(answer.body)["data"]["lines"]
        line = next((one for one in lines if one["id"] == asked.path.rpartition("/")[2]), None)
        if line is None:
            return problem(404, "not_found", "There is no such line in the cart.").wire(asked.request)
        return _with_body(answer, data(line).body)

    def _reveal(self, asked: Asked) -> WireRequest:
        """Say it in the shop's words: its path, its names, a bearer token in place of the cookie."""
        request, session = asked.request.with_target(asked.route.target), asked.session
        head = request.head.without(TENANT_FIELD.lower(), CSRF_FIELD.lower(), "expect")
        if head.get("host") == self._own_authority:
            head = head.without("host").plus(("Host", self._shop_authority))
        if asked.route.api:
            head = head.without("cookie")
            if session is not None and session.access and not head.all("authorization"):
                head = head.plus(("Authorization", f"Bearer {session.access}"))
        body = reveal_body(request.body, self._ids) if asked.route.api else request.body
        if body != request.body:
            head = head.with_length(len(body))
        return replace(request, head=head, body=body)

    def _dress(self, asked: Asked, answer: WireAnswer) -> WireAnswer:
        """Give the shop's answer the disguise's form; status and all other fields stay."""
        answer = self._dress_location(answer)
        if not asked.route.api:
            return answer
        media_type = (answer.head.get("content-type") or "").partition(";")[0].strip().lower()
        if asked.request.method == "HEAD" and media_type == "application/json":
            # The length of a body that is never seen here would be that of the shop's.
            return replace(answer, head=answer.head.without("content-length"))
        if not answer.body or media_type not in {"application/json", "application/problem+json"}:
            return answer
        if media_type == "application/problem+json":
            return _with_body(answer, disguise_problem(answer.body))
        self._keep_tokens(asked, answer)
        body, links = disguise_body(answer.body, asked.route.kind, self._ids)
        dressed = _with_body(answer, body)
        dressed = replace(dressed, head=dressed.head.plus(*(("Link", link) for link in links)))
        return self._see_other(asked, dressed) if answer.status == HTTPStatus.CREATED else dressed

    def _dress_location(self, answer: WireAnswer) -> WireAnswer:
        location = answer.head.get("location")
        if location is None:
            return answer
        return _with_location(answer, disguise_target(location, self._ids))

    def _keep_tokens(self, asked: Asked, answer: WireAnswer) -> None:
        """Begin a session with the tokens of a sign-in; go on with those of a refresh in the session that asked."""
        if answer.status != HTTPStatus.OK or asked.request.method != "POST" or asked.path not in {TOKENS, REFRESH}:
            return
        session, given = asked.session, json.loads(answer.body)
        if session is None or not {"access", "refresh"} <= given.keys():
            return
        if asked.path == TOKENS:
            asked.session, asked.known = self._sessions.sign_in(session, given["access"], given["refresh"]), False
        elif session.refresh and session.refresh == _sent_refresh(asked.request.body):
            session.access, session.refresh = given["access"], given["refresh"]

    def _see_other(self, asked: Asked, made: WireAnswer) -> WireAnswer:
        """Send the client to what was made. Where the shop has no page of it, keep the answer to be read there."""
        content = json.loads(made.body)["data"]
        location = made.head.get("location") or f"{asked.path.rstrip('/')}/{content.get('id')}"
        session = asked.session
        if session is None:
            return made
        if location.rpartition("/")[0].rpartition("/")[2] in _WITHOUT_PAGE:
            session.made[location] = made.body
        if asked.path.endswith("/orders"):
            session.checkout.clear()
        head = replace(made.head, line=f"HTTP/1.1 {HTTPStatus.SEE_OTHER.value} {HTTPStatus.SEE_OTHER.phrase}")
        head = head.without("location", "content-type").plus(("Location", location))
        return replace(made, head=head.with_length(0), body=b"")

    def _hand_out(self, asked: Asked, answer: WireAnswer) -> WireAnswer:
        """Give the client the next CSRF token, and the cookie of a session that it does not have."""
        session = asked.session
        if session is None or not (asked.unsafe or asked.path == SESSION):
            return answer
        fields = [(CSRF_FIELD, session.next_csrf())]
        if not asked.known:
            fields.append(("Set-Cookie", session.cookie))
        return replace(answer, head=answer.head.plus(*fields))


def _reads_line(asked: Asked) -> bool:
    """Tell if somebody signed in reads a line."""
    signed_in = asked.session is not None and asked.session.access
    return bool(signed_in) and asked.request.method == "GET" and asked.path.rpartition("/")[0] == LINES


def _with_body(answer: WireAnswer, body: bytes) -> WireAnswer:
    return replace(answer, head=answer.head.with_length(len(body)), body=body)


def _with_location(answer: WireAnswer, location: str) -> WireAnswer:
    return replace(answer, head=answer.head.without("location").plus(("Location", location)))


def _sent_refresh(body: bytes) -> Any:
    try:
        value = json.loads(body)
    except ValueError:
        return None
    return value.get("refreshToken") if isinstance(value, dict) else None
