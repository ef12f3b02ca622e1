"""VAL-012: each resource is asked by each method that it lacks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from spec.checking.examination import Examination, verifies
from spec.checking.rules import Answer
from spec.checks.support.asked_requests import KNOWN_METHODS
from spec.checks.support.refused_methods import RefusedMethods, judge_refused_method
from spec.run.run_state import RunState
from spec.surface import kinds_of_answer as kinds
from spec.surface.known import learn_target
from spec.surface.openapi import Document
from spec.target.exchange import Request
from spec.target.shop import Shop
from spec.target.visitor import Unanswered, Visitor

TRIED: Final = ("GET", "POST", "PUT", "PATCH", "DELETE", "BREW")
"""The methods of an interface, and one that nobody knows."""


@dataclass(frozen=True, slots=True)
class LackingMethod:
    """A resource of a version and a method that its document does not have for it."""

    resource: str
    method: str

    def asked_about(self, an_id: str) -> Request:
        """Ask for it; whatever its path names is named by this id."""
        kind = kinds.METHOD_NOT_SUPPORTED if self.method in KNOWN_METHODS else kinds.UNKNOWN_METHOD
        path = re.sub(r"\{[^}]+\}", an_id, self.resource)
        return Request(self.method, path, from_origin=True, provokes=kind)


@verifies("VAL-012", effects={"reads", "signs in"})
def test_each_resource_refuses_each_method_that_it_lacks(roomy: Shop, run: RunState, examine: Examination) -> None:
    """Each documented resource of each version is asked by each method that its document does not have, and by BREW.

    As nobody, as a customer and as staff, of whom a quick run draws one each time; what a path names is not there. The
    answer is 405 with the Allow that the document makes expect, or 501 to BREW; each resource answers at least once so.
    """
    known = learn_target(roomy)
    examine.require(bool(known.documents), "no OpenAPI document says which methods a resource has (DOC-001)")
    people = [roomy.visitor(), roomy.customer(), *([roomy.staff] if roomy.grants_staff else [])]
    methods, an_id = RefusedMethods(), str(roomy.verbs.nobody("product"))
    lacking = [one for document in known.documents for one in list_lacking_methods(document)]
    examine.require(bool(lacking), "the OpenAPI documents name no resource that lacks a method")
    chance = run.random("VAL-012/methods")
    refused: set[str] = set()
    for one in lacking:
        for who in choose_people(people, chance, quick=run.quick):
            exchange = who.send_signed(one.asked_about(an_id))
            if exchange.response is None:
                raise Unanswered(exchange)
            answer = Answer(exchange, known)
            breaches = [*judge_refused_method(answer, known=one.method in KNOWN_METHODS), *methods.compare(answer)]
            examine.stated += 1
            for breach in breaches:
                shown = (breach.shown_by or answer).exchange
                observed = f"{breach.observed} on {shown.summary} as {shown.circumstances.identity}"
                examine.fail(breach.outcome, breach.expected, saw=shown, observed=observed)
            if not answer.response.succeeded and not answer.response.is_server_error:
                refused.add(one.resource)
    resources = {one.resource for one in lacking}
    examine.progress(len(refused), len(resources), sorted(resources - refused))


def list_lacking_methods(document: Document) -> Iterator[LackingMethod]:
    """List the methods that the resources of a version lack."""
    for resource in dict.fromkeys(one.path for one in document.operations):
        had = {one.method for one in document.operations if one.path == resource}
        yield from (LackingMethod(resource, method) for method in TRIED if method not in had)


def choose_people(people: Sequence[Visitor], chance: Random, *, quick: bool) -> Sequence[Visitor]:
    """Choose as whom to ask: as everybody, or in a quick run as one of them."""
    return [chance.choice(people)] if quick else people
