"""Requests that schemathesis derives from the OpenAPI document: the edges of each schema, and random ones.

schemathesis generates, and nothing else: the requests go out through the run's own client, as every other one does, so
that they are recorded, come from an address of their own, and can be nulled.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis.errors import Unsatisfiable
from schemathesis.config import SchemathesisConfig
from schemathesis.core.result import Ok

from spec.target.exchange import UNSET, Request

CONFIG: Final[Mapping[str, Any]] = {
    # What an earlier run found would change what this one generates.
    "cache": {"enabled": False},
    "generation": {"with-security-parameters": False, "deterministic": False, "database": "none"},
    # Methods that the document does not have are another requirement's subject.
    "phases": {"coverage": {"unexpected-methods": []}},
}
OWN_HEADERS: Final = frozenset(
    {"user-agent", "accept-encoding", "accept", "connection", "x-schemathesis-testcaseid", "content-length", "host"}
)
"""Headers of the generator's own client, and those that the run's client sets."""


@dataclass(frozen=True, slots=True)
class GeneratedRequest:
    """A request that was derived from the document, which allows it where it is `valid`.

    `about` says what was varied in it: "maximum length string as header Idempotency-Key".
    """

    request: Request
    valid: bool
    about: str = ""


class RequestGenerator:
    """Generates for one document and one seed; the same for the same."""

    def __init__(self, document: Mapping[str, object], seed: int) -> None:
        self._seed = seed
        config = SchemathesisConfig.from_dict({**CONFIG, "seed": seed})
        self._schema = schemathesis.openapi.from_dict(dict(document), config=config)
        found: list[Any] = [result.ok() for result in self._schema.get_all_operations() if isinstance(result, Ok)]
        self._operations = {(one.method.upper(), one.full_path): one for one in found}

    def edges(self, method: str, path: str) -> list[GeneratedRequest]:
        """The edges of the operation's schemas, one after another: each bound, each type, each missing part."""
        operation = self._operations[method, path]
        config = self._schema.config.generation_for(operation=operation)
        modes = list(schemathesis.GenerationMode)
        cases = self._schema.iter_coverage_cases(operation, generation_modes=modes, generation_config=config)
        return list(_requests(cases))

    def random(self, method: str, path: str, examples: int) -> list[GeneratedRequest]:
        """So many random valid requests, and as many that break the document."""
        operation = self._operations[method, path]
        cases: list[Any] = []
        for mode in schemathesis.GenerationMode:

            @seeded(self._seed)
            @settings(
                max_examples=examples,
                database=None,
                deadline=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            @given(operation.as_strategy(generation_mode=mode))
            def collect(case: Any) -> None:
                cases.append(case)

            try:
                collect()
            except Unsatisfiable:
                # Nothing breaks the document of an operation that takes nothing.
                continue
        return list(_requests(cases))


def _requests(cases: Iterator[Any] | list[Any]) -> Iterator[GeneratedRequest]:
    for case in cases:
        content = case.as_transport_kwargs("http://target")
        body = content.get("json", UNSET)
        try:
            prepared = requests.Request(
                content["method"], content["url"], params=content.get("params"), headers=content.get("headers"),
                data=content.get("data"), json=None if body is UNSET else body, cookies=content.get("cookies"),
            ).prepare()  # fmt: skip
        except (requests.RequestException, UnicodeError):
            continue  # what no client can put on the wire, no client sends
        sent = prepared.body.encode() if isinstance(prepared.body, str) else prepared.body
        if not isinstance(sent, bytes | None):
            continue  # a stream: only uploads have one
        headers = tuple(
            (name, value.decode("latin-1") if isinstance(value, bytes) else value)
            for name, value in prepared.headers.items()
            if name.lower() not in OWN_HEADERS
        )
        if any(not value.isprintable() for _, value in headers):
            continue
        yield GeneratedRequest(
            Request(
                method=str(prepared.method),
                path=prepared.path_url,
                headers=headers,
                json=body,
                body=None if body is not UNSET else sent,
                operation="generated",
            ),
            valid=case.meta is not None and case.meta.generation.mode.is_positive,
            about=_tell_varied(case),
        )


def _tell_varied(case: Any) -> str:
    """Say what the generator varied in a case; empty where that is everything."""
    data: Any = case.meta.phase.data if case.meta is not None else None
    description = getattr(data, "description", None)
    if not description:
        return ""
    place = " ".join(str(one) for one in (data.parameter_location, data.parameter) if one)
    return f"{description[:1].lower()}{description[1:100]}{f' as {place}' if place else ''}"
