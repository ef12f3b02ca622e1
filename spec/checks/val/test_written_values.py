"""VAL: what a body may not hold, field by field: as the target's own OpenAPI document says it, or by plain sense."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Final

from spec.checking.examination import Examination, verifies
from spec.checking.outcomes import Blocked, Outcome, Undecided
from spec.checks.support.named_fields import describe_naming, names_one_of
from spec.checks.support.wrong_values import (
    Field,
    WrongValue,
    list_fields,
    list_plainly_wrong_values,
    list_wrong_values,
    make_right_value,
)
from spec.run.run_state import RunState
from spec.surface.json_places import DELETED, list_pointers, read_at, replace_at
from spec.surface.openapi import Document, find_document
from spec.surface.verb_trials import Attempt, VerbTrial, list_trials
from spec.target.answer_kinds import AnswerKind
from spec.target.exchange import Request
from spec.target.shop import Shop
from spec.target.visitor import Unanswered

VALUE_REFUSALS: Final = frozenset(
    {
        AnswerKind.INVALID,
        AnswerKind.NOT_FOUND,
        AnswerKind.CONFLICT,
        AnswerKind.UNAUTHENTICATED,
        AnswerKind.FORBIDDEN,
    }
)
"""The kinds of answer that refuse a value; the field has to be named in each of them."""


@dataclass(frozen=True, slots=True)
class WrittenField:
    """A field of a right request, and the values that it must not take; none where no right value is known."""

    pointer: str
    wrong: tuple[WrongValue, ...]
    may_be_missing: bool = False


@dataclass
class Tally:
    """The count of (operation, field, class) tried, and of all that there are."""

    tried: int = 0
    total: int = 0
    requests: int = 0
    fields: int = 0
    missing: list[str] = field(default_factory=list)


@verifies("VAL-003", effects={"writes", "signs in"})
def test_every_written_field_refuses_what_its_schema_excludes(roomy: Shop, run: RunState, examine: Examination) -> None:
    """A wrong value in one field of a body is refused with a 4xx that names the field.

    Each verb that writes JSON is walked as it is right, with every optional field that its schema allows to fill. Then
    one field at a time is wrong, in every way that the schema excludes: type, range, length, format, enum, null,
    missing. Where no schema is documented, a text or number takes no list or object in its place; one that is left out
    is refused by its name or taken.
    """
    customer, document = roomy.customer(), find_document(roomy)
    tally, covered = Tally(), set()
    for trial in list_trials(roomy, customer):
        attempt = trial.prepare()
        own = attempt.visitor.prepared(attempt.verb).request
        if not isinstance(own.json, dict):
            continue
        documented = document.find(own) if document else None
        schema = document.body_schema(documented) if document and documented else None
        if document is None or documented is None or schema is None:
            _try_fields(examine, trial, list(_plain_fields(own.json, quick=run.quick)), (), tally)
            continue
        covered.add(documented.label)
        fields = list(list_fields(document, schema))
        right, filled = _fill(trial, attempt, fields)
        _try_fields(examine, trial, list(_schema_fields(right, fields, quick=run.quick)), filled, tally)
    examine.require(tally.total > 0, "no verb of the shop writes JSON")
    tried = f"{tally.tried} wrong values of type and missing fields were refused by name"
    if document is None:
        raise Blocked(f"there is no OpenAPI document to say what a field may hold (DOC-001); {tried}")
    _report(examine, document, covered, tally)


def _report(examine: Examination, document: Document, covered: set[str], tally: Tally) -> None:
    writing = [one.label for one in document.operations if document.body_schema(one)]
    left = [label for label in writing if label not in covered]
    examine.cover("operations with a body, each field tried with each wrong class", len(covered), len(writing), left)
    examine.note(tell_covered(tally.fields, len(covered), left))
    examine.cover("fields × classes of wrong values", tally.tried, tally.total, tally.missing)
    examine.measure(
        100 * tally.tried / tally.total,
        n=tally.requests,
        method=f"fields × classes tried and refused, of those in the bodies of {len(covered)} operations",
    )
    examine.progress(tally.tried, tally.total, tally.missing)


def tell_covered(fields: int, operations: int, left: Sequence[str]) -> str:
    """Say in one sentence of which operations the verdict speaks, and of which it does not."""
    tried = f"Each class of wrong value was tried in each of {fields} fields of the {operations} operations"
    if not left:
        return f"{tried} with a body, which are all that the document has."
    others = f"{len(left)} other operation{'' if len(left) == 1 else 's'} with a body"
    return (
        f"{tried} that the verbs write by; of the {others}, which only the document knows, the verdict says nothing: "
        f"{', '.join(left)}."
    )


def _schema_fields(right: object, fields: list[Field], *, quick: bool) -> Iterator[WrittenField]:
    for one in fields:
        value = read_at(right, one.pointer)
        wrong = () if value is DELETED else tuple(list_wrong_values(one, value))
        yield WrittenField(one.pointer, _of_each_class(wrong) if quick else wrong)


def _plain_fields(right: object, *, quick: bool) -> Iterator[WrittenField]:
    for pointer in list_pointers(right):
        value = read_at(right, pointer)
        if isinstance(value, dict | list):
            continue  # an envelope is no field, and without a schema nothing tells it from one
        wrong = tuple(list_plainly_wrong_values(value))
        yield WrittenField(pointer, _of_each_class(wrong) if quick else wrong, may_be_missing=True)


def _of_each_class(values: tuple[WrongValue, ...]) -> tuple[WrongValue, ...]:
    # One value a class is what the coverage counts; the other values of a class are for longer runs.
    return tuple({value.kind: value for value in reversed(values)}.values())


def _fill(trial: VerbTrial, attempt: Attempt, fields: list[Field]) -> tuple[object, tuple[Field, ...]]:
    """Find a right body with as many optional fields as can be filled. Returns it, and the fields that were.

    Only the document tells which values these take. Where the target refuses them, what the verb alone writes is the
    right body. Raises PreparationFailed where that is refused too.
    """
    reply = attempt.visitor.do(attempt.verb.changed(partial(_complete, fields)))
    if reply.worked:
        return reply.exchange.request.json, tuple(fields)
    attempt = trial.prepare()
    own = attempt.visitor.prepared(attempt.verb).request
    attempt.visitor.must(attempt.verb)
    return own.json, ()


def _complete(fields: tuple[Field, ...] | list[Field], request: Request) -> Request:
    body: Any = request.json
    for one in fields:
        if read_at(body, one.pointer) is DELETED:
            try:
                body = replace_at(body, one.pointer, make_right_value(one))
            except LookupError:
                continue
    return replace(request, json=body)


def _try_fields(
    examine: Examination, trial: VerbTrial, fields: list[WrittenField], filled: tuple[Field, ...], tally: Tally
) -> None:
    attempt = trial.prepare()
    if not filled:
        attempt.visitor.must(attempt.verb)
        attempt = trial.prepare()
    for one in fields:
        kinds = dict.fromkeys(value.kind for value in one.wrong)
        tally.total += len(kinds) or 1
        if not kinds:
            tally.missing.append(f"{trial.name} {one.pointer}: no right value is known")
            continue
        for value in one.wrong:
            spoilt = attempt.verb.changed(partial(_complete, filled)).changed(partial(_spoil, one.pointer, value.value))
            taken = _expect_refusal(examine, trial.name, replace(attempt, verb=spoilt), one, value)
            tally.requests += 1
            if taken:
                attempt = trial.prepare()
        tally.tried += len(kinds)
        tally.fields += 1


def _spoil(pointer: str, value: Any, request: Request) -> Request:
    return replace(request, json=replace_at(request.json, pointer, value))


def _expect_refusal(examine: Examination, name: str, attempt: Attempt, one: WrittenField, wrong: WrongValue) -> bool:
    """State that the wrong value is refused by name. Returns whether it was taken where it may be."""
    exchange = attempt.visitor.prepared(attempt.verb).send_own()
    if exchange.response is None:
        raise Unanswered(exchange)
    kind = attempt.visitor.settle(exchange)
    if kind is AnswerKind.BUDGET:
        raise Undecided(f"a limit of the target refused {exchange.summary}: {name}")
    if kind is AnswerKind.DONE and one.may_be_missing and wrong.value is DELETED:
        return True
    shown = "left out" if wrong.value is DELETED else _shorten(wrong.value)
    failed = Outcome.SERVER_ERROR if exchange.response.is_server_error else Outcome.WRONG_STATUS
    outcome = Outcome.WRONG_VALUE_ACCEPTED if kind is AnswerKind.DONE else failed
    wanted = f"{name} refuses {one.pointer} {shown} ({wrong.kind}) with a 4xx"
    examine.that(kind in VALUE_REFUSALS, outcome, wanted, saw=exchange)
    named, wanted = names_one_of(exchange.response, [one.pointer]), f"{wanted} that names the field"
    seen = describe_naming(exchange.response)
    examine.that(named, Outcome.FIELD_NOT_NAMED, wanted, saw=exchange, observed=seen)
    return False


def _shorten(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:30]}… ({len(text)} characters)"
