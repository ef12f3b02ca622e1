"""ERR: an error of any origin is one problem document, so that a client handles it once."""

from __future__ import annotations

from dataclasses import dataclass

from spec.checking.examination import Examination, verifies
from spec.checking.outcomes import Outcome
from spec.checks.support.problem_documents import Problem, read_problem
from spec.checks.support.provoked_errors import ErrorKind, ErrorKinds
from spec.target.answer_kinds import AnswerKind
from spec.target.exchange import Exchange, UnexpectedAnswer
from spec.target.shop import Shop
from spec.target.visitor import PreparationFailed, Unanswered


@verifies("ERR-001", effects={"writes", "signs in"})
def test_every_error_is_one_problem_document_with_a_stable_code(target: Shop, examine: Examination) -> None:
    """Each kind of error is provoked twice: both times the same document, after the same request worked unspoilt.

    Each by a visitor who is new to the shop, so that no kind stands in another's way; and none is the server's fault.
    Where all clients share one budget it is spent sparingly: one visitor and one customer do everything. A target that
    does what another refuses (it serves any Host, reads any size, has no budget) has no such error.
    """
    kinds = ErrorKinds(target)
    reached = 0
    missing: list[str] = []
    absent: list[str] = []
    for kind in kinds:
        lacking = _examine_kind(examine, kind)
        if lacking is None:
            reached += 1
        elif kind.optional and lacking.done:
            absent.append(kind.name)
        else:
            missing.append(f"{kind.name}: {lacking.reason}")
    examine.progress(reached, reached + len(missing), missing)
    if absent or kinds.left_out:
        examine.note(f"The target has no such error, or none was provoked: {', '.join([*absent, *kinds.left_out])}.")
    examine.note("Unhandled failures of the target are provoked by the checks that may break it.")


@dataclass(frozen=True, slots=True)
class Unprovoked:
    """A kind of error that was not seen: the reason, and if the target did what it was asked instead."""

    reason: str
    done: bool = False


def _examine_kind(examine: Examination, kind: ErrorKind) -> Unprovoked | None:
    """Provoke an error twice and hold it against the requirement. Returns the reason where it was not that error."""
    visitor = kind.who()
    try:
        kind.twin(visitor)
    except PreparationFailed as failed:
        return Unprovoked(f"blocked by {failed}")
    first, again = kind.provoke(visitor), kind.provoke(visitor)
    for exchange in (first, again):
        examine.no_server_error(exchange)
    kinds = [visitor.settle(exchange) for exchange in (first, again)]
    done = kinds == [AnswerKind.DONE, AnswerKind.DONE]
    answered = kinds[0] is not AnswerKind.DONE or not kind.named
    wanted = f"a problem document for {kind.name}"
    examine.that(answered, Outcome.NOT_A_PROBLEM_DOCUMENT, wanted, saw=first)
    # A shared budget that is spent is another error than the one provoked, not another code for the same one.
    throttled = AnswerKind.BUDGET in kinds and AnswerKind.BUDGET not in kind.answers
    if throttled or kinds[0] is AnswerKind.DONE:
        return Unprovoked(f"{first.summary}, then {again.summary}", done)
    problem, repeated = _expect_problem(examine, kind.name, first), _expect_problem(examine, kind.name, again)
    examine.that(
        (problem.code, problem.type) == (repeated.code, repeated.type),
        Outcome.NOT_A_PROBLEM_DOCUMENT,
        f"a stable code: {problem.code} each time",
        saw=again,
        observed=f"{repeated.code} the second time",
    )
    return None if kinds[0] in kind.answers else Unprovoked(first.summary)


def _expect_problem(examine: Examination, name: str, exchange: Exchange) -> Problem:
    if exchange.response is None:
        raise Unanswered(exchange)
    try:
        problem = read_problem(exchange.response)
    except UnexpectedAnswer as error:
        examine.fail(
            Outcome.NOT_A_PROBLEM_DOCUMENT,
            f"{error.expected} for {name}",
            saw=exchange,
            observed=f"{error.observed} ({exchange.summary})",
        )
    examine.that(True, Outcome.NOT_A_PROBLEM_DOCUMENT, name, saw=exchange, observed=problem)
    return problem
