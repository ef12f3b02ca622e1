"""An adapter of a shop that takes detours: cookies with CSRF, a checkout of three requests, lists that tell little."""

from __future__ import annotations

from dataclasses import replace

from spec.target.adapter_context import AdapterContext
from spec.target.adapters import rest
from spec.target.exchange import Request, Response, UnexpectedAnswer
from spec.target.session import Session
from spec.target.steps import Ask, Part, Steps, Verb
from spec.target.values import UNTOLD, Order, ProductPage


class CookieSession(Session):
    """Sends the token against forgery with all that writes."""

    def sign(self, request: Request) -> Request:
        signed = super().sign(request)
        csrf = self.memory.get("csrf")
        return signed if csrf is None or request.method == "GET" else signed.with_header("X-CSRF", csrf)


class ForgetfulSession(CookieSession):
    """Keeps no cookie."""

    def learn(self, response: Response) -> None:
        """Look away."""


class Verbs(rest.Verbs):
    """With `[adapter.settings] forgetful` its sessions keep no cookie; the rest is as the default adapter has it."""

    def __init__(self, context: AdapterContext) -> None:
        settings = dict(context.settings)
        self._forgetful = bool(settings.pop("forgetful", False))
        super().__init__(replace(context, settings=settings))

    def stranger(self) -> Session:
        return ForgetfulSession() if self._forgetful else CookieSession()

    def sign_in(self, email: str, password: str) -> Verb[Session]:
        def steps(session: Session) -> Steps[Session]:
            asked = Request("GET", "/api/v2/csrf", operation="fetch CSRF token")
            answer = (yield Ask(asked, Part.LEAD)).json()
            assert isinstance(answer, dict)
            session.memory["csrf"] = str(answer["token"])
            body = {"email": email, "password": password}
            response = yield Ask(Request("POST", "/api/v2/session", json=body))
            if response.status != 204:
                raise UnexpectedAnswer("204", f"{response.status} for {email} with {password}")
            return session

        return self.make("sign_in", steps, begins_session=True)

    def list_products(
        self,
        *,
        search: str | None = None,
        category_id: str | None = None,
        ordering: str | None = None,
        page_size: int | None = None,
        cursor: str | None = None,
    ) -> Verb[ProductPage]:
        verb = super().list_products(
            search=search, category_id=category_id, ordering=ordering, page_size=page_size, cursor=cursor
        )
        return verb.map(reticent)

    def place_order(self, idempotency_key: str | None = None) -> Verb[Order]:
        ordering = super().place_order(idempotency_key)

        def steps(session: Session) -> Steps[Order]:
            shipping = yield Ask(Request("GET", "/api/v2/shipping"), Part.LEAD)
            if shipping.status != 200:
                raise UnexpectedAnswer("200 with the ways of shipping", str(shipping.status))
            order = yield from ordering.steps(session)
            return (yield from looking(self.open_order(order.id), session))

        return self.make("place_order", steps)


def looking(verb: Verb[Order], session: Session) -> Steps[Order]:
    """Walk a verb as a look at what another one has left."""
    steps = verb.steps(session)
    ask = next(steps)
    try:
        while True:
            ask = steps.send((yield replace(ask, part=Part.LOOK)))
    except StopIteration as end:
        order: Order = end.value
        return order


def reticent(page: ProductPage) -> ProductPage:
    """Tell neither price nor stock nor category."""
    untold = (replace(one, price=UNTOLD, in_stock=UNTOLD, category_id=UNTOLD) for one in page.products)
    return replace(page, products=tuple(untold))
