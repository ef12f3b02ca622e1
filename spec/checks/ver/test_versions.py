"""VER-001 and VER-005: each version is served and documented by itself, and no other one is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final
from urllib.parse import urljoin, urlsplit

from spec.checking.examination import Examination, verifies
from spec.checking.outcomes import Outcome
from spec.checks.support.document_validity import find_document_error
from spec.checks.support.operation_probes import Probe, find_plain_read, probe_operations
from spec.checks.support.problem_documents import read_problem
from spec.checks.support.provoked_refusals import BROKEN_BODIES, walk_verbs
from spec.checks.support.version_documents import read_documents, read_valid_documents, require_versions
from spec.surface.known import Known
from spec.surface.openapi import Document
from spec.target.answer_kinds import AnswerKind
from spec.target.exchange import Exchange, Request, UnexpectedAnswer
from spec.target.shop import Shop
from spec.target.steps import Verb
from spec.target.visitor import Visitor

NOT_FOUND: Final = 404
METHODS: Final = ("HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
ABSENT: Final = frozenset({AnswerKind.NOT_FOUND, AnswerKind.UNSUPPORTED, AnswerKind.UNKNOWN})
"""The kinds of answer which say that an operation is not there."""
OTHER_WORDS: Final = ("latest", "beta", "0", "9999999999999999999999")


@verifies("VER-001", effects={"writes", "signs in"})
def test_every_version_serves_what_its_document_says(roomy: Shop, examine: Examination) -> None:
    """The same read succeeds under every version; then each operation of each version's document is asked.

    A stranger asks, with ids that the version itself has given and an empty body; staff with a body that is broken, so
    that nothing is written; and each verb is walked under each version by whom it is for. An answer says that the
    operation is there when it is a success, a refusal of the client or of the body; "not found" and "method not
    supported" say that it is missing, since the things asked for are there.
    """
    documents = read_valid_documents(roomy)
    for version in require_versions(examine, documents.known):
        reply = roomy.visitor().provoke(_under(documents.known, version, roomy.verbs.list_products()))
        wanted = f"the list of products under {version}"
        examine.that(_kind(roomy, reply) is AnswerKind.DONE, Outcome.WRONG_STATUS, wanted, saw=reply)
    labels, reached, seen = set[str](), set[str](), list[Exchange]()
    for one in documents.served:
        # First: what verbs make, such as an order, is there for staff to be asked about.
        seen += walk_verbs(roomy, documents.known, one.version)
        for probe in _probe_as_each(roomy, one.document):
            labels.add(probe.label)
            if probe.exchange is not None:
                reached.add(probe.label)
                seen.append(probe.exchange)
    for exchange in seen:
        examine.no_server_error(exchange)
    absent = [exchange for exchange in seen if _is_absent(roomy, documents.known, exchange)]
    asked, unreached = len(reached), sorted(labels - reached)
    examine.require(bool(asked), "blocked by DOC-001: no document names an operation")
    examine.that(
        not absent,
        Outcome.WRONG_STATUS,
        "an answer of each documented operation of each version",
        saw=absent[0] if absent else documents.served[0].exchange,
        observed=f"{len(absent)} are not there: {'; '.join(one.summary for one in absent[:8])}",
    )
    examine.progress(asked, asked + len(unreached), unreached)
    examine.cover("VER-001 · documented operations of all versions", asked, asked + len(unreached), unreached)


def _is_absent(shop: Shop, known: Known, exchange: Exchange) -> bool:
    """Tell if an operation is not there: its answer says so, or leads on to where another version answers."""
    response, asked = exchange.response, known.path_of(exchange.request)
    place = response.headers.get("Location") if response is not None and not response.succeeded else None
    kind = _kind(shop, exchange)
    if place is None or kind in {AnswerKind.NOT_FOUND, AnswerKind.UNSUPPORTED}:
        return kind in ABSENT
    return known.version_of(urlsplit(urljoin(asked, place)).path) != known.version_of(asked)


def _below(known: Known, exchange: Exchange) -> str:
    """Return the version that was asked."""
    return known.version_of(known.path_of(exchange.request))


def _probe_as_each(shop: Shop, document: Document) -> Iterator[Probe]:
    yield from probe_operations(shop, document, shop.visitor())
    if shop.grants_staff:
        yield from probe_operations(shop, document, shop.staff, BROKEN_BODIES[0])


@verifies("VER-001", effects={"writes", "signs in"})
def test_an_unknown_version_is_not_found_in_the_error_format(roomy: Shop, examine: Examination) -> None:
    """Reads and writes that succeed under a served version are asked under versions that nobody serves.

    The spellings are numbers before and after the served ones, another case, leading zeros, a minor version, digits of
    another script, and characters behind the number that a careless pattern lets through. A stranger, a customer and
    staff ask, with a body and by every method.
    """
    known = read_documents(roomy).known
    versions = require_versions(examine, known)
    unknown = list(dict.fromkeys(spell_unknown_versions(versions)))
    examine.require(bool(unknown), "the versions do not differ in one segment of their base paths")
    visitor, customer, verbs = roomy.visitor(), roomy.customer(), roomy.verbs
    calls: list[tuple[Visitor, Verb[object]]] = [(visitor, verbs.list_products())]
    if verbs.offers("openapi_document"):
        calls.append((visitor, verbs.openapi_document()))
    if verbs.offers("view_cart"):
        calls.append((customer, verbs.view_cart()))
    for one, call in calls:
        sent = one.provoke(call)
        examine.require(_kind(roomy, sent) is AnswerKind.DONE, f"its twin does not succeed: {sent.summary}")
    calls.append((visitor, verbs.sign_in(customer.email, customer.password)))
    if roomy.grants_staff:
        calls.append((roomy.staff, verbs.list_products()))
    calls += [(visitor, _by(method, verbs.list_products())) for method in METHODS]
    for version in unknown:
        for one, call in calls:
            exchange = one.provoke(_under(known, version, call))
            response = exchange.response
            status = response.status if response else None
            wanted = f"{NOT_FOUND} under the unknown version {version}"
            examine.that(status == NOT_FOUND, Outcome.WRONG_STATUS, wanted, saw=exchange)
            if exchange.request.method != "HEAD" and response is not None:
                _expect_problem(examine, exchange)
    examine.progress(len(unknown) * len(calls), len(unknown) * len(calls))
    examine.note(f"{len(unknown)} spellings of unknown versions.")


@verifies("VER-005")
def test_each_version_publishes_a_document_of_its_own(target: Shop, examine: Examination) -> None:
    """The document of each served version is read: it is valid, and names operations of its own version alone.

    Each version has one, no two have the same info.version, and of each document the first operation that takes no
    parameter and no credentials answers with success.
    """
    documents = read_documents(target)
    versions = require_versions(examine, documents.known)
    served = documents.served
    held = {one.version: one for one in served}
    missing = [version for version in versions if version not in held]
    wanted = f"a document of each of {', '.join(versions)}"
    observed = f"none of {', '.join(missing)}"
    strayed = next((one for one in served if _below(documents.known, one.exchange) in missing), served[0])
    examine.that(not missing, Outcome.NOT_DOCUMENTED, wanted, saw=strayed.exchange, observed=observed)
    told = [str(one.document.content.get("info", {}).get("version", "")) for one in served]
    examine.that(
        len({*told}) == len(told),
        Outcome.VERSIONS_MIXED,
        "an info.version of its own in each document",
        saw=served[-1].exchange,
        observed=", ".join(told),
    )
    for one in served:
        error = find_document_error(dict(one.document.content))
        examine.that(
            error is None, Outcome.DOCUMENT_INVALID, f"{one.label} to be valid", saw=one.exchange, observed=error
        )
        operations = one.document.operations
        examine.that(bool(operations), Outcome.DOCUMENT_INVALID, f"operations in {one.label}", saw=one.exchange)
        foreign = [each.label for each in operations if documents.known.version_of(each.path) != one.version]
        wanted = f"operations below {one.version} alone in {one.label}"
        examine.that(not foreign, Outcome.VERSIONS_MIXED, wanted, saw=one.exchange, observed="; ".join(foreign[:8]))
        plain = examine.need(find_plain_read(one.document), f"a plain read in {one.label}")
        sent = target.visitor().send(
            Request("GET", plain.path, operation="read a documented operation", from_origin=True)
        )
        examine.that(
            _kind(target, sent) is AnswerKind.DONE, Outcome.NOT_DOCUMENTED, f"{plain.label} to answer", saw=sent
        )
    examine.progress(len(served), len(served))
    examine.cover("VER-005 · versions", len(held), len(versions))


def spell_unknown_versions(versions: Sequence[str]) -> Iterator[str]:
    """Yield base paths of versions that are not served, spelt after those that are."""
    parts = [version.split("/") for version in versions]
    width = {len(one) for one in parts}
    places = [at for at in range(min(width)) if len({one[at] for one in parts}) == len(parts)]
    if len(width) > 1 or not places:
        return
    place, served = places[0], {one[places[0]] for one in parts}
    numbers = [int(found[0]) for one in served if (found := re.search(r"[0-9]+", one))]
    spelt = [*OTHER_WORDS]
    for name in sorted(served):
        spelt += [
            f"{name}.0",
            f"{name}x",
            f"x{name}",
            f"{name}%0A",
            f"{name}%20",
            f"-{name}",
            name.swapcase(),
        ]
        spelt += _renumbered(name, max(numbers, default=0))
    for one in spelt:
        if one not in served:
            yield "/".join([*parts[0][:place], one, *parts[0][place + 1 :]])


def _renumbered(name: str, largest: int) -> list[str]:
    """Return a name with other numbers, and with the same one in another spelling."""
    found = re.search(r"[0-9]+", name)
    if found is None:
        return []
    before, number, after = name[: found.start()], found[0], name[found.end() :]
    wide = "".join(f"%EF%BC%{0x90 + int(digit):X}" for digit in number)
    others = (str(largest + 1), "0", str(largest + 97), f"0{number}", f"-{number}", f"+{number}", wide, f"{number},1")
    return [f"{before}{one}{after}" for one in others] + [f"{before}{after}" or "0"]


def _under(known: Known, version: str, verb: Verb[object]) -> Verb[object]:
    return verb.changed(lambda request: known.in_version(request, version))


def _by(method: str, verb: Verb[object]) -> Verb[object]:
    return verb.changed(lambda request: replace(request, method=method))


def _kind(shop: Shop, exchange: Exchange) -> AnswerKind:
    return shop.verbs.settle(exchange.response) if exchange.response is not None else AnswerKind.UNKNOWN


def _expect_problem(examine: Examination, exchange: Exchange) -> None:
    if exchange.response is None:
        return
    try:
        read_problem(exchange.response)
    except UnexpectedAnswer as error:
        examine.fail(Outcome.NOT_A_PROBLEM_DOCUMENT, error.expected, saw=exchange, observed=error.observed)
