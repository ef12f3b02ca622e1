"""The steps that the verbs of a REST backend share: make a request, follow a 303, read what is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar, TypeVar
from urllib.parse import parse_qsl, quote

from reports.strict_model import validate
from spec.target.adapter_context import AdapterContext
from spec.target.adapters.rest.field_tables import UNTOLD_FIELD, FieldTables
from spec.target.adapters.rest.list_paging import ListPaging
from spec.target.adapters.rest.money_form import MoneyForm
from spec.target.adapters.rest.rest_settings import RestSettings
from spec.target.adapters.rest.route_table import ROUTES, complete_paths, verbs_without_path
from spec.target.adapters.rest.see_other import SEE_OTHER, look_there
from spec.target.adapters.rest.shop_readings import ShopReadings
from spec.target.adapters.rest.written_bodies import written
from spec.target.answer_kinds import AnswerKind
from spec.target.exchange import UNSET, Request, Response, UnexpectedAnswer
from spec.target.session import Session
from spec.target.steps import Ask, Part, Steps, Verb
from spec.target.verbs import ShopVerbs, Thing

T = TypeVar("T")


class RestVerbs(ShopVerbs):
    """A backend as its profile describes it. Raises ValueError where the profile's tables do not fit.

    A class that derives from it may ask for settings of its own: `own_settings` is then a model that derives from
    `RestSettings`.
    """

    own_settings: ClassVar[type[RestSettings]] = RestSettings

    def __init__(self, context: AdapterContext) -> None:
        super().__init__(context)
        self.settings = validate(self.own_settings, dict(context.settings), "[adapter.settings]")
        self.fields = validate(FieldTables, dict(context.fields), "[adapter.fields]")
        self.paths = complete_paths(context.paths)
        self.lacks = self.settings.lacks | verbs_without_path(self.paths)
        if self.fields.tokens.refresh == UNTOLD_FIELD:
            self.lacks |= {"refresh"}
        self.readings = ShopReadings(self.fields, self.settings.order_statuses)
        self.paging = ListPaging(self.settings, self.fields)
        self.money = MoneyForm(self.fields.money)

    def nobody(self, thing: Thing) -> str:
        return self.settings.new_id()

    def request(
        self,
        verb: str,
        *,
        parameters: Mapping[str, str] | None = None,
        query: Mapping[str, object] | None = None,
        json: object = UNSET,
    ) -> Request:
        """Make the request of a verb, at its path and with its method. Raises NotOffered where it is not offered."""
        self.expect_offered(verb)
        route = ROUTES[verb]
        escaped = {name: quote(value, safe="") for name, value in (parameters or {}).items()}
        path, _, fixed = self.paths[route.path].format(**escaped).partition("?")
        given = tuple((name, str(value)) for name, value in (query or {}).items() if value is not None)
        method = self.settings.methods.get(verb, route.method)
        return Request(method, path, query=(*parse_qsl(fixed, keep_blank_values=True), *given), json=json)

    def body(self, verb: str, *fields: tuple[str, object]) -> dict[str, object]:
        """Write the body of a verb's request: its constants, and each value at the place that its pointer names."""
        return written(self.fields.body.request, self.settings.constant_members(verb), fields)

    def reading(self, verb: str, request: Request, read: Callable[[Response], T], *, operation: str = "") -> Verb[T]:
        """Make a verb of one request whose answer is read."""

        def steps(_session: Session) -> Steps[T]:
            return read((yield from self.answer(request)))

        return self.make(verb, steps, operation=operation)

    def showing(self, verb: str, request: Request, read: Callable[[object], T]) -> Verb[T]:
        """Make a verb of one request whose answer shows one thing."""
        return self.reading(verb, request, lambda response: read(self.readings.thing(response)))

    def doing(self, verb: str, request: Request) -> Verb[None]:
        """Make a verb of one request whose answer says no more than that it was done."""

        def steps(_session: Session) -> Steps[None]:
            self.expect(AnswerKind.DONE, (yield Ask(request)))

        return self.make(verb, steps)

    def answer(self, request: Request, part: Part = Part.OWN) -> Steps[Response]:
        """Ask, and return the answer that shows what came of it. Raises UnexpectedAnswer unless it is a success."""
        response = yield Ask(request, part)
        self.expect(AnswerKind.DONE, response)
        if response.status == SEE_OTHER:
            response = yield Ask(look_there(self.context.base_url, request, response), Part.LOOK)
            self.expect(AnswerKind.DONE, response)
        return response

    def expect(self, kind: AnswerKind, response: Response) -> None:
        """Raise UnexpectedAnswer unless an answer is of a kind."""
        if self.settle(response) is not kind:
            wanted = "success" if kind is AnswerKind.DONE else f"an answer of the kind {str(kind)!r}"
            beginning = response.body[:200].decode(errors="replace")
            raise UnexpectedAnswer(wanted, f"{response.status}: {beginning}")
