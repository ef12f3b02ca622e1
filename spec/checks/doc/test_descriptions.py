"""DOC-003: a reader of the document learns of each operation what it takes and how it refuses."""

from __future__ import annotations

from typing import Final

from spec.checking.examination import Examination, verifies
from spec.checking.outcomes import Outcome
from spec.checks.support.operation_descriptions import DescriptionLint
from spec.checks.support.operation_probes import probe_operations
from spec.checks.support.provoked_refusals import provoke_refusals
from spec.checks.support.version_documents import read_valid_documents
from spec.surface.openapi import Document
from spec.target.answer_kinds import AnswerKind
from spec.target.exchange import Exchange
from spec.target.shop import Shop

SHOWN: Final = 10


@verifies("DOC-003", effects={"writes", "signs in"})
def test_every_operation_of_every_version_is_described(roomy: Shop, examine: Examination) -> None:
    """Each operation of each version's document is read for what it has to tell.

    It has a summary and a description, and states its security with schemes that are described. Each parameter has a
    description and a schema, those of its path are declared, and a body has a schema. Each error that it can answer by
    what it takes has a status of its own, in the error format: credentials, a thing that its path names, a body or
    parameters, and a spent budget where the profile declares a window of its limits. What staff alone may do owes the
    refusal of a customer: a customer asks each operation, and those that are refused so are held to it. So are all to
    the statuses by which they refuse a stranger, a customer, a forged session, a body or query that is broken, and what
    is done twice, and to the parameters in a query that they take and would refuse if nobody knew them. All breaches
    are listed.
    """
    documents = read_valid_documents(roomy)
    known = documents.known
    budgeted = "rate_window" in known.policies
    described, breaches, total = 0, list[str](), 0
    shown: Exchange = documents.served[0].exchange
    for one in documents.served:
        forbidding = find_forbidding(roomy, one.document)
        seen = provoke_refusals(roomy, known, one)
        lint = DescriptionLint(
            one.document, known.settle, budgeted=budgeted, forbidding=forbidding, refused=seen.refused, taken=seen.taken
        )
        for operation in one.document.operations:
            total += 1
            missing = lint.missing_in(operation)
            described += not missing
            if missing:
                shown = one.exchange if not breaches else shown
                breaches.append(f"{operation.label} lacks {', '.join(missing)}")
    examine.require(bool(total), "DOC-001: no document names an operation")
    examine.cover("DOC-003 · operations described", described, total, [one.partition(" lacks ")[0] for one in breaches])
    examine.that(
        not breaches,
        Outcome.NOT_DOCUMENTED,
        f"each of {total} operations with summary, description, security, parameters and error answers",
        saw=shown,
        observed=f"{len(breaches)} breaches: {'; '.join(breaches[:SHOWN])}",
    )
    examine.progress(described, total)


def find_forbidding(shop: Shop, document: Document) -> frozenset[str]:
    """Find the operations that refuse a customer as such; none where the target gives no customer to ask with."""
    if shop.customers_left == 0:
        return frozenset()
    answered = {
        one.label: one.exchange.response
        for one in probe_operations(shop, document, shop.customer())
        if one.exchange and one.exchange.response
    }
    return frozenset(label for label, said in answered.items() if shop.verbs.settle(said) is AnswerKind.FORBIDDEN)
