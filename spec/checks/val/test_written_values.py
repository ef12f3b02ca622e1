"""VAL: what a body may not hold, field by field, as the target's own OpenAPI document says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from spec.checking.examination import Examination, verifies
from spec.checking.outcomes import Outcome
from spec.checks.support.openapi import Document
from spec.checks.support.problem_documents import names_field, read_problem
from spec.checks.support.writing_operations import WritingOperation, list_writing_operations
from spec.checks.support.wrong_values import (
    DELETED,
    Field,
    WrongValue,
    list_fields,
    list_wrong_values,
    make_right_value,
    read_at,
    replace_at,
)
from spec.run.run_state import RunState
from spec.target.exchange import UnexpectedAnswer
from spec.target.shop import Shop
from spec.target.verbs import Call
from spec.target.visitor import Reply, Visitor

SUBSET: Final = (
    "Tried are the JSON bodies of the operations that the verbs write by: register, sign in, refresh, sign out, change "
    "password, add to cart, change line, write review; by staff create product, change product, create category. "
    "Operations that only the document knows are listed as not covered."
)
"""The operations that this check means by 'every operation'; the coverage table counts it against the document."""


@dataclass
class Tally:
    """The count of (operation, field, class) tried, and of all that there are."""

    tried: int = 0
    total: int = 0
    requests: int = 0
    missing: list[str] = field(default_factory=list)


@verifies("VAL-003", effects={"writes", "signs in"})
def test_every_written_field_refuses_what_its_schema_excludes(roomy: Shop, run: RunState, examine: Examination) -> None:
    """A body with all its fields is taken; then one field at a time is wrong, in every way that the schema excludes."""
    content = roomy.visitor().must(roomy.verbs.openapi_document())
    document = Document(content)
    writing = [one for one in document.operations if document.body_schema(one)]
    tally, covered = Tally(), set()
    for operation in list_writing_operations(roomy):
        documented = document.find(operation.prepare()[1].request)
        schema = document.body_schema(documented) if documented else None
        if documented is None or schema is None:
            tally.total += 1
            tally.missing.append(f"{operation.name}: no body in the OpenAPI document")
            continue
        covered.add(documented.label)
        _try_operation(examine, operation, list(list_fields(document, schema)), tally, quick=run.quick)
    left = [one.label for one in writing if one.label not in covered]
    examine.cover("operations with a body, each field tried with each wrong class", len(covered), len(writing), left)
    examine.cover("fields × classes of wrong values", tally.tried, tally.total, tally.missing)
    examine.measure(
        100 * tally.tried / tally.total,
        n=tally.requests,
        method="fields × classes tried and refused, of those that the schemas exclude",
    )
    examine.progress(tally.tried, tally.total, tally.missing)
    examine.note(SUBSET)


def _try_operation(
    examine: Examination, operation: WritingOperation, fields: list[Field], tally: Tally, *, quick: bool
) -> None:
    visitor, call = operation.prepare()
    complete = _complete(call, fields)
    _expect_taken(examine, operation.name, visitor, complete)
    for one in fields:
        right = read_at(complete.request.json, one.pointer)
        wrong = list(list_wrong_values(one, right))
        kinds = dict.fromkeys(value.kind for value in wrong)
        tally.total += len(kinds) or 1
        if not kinds or right is DELETED:
            tally.missing.append(f"{operation.name} {one.pointer}: no right value is known")
            continue
        if quick:
            # One value a class is what the coverage counts; the other values of a class are for longer runs.
            wrong = list({value.kind: value for value in reversed(wrong)}.values())
        for value in wrong:
            visitor, call = operation.prepare()
            fresh = _complete(call, fields)
            spoilt = replace(fresh.request, json=replace_at(fresh.request.json, one.pointer, value.value))
            reply = visitor.do(Call(spoilt, fresh.read, fresh.flow))
            _expect_refusal(examine, operation.name, reply, one, value)
            tally.requests += 1
        tally.tried += len(kinds)


def _complete(call: Call[Any], fields: list[Field]) -> Call[Any]:
    """The call with every optional field that it leaves out."""
    body: Any = call.request.json
    for one in fields:
        if read_at(body, one.pointer) is DELETED:
            try:
                body = replace_at(body, one.pointer, make_right_value(one))
            except LookupError:
                continue
    return Call(replace(call.request, json=body), call.read, call.flow)


def _expect_taken(examine: Examination, name: str, visitor: Visitor, call: Call[Any]) -> None:
    reply = visitor.do(call)
    examine.that(
        reply.worked,
        Outcome.RIGHT_VALUE_REFUSED,
        f"{name} with every field right is taken",
        saw=reply,
        observed=f"{reply.exchange.summary}: {reply.response.body[:200].decode(errors='replace')}",
    )


def _expect_refusal(examine: Examination, name: str, reply: Reply[Any], one: Field, wrong: WrongValue) -> None:
    shown = "left out" if wrong.value is DELETED else _shorten(wrong.value)
    examine.that(
        400 <= reply.status < 500,
        Outcome.WRONG_VALUE_ACCEPTED if reply.response.succeeded else Outcome.SERVER_ERROR,
        f"{name} refuses {one.pointer} {shown} ({wrong.kind}) with a 4xx",
        saw=reply,
    )
    try:
        problem = read_problem(reply.response)
        named: Mapping[str, object] | tuple[str, ...] = problem.pointers
        holds = names_field(problem, one.pointer)
    except UnexpectedAnswer as error:
        named, holds = {"no problem document": str(error)}, False
    examine.that(
        holds,
        Outcome.FIELD_NOT_NAMED,
        f"the refusal of {one.pointer} {shown} ({wrong.kind}) by {name} names the field",
        saw=reply,
        observed=f"{reply.status} naming {named or 'nothing'}",
    )


def _shorten(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:30]}… ({len(text)} characters)"
