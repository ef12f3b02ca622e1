"""TOK: where passwords and tokens must not stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote

from spec.checking.outcomes import Outcome
from spec.checking.rules import EVERY_KIND, Answer, Breach, rule
from spec.checks.support.presented_secrets import (
    credential_fields,
    secrets_in_url,
    secrets_issued,
    secrets_presented,
)
from spec.target.answer_kinds import AnswerKind
from spec.target.redaction import JWT, OF_THE_RUN, redact_text

URL_FIELDS: Final = ("Location", "Content-Location", "Link", "Refresh")
URL: Final = re.compile(r"(?:https?:/)?/[^\s\"'<>\\]{8,2000}")
LOOKED_THROUGH: Final = 65_536
"""Bytes of a body."""


@rule("TOK-016", twins=EVERY_KIND)
def secrets_stand_in_no_url_and_no_error(answer: Answer) -> Iterator[Breach]:
    """No URL and no error's body holds a password or a token.

    No URL that an answer names, in a header or its body, holds a credential of its request or one that it hands out. No
    body of an error repeats a credential of its request, in any common coding, or holds a JSON Web Token. No request is
    done because of a credential in its own URL.

    Credentials of a request are those in its header fields and cookies, those that the run has been given, and what its
    body has in members that are named as such.
    """
    presented = secrets_presented(answer)
    yield from _in_urls(answer, presented | secrets_issued(answer))
    if answer.is_error:
        text = answer.response.body[:LOOKED_THROUGH].decode(errors="replace")
        repeated = bool(presented) and OF_THE_RUN in redact_text(text, presented).redactions
        if repeated or JWT.search(text):
            yield Breach(
                Outcome.SECRET_DISCLOSED,
                "an error without a password or a token",
                "a body that repeats a credential of the request" if repeated else "a body that holds a JSON Web Token",
            )
    elif _was_done_by_url(answer):
        expected = "credentials in headers and bodies alone"
        yield Breach(Outcome.SECRET_DISCLOSED, expected, "a request that was done with a credential in its URL")


def _in_urls(answer: Answer, secrets: frozenset[str]) -> Iterator[Breach]:
    named = [(f"the header {name}", value) for name in URL_FIELDS for value in answer.headers.get_all(name)]
    if secrets or answer.is_error:
        body = answer.response.body[:LOOKED_THROUGH].decode(errors="replace")
        named += [("the body", url) for url in URL.findall(body)]
    for place, url in named:
        plain = unquote(url)
        if any(one in plain for one in secrets) or JWT.search(plain):
            yield Breach(Outcome.SECRET_DISCLOSED, "no credential in a URL", f"a URL in {place} that holds one")


def _was_done_by_url(answer: Answer) -> bool:
    """Tell if the credential in a request's URL was taken: the request carries no other that explains the answer."""
    if answer.kind is not AnswerKind.DONE or credential_fields(answer.request):
        return False
    return bool(secrets_in_url(answer)) and bool(answer.needs_credentials or secrets_issued(answer))
