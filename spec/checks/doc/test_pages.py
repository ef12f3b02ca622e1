"""DOC-005: the documentation as a person sees it."""

from __future__ import annotations

import re
from typing import Final

from spec.checking.examination import Examination, verifies
from spec.checking.outcomes import Outcome
from spec.surface.openapi import Document, DocumentedOperation
from spec.target.shop import Shop

TELLING: Final = 8
"""Characters of a summary that no other text of a page is likely to hold."""


@verifies("DOC-005")
def test_the_documentation_page_renders_in_a_browser_without_an_error(target: Shop, examine: Examination) -> None:
    """A browser opens the documentation page under the page's own content security policy.

    It has to show operations of the OpenAPI document, its console has to stay free of errors, and no request that the
    page makes may fail.
    """
    visitor, verbs = target.visitor(), target.verbs
    document = Document(visitor.must(verbs.openapi_document()), target.endpoint.base_path)

    def shown_in(text: str) -> list[DocumentedOperation]:
        return [one for one in document.operations if _shows(text, one, document)]

    exchange = visitor.look(verbs.documentation_page()).exchange
    page = target.windows.browser.open(
        exchange.request.target, lambda text: bool(shown_in(text)), from_origin=exchange.request.from_origin
    )
    shown = shown_in(page.text)
    examine.that(
        bool(shown),
        Outcome.PAGE_BROKEN,
        "a page that shows operations of the OpenAPI document by path, summary or id",
        saw=page,
        observed=f"{page.summary}; text: {page.text[:200]!r}",
    )
    errors = [*page.console, *page.failures]
    examine.that(
        not errors,
        Outcome.PAGE_BROKEN,
        "no error in the browser's console and no failed request",
        saw=page,
        observed="; ".join(errors[:5]),
    )
    examine.progress(1, 1)
    examine.note(f"{len(shown)} of {len(document.operations)} operations stand on the page.")


def _shows(text: str, operation: DocumentedOperation, document: Document) -> bool:
    """Tell if a page names an operation: its whole path as a word, with or without the base, its summary or its id."""
    paths = {operation.path, operation.path.removeprefix(document.base)} - {"", "/"}
    words = {str(operation.content[key]) for key in ("summary", "operationId") if operation.content.get(key)}
    flat = "".join(text.split())
    named = any(re.search(rf"(?<![\w/{{}}]){re.escape(path)}(?![\w/{{}}])", flat) for path in paths)
    return named or any(len(one) >= TELLING and one in text for one in words)
