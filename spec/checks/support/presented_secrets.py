"""Credentials in an exchange: those that a request presents, and those that an answer hands out."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote_plus

from spec.checking.rules import Answer
from spec.checks.support.json_texts import texts_of
from spec.target.exchange import Request
from spec.target.redaction import CREDENTIAL_FIELDS, SCHEME, SECRET_FIELDS
from spec.target.session import SHORTEST_SECRET

_SECRET_MEMBER: Final = re.compile(
    r"(?:.*[_-])?(?:password|passwd|pwd|secret|access|refresh|token|jwt|api_?key)(?:[_-]?token|[_-]?confirm\w*)?",
    re.IGNORECASE,
)
"""Names of members that hold credentials."""
FEWEST_CHARACTERS: Final = 5
"""Different ones in a text by which a credential is recognised: a row of zeros or spaces stands in many a body."""


def secrets_presented(answer: Answer) -> frozenset[str]:
    """Return the credentials in the header fields, the body and the URL of a request."""
    return _in_fields(answer.request) | _in_body(answer) | secrets_in_url(answer)


def secrets_in_url(answer: Answer) -> frozenset[str]:
    """Return the credentials of the run that stand in the URL of a request."""
    url = unquote_plus(answer.request.target)
    return frozenset(one for one in answer.known.secrets() if len(one) >= SHORTEST_SECRET and one in url)


def secrets_in_body(answer: Answer) -> frozenset[str]:
    """Return the credentials of the run that stand in the body of a request."""
    sent = answer.request.encoded_body().decode(errors="replace")
    if not sent:
        return frozenset()
    return frozenset(one for one in answer.known.secrets() if len(one) >= SHORTEST_SECRET and one in sent)


def secrets_issued(answer: Answer) -> frozenset[str]:
    """Return the texts of an answer's members that are named as credentials."""
    return _named(answer.response.body) if answer.media_type.endswith("json") else frozenset()


def credential_fields(request: Request) -> frozenset[str]:
    """Return the names, in small letters, of a request's header fields that carry a credential."""
    return frozenset(name.lower() for name, _ in request.headers if name.lower() in SECRET_FIELDS)


def _in_fields(request: Request) -> frozenset[str]:
    found: set[str] = set()
    for name, value in request.headers:
        key = name.lower()
        if key == "cookie":
            found |= {pair.partition("=")[2].strip() for pair in value.split(";")}
        elif key in SECRET_FIELDS:
            found.add((SCHEME.sub("", value, count=1) if key in CREDENTIAL_FIELDS else value).strip())
    return frozenset(filter(_is_telling, found))


def _in_body(answer: Answer) -> frozenset[str]:
    return secrets_in_body(answer) | _named(answer.request.encoded_body())


def _named(body: bytes) -> frozenset[str]:
    """Return what members that are named as credentials hold, and no other member holds as well."""
    texts = list(texts_of(body))
    named = {text for name, text in texts if _SECRET_MEMBER.fullmatch(name)}
    others = {text for name, text in texts if not _SECRET_MEMBER.fullmatch(name)}
    return frozenset(filter(_is_telling, named - others))


def _is_telling(text: str) -> bool:
    """Tell if a text is long and odd enough to be recognised: a word or a number could stand in any sentence."""
    is_plain = text.isalpha() or text.isdecimal()
    return len(text) >= SHORTEST_SECRET and not is_plain and len(set(text)) >= FEWEST_CHARACTERS
