"""Requests of pages of other origins, and what an answer allows them (Fetch standard, CORS protocol)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

from spec.checking.rules import Answer
from spec.checks.support.header_values import names_in
from spec.target.exchange import Headers
from spec.target.redaction import SECRET_FIELDS

ALLOW_ORIGIN: Final = "Access-Control-Allow-Origin"
_ALLOW: Final = "access-control-allow-"
_SIMPLE_METHODS: Final = frozenset({"GET", "HEAD", "POST"})
"""Methods that need no leave of their own."""
_SIGNING_FIELDS: Final = SECRET_FIELDS - {"cookie", "set-cookie"} | {"content-type"}
"""Header fields with which a page signs in and signs its requests; the browser sends cookies by itself."""


def asking_origin(answer: Answer) -> str | None:
    """Return the origin whose page asks; None where the request names none."""
    return Headers(answer.request.headers).get("Origin")


def declared_origins(answer: Answer) -> frozenset[str]:
    """Return the origins whose pages may read answers, as the profile declares them."""
    return frozenset(map(str, answer.known.policies.get("allowed_origins", ())))


@dataclass(frozen=True, slots=True)
class Preflight:
    """The question of a browser before a request of another origin's page, and its answer."""

    answer: Answer
    origin: str
    method: str
    fields: frozenset[str]

    @classmethod
    def read(cls, answer: Answer) -> Self | None:
        """Return the preflight that an exchange is; None where it is none."""
        asked = Headers(answer.request.headers)
        origin, method = asked.get("Origin"), asked.get("Access-Control-Request-Method")
        if answer.request.method != "OPTIONS" or origin is None or method is None:
            return None
        return cls(answer, origin, method, names_in(asked, "Access-Control-Request-Headers"))

    @property
    def declared(self) -> bool:
        """Tell if the origin is declared."""
        return self.origin in declared_origins(self.answer)

    def lacking(self) -> list[str]:
        """List what the answer keeps from the page that it needs to sign in as it asks."""
        headers = self.answer.headers
        lacking = [] if self.answer.response.succeeded else ["its request by a status of success"]
        lacking += [] if headers.get_all(ALLOW_ORIGIN) == (self.origin,) else ["its origin"]
        methods = {one.upper() for one in names_in(headers, "Access-Control-Allow-Methods")}
        if self.method not in _SIMPLE_METHODS | methods and "*" not in methods:
            lacking.append(f"the method {self.method}")
        # The star does not speak of credentials, so a field that carries them is named.
        fields = names_in(headers, "Access-Control-Allow-Headers")
        needed = self.fields & _SIGNING_FIELDS - fields
        missing = needed & SECRET_FIELDS if "*" in fields else needed
        return [*lacking, *(f"the header {one}" for one in sorted(missing))]

    def allows_anything(self) -> bool:
        """Tell if the answer allows an origin that is not declared anything."""
        allowed = self.answer.headers.get_all(ALLOW_ORIGIN)
        if allowed and set(allowed) <= declared_origins(self.answer):
            return False
        return any(name.lower().startswith(_ALLOW) for name, _ in self.answer.headers)

    def shown(self) -> str:
        """Show the status and what the answer allows."""
        allowed = [f"{name}: {value}" for name, value in self.answer.headers if name.lower().startswith(_ALLOW)]
        return f"{self.answer.status} with {'; '.join(allowed) or 'no header that allows anything'}"
