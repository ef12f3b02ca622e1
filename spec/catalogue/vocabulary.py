"""Closed lists of the catalogue: levels, impacts, needs, spans, sources, and the forms of references."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field, StringConstraints

from reports.strict_model import StrictModel

NO_CHECK_YET: Final = "no check yet"
"""The one reason for which a requirement may stand without a check; a debt of the specification, not of a target."""

_REASON_WORDS: Final = range(2, 7)


class Level(StrEnum):
    """The binding force of a requirement (RFC 2119). Only a MUST decides the gate."""

    MUST = "MUST"
    SHOULD = "SHOULD"
    MAY = "MAY"


class Impact(StrEnum):
    """The damage to a shop when the requirement is not met; it bounds how long a waiver may last."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Need(StrEnum):
    """Access that a target has to grant, beyond plain HTTP, before a requirement can be verified."""

    ADMIN = "admin"
    HTTPS = "https"
    START = "start"
    SERVICES = "services"
    PROCESS = "process"
    SEED = "seed"
    DB = "db"
    CACHE = "cache"
    LOGS = "logs"
    ERRORS = "errors"
    COMMANDS = "commands"
    MAIL = "mail"
    BROWSER = "browser"
    DOCKER = "docker"


class Span(StrEnum):
    """A dimension over which a statement can speak, and over which its check then has to look."""

    OPERATIONS = "operations"
    VERSIONS = "versions"
    METHODS = "methods"
    IDENTITIES = "identities"
    PAGES = "pages"
    VALUES = "values"
    STATES = "states"
    REPETITION = "repetition"
    MOMENTS = "moments"
    CONCURRENCY = "concurrency"
    HEADERS = "headers"
    VARIANTS = "variants"

    @property
    def meaning(self) -> str:
        """The words that such a statement says or implies, to follow "where"."""
        return _MEANINGS[self]


_MEANINGS: Final = {
    Span.OPERATIONS: "it holds for each of several operations, not for one alone",
    Span.VERSIONS: "it holds in each version of the API",
    Span.METHODS: "it holds for each method that a resource is asked with, HEAD and OPTIONS included",
    Span.IDENTITIES: "it holds for each kind of caller: anonymous, customer, another one, staff, expired or forged",
    Span.PAGES: "it holds on each page of a list, the first and the later ones, in each ordering",
    Span.VALUES: "it holds for classes of values: at a bound, beyond it, of another type, oddly spelt",
    Span.STATES: "it holds in several states of the data or the services: empty, sold out, cancelled, warm, down",
    Span.REPETITION: "it holds when the same is done again, once or many times",
    Span.MOMENTS: "it holds before, during and after something, or at the edges of a time",
    Span.CONCURRENCY: "it holds when several do it at once",
    Span.HEADERS: "it holds for several request headers, and whatever they say",
    Span.VARIANTS: "it holds for each kind that it names or implies: of answer, attack, setting, process or object",
}

Source = Literal[
    "roadmap 1.1",
    "roadmap 1.2",
    "roadmap 1.3",
    "roadmap 2.1",
    "roadmap 2.2",
    "roadmap 2.3",
    "roadmap 3.1",
    "roadmap 3.2",
    "roadmap 3.3",
    "roadmap 4.1",
    "roadmap 4.2",
    "roadmap 4.3",
    "success metrics",
    "risk mitigation",
    "field",
]
"""The origin of a requirement; "field" where the roadmap is silent and shops are known to break."""


def _refuse_spaces_around(text: str) -> str:
    if text != text.strip():
        raise ValueError(f"has spaces around it: {text!r}")
    return text


def _refuse_repetition(values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        if values.count(value) > 1:
            raise ValueError(f"names {str(value)!r} twice")
    return values


def _count_words(reason: str) -> str:
    if len(reason.split()) not in _REASON_WORDS:
        raise ValueError(f"has to be a reason of {_REASON_WORDS[0]} to {_REASON_WORDS[-1]} words, it is {reason!r}")
    return reason


Prose = Annotated[str, Field(min_length=1), AfterValidator(_refuse_spaces_around)]
"""A sentence or a name."""

Note = Annotated[str, AfterValidator(_refuse_spaces_around)]
"""A sentence that may be left out."""

SpanReason = Annotated[Prose, AfterValidator(_count_words)]
"""The reason, in a few words, for which a statement does not speak over a span."""

Distinct = (AfterValidator(_refuse_repetition), Field(json_schema_extra={"uniqueItems": True}))
"""Marks of a list that names nothing twice."""

_Rfc = Annotated[str, StringConstraints(pattern=r"^RFC \d+$")]
_Asvs = Annotated[str, StringConstraints(pattern=r"^v5\.0\.0-\d+\.\d+\.\d+$")]
_OwaspApi = Annotated[str, StringConstraints(pattern=r"^API(10|[1-9]):2023$")]
_Cwe = Annotated[str, StringConstraints(pattern=r"^CWE-\d+$")]
_Nist = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}-\d+(\(\d+\))?$")]


class References(StrictModel):
    """Standards that ask for the same, by scheme."""

    rfc: Annotated[tuple[_Rfc, ...], *Distinct] = ()
    """RFCs by number."""
    asvs: Annotated[tuple[_Asvs, ...], *Distinct] = ()
    """OWASP ASVS 5.0.0."""
    owasp_api: Annotated[tuple[_OwaspApi, ...], *Distinct] = ()
    """OWASP API Security Top 10 of 2023."""
    cwe: Annotated[tuple[_Cwe, ...], *Distinct] = ()
    """CWE."""
    nist: Annotated[tuple[_Nist, ...], *Distinct] = ()
    """Controls of NIST SP 800-53."""
    other: Annotated[tuple[Prose, ...], *Distinct] = ()
    """Other documents by name; "project policy" where no standard says the thing."""

    def by_scheme(self) -> dict[str, tuple[str, ...]]:
        """Return the schemes that are used, each with its ids."""
        return {scheme: ids for scheme, ids in self if ids}
