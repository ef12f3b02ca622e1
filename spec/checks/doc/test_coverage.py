"""DOC-002: every operation that the target serves stands in an OpenAPI document."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final

from spec.checking.examination import Examination, verifies
from spec.checking.outcomes import Outcome
from spec.surface.listed_routes import ROUTE_LINE
from spec.surface.openapi import Document
from spec.target.shop import Shop

_PARAMETER: Final = re.compile(r"\{[^}]*\}")


@dataclass(frozen=True, slots=True, order=True)
class ServedOperation:
    """A method and a path whose parameters are written as {}."""

    path: str
    method: str

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@verifies("DOC-002")
def test_every_operation_that_is_served_is_documented(target: Shop, examine: Examination) -> None:
    """The target's own command lists its routes; each has to stand in an OpenAPI document of the versions served.

    Addresses that the profile declares as meant to be reachable beside the API (pages, probes, metrics, staff pages)
    are left out and counted. The twin: the list can be read line by line, and names every documented operation.
    """
    listed = target.command("routes")
    examine.that(listed.exit_code == 0, Outcome.COMMAND_FAILED, "exit code 0", saw=listed)
    lines = [line for line in listed.output.splitlines() if line.strip()]
    unreadable = [line for line in lines if not ROUTE_LINE.match(line)]
    examine.that(
        not unreadable,
        Outcome.FORMAT_WRONG,
        "a method and a path on each line, as in GET /products/{}",
        saw=listed,
        observed=f"{len(unreadable)} other lines, such as {unreadable[:1]}",
    )
    served = {ServedOperation(_shape(line[2]), line[1]) for line in map(ROUTE_LINE.match, lines) if line}
    documented: set[ServedOperation] = set()
    for verb in target.verbs.openapi_documents():
        read = target.visitor().do(verb)
        operations = Document(read.value, target.endpoint.base_path).operations
        documented |= {ServedOperation(_shape(one.path), one.method) for one in operations}
    hidden = sorted(documented - served)
    examine.that(
        bool(documented) and not hidden,
        Outcome.CLAIM_CONTRADICTED,
        f"each of {len(documented)} documented operations in the list of routes",
        saw=listed,
        observed=f"{len(hidden)} are not in it: {', '.join(map(str, hidden[:8]))}",
    )
    exposed = target.profile.policy_texts("intended_exposure")
    counted = {one for one in served if not any(fnmatchcase(one.path, pattern) for pattern in exposed)}
    examine.require(bool(counted), "the profile's intended_exposure covers every route, so nothing is left to document")
    left = sorted(counted - documented)
    examine.measure(
        100 * (len(counted) - len(left)) / len(counted), n=len(counted), method="routes listed by the target's command"
    )
    examine.cover("operations served and documented", len(counted) - len(left), len(counted), map(str, left))
    examine.that(
        not left,
        Outcome.NOT_DOCUMENTED,
        f"each of {len(counted)} operations in an OpenAPI document",
        saw=listed,
        observed=f"{len(left)} are not: {', '.join(map(str, left[:8]))}",
    )
    examine.note(f"{len(served) - len(counted)} routes outside the API, as the profile declares, were left out.")


def _shape(path: str) -> str:
    return _PARAMETER.sub("{}", path)
