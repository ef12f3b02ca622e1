"""Probes, documents and pages of a REST backend."""

from __future__ import annotations

from typing import Final

from spec.target.adapters.rest.answer_fields import shown
from spec.target.adapters.rest.rest_verbs import RestVerbs
from spec.target.answer_kinds import AnswerKind
from spec.target.exchange import Request, Response, UnexpectedAnswer
from spec.target.session import Session
from spec.target.steps import Ask, Steps, Verb
from spec.target.values import Readiness

HTML: Final = "text/html"
UNAVAILABLE: Final = 503


class OperationVerbs(RestVerbs):
    """The verbs of an operator, and pages that are no part of the shop's language."""

    def liveness(self) -> Verb[None]:
        return self.doing("liveness", self.request("liveness"))

    def readiness(self) -> Verb[Readiness]:
        request = self.request("readiness")

        def steps(_session: Session) -> Steps[Readiness]:
            response = yield Ask(request)
            if response.status != UNAVAILABLE:
                self.expect(AnswerKind.DONE, response)
            return self.readings.readiness(response, ready=response.status != UNAVAILABLE)

        return self.make("readiness", steps)

    def openapi_document(self) -> Verb[dict[str, object]]:
        return self.reading("openapi_document", self.request("openapi_document"), _document)

    def openapi_documents(self) -> tuple[Verb[dict[str, object]], ...]:
        current = self.openapi_document()
        if not self.paths["deprecated_openapi"]:
            return (current,)
        request = Request("GET", self.paths["deprecated_openapi"])
        operation = "read deprecated OpenAPI document"
        return (current, self.reading("openapi_document", request, _document, operation=operation))

    def documentation_page(self) -> Verb[None]:
        return self.reading("documentation_page", self.request("documentation_page"), _expect_html)

    def unknown_page(self) -> Verb[None]:
        request = self.request("unknown_page")

        def steps(_session: Session) -> Steps[None]:
            self.expect(AnswerKind.NOT_FOUND, (yield Ask(request)))

        return self.make("unknown_page", steps)


def _expect_html(response: Response) -> None:
    media_type = (response.headers.get("Content-Type") or "").partition(";")[0].strip().lower()
    if media_type != HTML:
        raise UnexpectedAnswer("an HTML page", media_type or "no media type")


def _document(response: Response) -> dict[str, object]:
    # The libraries that read OpenAPI and JSON Schema reckon with the numbers that Python's own JSON has.
    document = response.json(real=float)
    if not isinstance(document, dict):
        raise UnexpectedAnswer("a JSON object as the document", shown(document))
    return document
