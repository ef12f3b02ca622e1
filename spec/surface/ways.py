"""Ways to ask an operation so that it succeeds: by a verb, in another version, or by the document alone."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final, Protocol

from spec.surface.known import Known
from spec.surface.openapi import Document
from spec.surface.people import People
from spec.surface.provocations import OutOfReach, Ready
from spec.surface.resource_pool import ResourcePool
from spec.surface.surface_operations import SurfaceOperation
from spec.surface.verb_trials import VerbTrial
from spec.target.circumstances import Identity
from spec.target.exchange import UNSET, Request, Response, UnexpectedAnswer
from spec.target.session import Session
from spec.target.steps import Ask, Steps, Verb

BOUND: Final = frozenset({"enum", "const", "format"})
"""Keywords of a schema whose texts are not free."""
ATTEMPTS: Final = 8
"""Things that are tried, newest first, until a documented operation has succeeded once."""


class Way(Protocol):
    """Makes an operation ready to be asked, each time with things of its own where it uses them up.

    `deed` names what a shopper does with it, as verbs have it; empty where no verb is known to do it.
    """

    deed: str

    @property
    def goes_on(self) -> bool:
        """Tell if it goes on to other things after a success, instead of beginning with a new one each time."""

    def ways(self) -> Iterator[Ready]:
        """Yield requests that should succeed, the most likely first."""


class ByVerb:
    """Asks by a verb, as the adapter spells it."""

    def __init__(self, trial: VerbTrial) -> None:
        self._trial = trial
        self.deed = trial.name

    @property
    def goes_on(self) -> bool:
        """Begin with new things each time."""
        return False

    def ways(self) -> Iterator[Ready]:
        """Yield the verb as it is right."""
        attempt = self._trial.prepare()
        yield Ready(attempt.visitor, attempt.verb, attempt.visitor.prepared(attempt.verb).request, attempt.ids)


class ByOtherVersion:
    """Asks what a verb asks, at another version of the interface."""

    def __init__(self, way: Way, known: Known, operation: SurfaceOperation, of: SurfaceOperation) -> None:
        self._way, self._known, self._operation, self._of = way, known, operation, of
        self.deed = way.deed

    @property
    def goes_on(self) -> bool:
        """Begin with new things each time."""
        return False

    def ways(self) -> Iterator[Ready]:
        """Yield the request of the other version, at this one's path."""
        for ready in self._way.ways():
            path = self._known.path_of(ready.request).removeprefix(self._of.version)
            query = ready.request.query
            if self._operation.documented is not None:
                query = tuple(pair for pair in query if pair[0] in self._operation.query_parameters)
            path = self._operation.version + path
            request = replace(ready.request, path=path, query=query, from_origin=True)
            yield replace(ready, request=request, verb=read_documented(request, self._operation))


class NotAllowed:
    """Asks nothing: the profile does not let checks write."""

    deed = ""
    goes_on = False

    def ways(self) -> Iterator[Ready]:
        """Raise OutOfReach."""
        raise OutOfReach("the profile's [effects] do not allow writes")


class ByDocument:
    """Asks what only the document knows: ids that the target has given, and the document's own examples as bodies.

    `make` makes another thing of the sort that the operation takes away.
    """

    def __init__(
        self,
        operation: SurfaceOperation,
        pool: ResourcePool,
        people: People,
        make: Callable[[], None] | None = None,
    ) -> None:
        self._operation, self._pool, self._people, self._make = operation, pool, people, make
        self.deed = ""

    @property
    def goes_on(self) -> bool:
        """Go on to the next thing, unless there is one that was made for it."""
        return self._make is None

    def ways(self) -> Iterator[Ready]:
        """Yield requests for one thing after another, by nobody first."""
        operation = self._operation
        if operation.documented is None or operation.document is None:
            return
        bodies: list[Any] = operation.document.body_examples(operation.documented) or [UNSET]
        whom = [one for one in self._whom() if self._people.has(one)]
        if self._make is not None:
            self._make()
        for choice in range(ATTEMPTS):
            path = self._pool.fill_path(operation.documented, choice)
            if path is None and operation.documented.parameter_names:
                raise OutOfReach("no id is known that it could be asked for")
            for body in bodies:
                filled = body if body is UNSET else self._fill(body, choice)
                request = Request(
                    operation.method, path or operation.resource, json=filled, operation=operation.label,
                    from_origin=True,
                )  # fmt: skip
                for identity in whom:
                    ids = tuple(operation.documented.parameters_in(request.path).values())
                    yield Ready(self._people.find(identity), read_documented(request, operation), request, ids)

    def _fill(self, body: Any, choice: int) -> Any:
        document, documented = self._operation.document, self._operation.documented
        if choice and document is not None and documented is not None:
            body = tell_apart(body, document.body_schema(documented) or {}, document)
        return self._pool.fill_body(body, choice)

    def _whom(self) -> Iterator[Identity]:
        document, documented = self._operation.document, self._operation.documented
        if document is None or documented is None or not document.needs_credentials(documented):
            yield Identity.NOBODY
        yield Identity.CUSTOMER
        yield Identity.STAFF


def tell_apart(body: Any, schema: Mapping[str, Any], document: Document) -> Any:
    """Give the texts of an example another ending, as far as their schema allows: what has to be unique is taken."""
    if not isinstance(body, dict):
        return body
    members = {name: document.resolve(one) for name, one in schema.get("properties", {}).items()}
    return {
        name: _another(value, members[name]) if isinstance(value, str) and name in members else value
        for name, value in body.items()
    }


def _another(text: str, schema: Mapping[str, Any]) -> str:
    if schema.get("type") != "string" or BOUND & schema.keys():
        return text
    ending, most = secrets.token_hex(3), int(schema.get("maxLength", 1000))
    pattern = re.compile(str(schema.get("pattern", "")))
    for another in (f"{text} {ending}", f"{text}-{ending}", f"{text}{ending}"):
        if len(another) <= most and pattern.search(another):
            return another
    return text


def read_documented(request: Request, operation: SurfaceOperation) -> Verb[object]:
    """Make a verb of a request, whose success is a documented one with a body that can be read."""

    def steps(_session: Session) -> Steps[object]:
        response = yield Ask(request)
        return read_success(response, operation)

    return Verb(request.operation or operation.label, "DOC-002", steps)


def read_success(response: Response, operation: SurfaceOperation) -> object:
    """Read a success as its document has it. Raises UnexpectedAnswer."""
    if not response.succeeded or not operation.documents_status(response.status):
        raise UnexpectedAnswer("a documented success", f"{response.status}: {response.body[:200]!r}")
    return response.json() if response.body else None
