"""From what a check raised to a verdict: the one place that tells the target's faults from the harness' own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reports.results import Metric, ReasonCode
from reports.verdicts import Verdict
from spec.checking.examination import Examination
from spec.checking.outcomes import Blocked, HarnessFault, Inapplicable, Outcome, Undecided, Violation
from spec.target.client import OwnLimitReached
from spec.target.control.services import NotRestored
from spec.target.exchange import Exchange, UnexpectedAnswer
from spec.target.visitor import PreparationFailed, Unanswered
from spec.target.windows import WindowUnusable


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict with everything that a reader needs to believe it."""

    verdict: Verdict
    reason: str = ""
    reason_code: ReasonCode = ""
    outcome: Outcome | None = None
    expected: str = ""
    observed: str = ""
    exchanges: tuple[Exchange, ...] = ()
    example: str | None = None


def judge_completion(examination: Examination, exchanges: int) -> Judgement:
    """The verdict on a check that ran to its end, having had so many exchanges with the target."""
    if not exchanges and not examination.metrics:
        return Judgement(
            Verdict.ERROR, "the check ran to its end without asking the target anything", "nothing examined"
        )
    if not examination.stated:
        return Judgement(Verdict.ERROR, "the check ran to its end and stated no expectation", "nothing examined")
    worst = min(examination.metrics, key=lambda metric: metric.verdict.rank, default=None)
    short = examination.done < examination.total or not examination.done
    if short and (worst is None or worst.verdict.rank > Verdict.INCONCLUSIVE.rank):
        left = ", ".join(examination.missing[:5]) or "the rest"
        reason = f"examined {examination.done} of {examination.total}; not reached: {left}"
        return Judgement(Verdict.INCONCLUSIVE, reason)
    if worst is None or worst.verdict is Verdict.PASS:
        return Judgement(Verdict.PASS, " ".join(examination.notes), exchanges=tuple(examination.exchanges))
    return _judge_metric(worst)


def _judge_metric(worst: Metric) -> Judgement:
    value = "nothing measured" if worst.value is None else f"{worst.value:.6g} {worst.unit}"
    interval = f", interval {worst.interval[0]:.6g} to {worst.interval[1]:.6g}" if worst.interval else ""
    return Judgement(
        worst.verdict,
        worst.reason or f"{worst.title}: {value}{interval}",
        outcome=Outcome.LIMIT_MISSED if worst.verdict is Verdict.FAIL else None,
        expected=f"{worst.statistic} {worst.limit_operator} {worst.limit:g} {worst.unit}",
        observed=f"{value}{interval}, n = {worst.n}",
    )


def judge_exception(error: BaseException, requirement: str) -> Judgement:
    """The verdict on a check that raised. Of a group, the worst: a witnessed violation is never outvoted."""
    judgements = [_judge_one(leaf, requirement) for leaf in _leaves(error)]
    witnessed = [one for one in judgements if one.verdict is Verdict.FAIL]
    chosen = witnessed[0] if witnessed else min(judgements, key=lambda one: one.verdict.rank)
    example = "\n".join(_notes(error)) or None
    return Judgement(
        chosen.verdict,
        chosen.reason,
        chosen.reason_code,
        chosen.outcome,
        chosen.expected,
        chosen.observed,
        chosen.exchanges,
        example,
    )


def _judge_one(error: BaseException, requirement: str) -> Judgement:
    match error:
        case Violation():
            return Judgement(
                Verdict.FAIL,
                outcome=error.outcome,
                expected=error.expected,
                observed=error.observed,
                exchanges=error.exchanges,
            )
        case UnexpectedAnswer():
            return Judgement(
                Verdict.FAIL,
                outcome=Outcome.UNEXPECTED_ANSWER,
                expected=error.expected,
                observed=error.observed,
            )
        case Unanswered() if error.timed_out:
            return Judgement(Verdict.INCONCLUSIVE, f"no answer in time: {error}", exchanges=(error.exchange,))
        case Unanswered():
            return Judgement(
                Verdict.FAIL,
                outcome=Outcome.NO_ANSWER,
                expected="an answer",
                observed=str(error),
                exchanges=(error.exchange,),
            )
        case PreparationFailed() if error.flow == requirement:
            return Judgement(
                Verdict.FAIL,
                outcome=Outcome.UNEXPECTED_ANSWER,
                expected=f"{error.exchange.request.operation} to work",
                observed=error.reason,
                exchanges=(error.exchange,),
            )
        case PreparationFailed():
            return Judgement(Verdict.NOT_TESTED, f"blocked by {error}", "blocked", exchanges=(error.exchange,))
        case Blocked():
            return Judgement(Verdict.NOT_TESTED, str(error), "blocked")
        case Undecided():
            return Judgement(Verdict.INCONCLUSIVE, str(error))
        case Inapplicable():
            return Judgement(Verdict.NOT_APPLICABLE, str(error))
        case WindowUnusable():
            return Judgement(Verdict.NOT_TESTED, str(error), "window shut")
        case HarnessFault() | NotRestored() | OwnLimitReached():
            return Judgement(Verdict.ERROR, str(error))
        case _:
            return Judgement(Verdict.ERROR, f"{type(error).__name__}: {error}")


def _leaves(error: BaseException) -> Iterator[BaseException]:
    # Hypothesis and schemathesis raise groups, some of them BaseExceptionGroup; a flaky failure of Hypothesis carries
    # its witness inside the group or as its cause.
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from _leaves(inner)
        return
    if type(error).__module__.startswith("hypothesis") and (error.__cause__ or error.__context__) is not None:
        yield from _leaves(error.__cause__ or error.__context__ or error)
        return
    yield error
    if isinstance(error, NotRestored):
        # What a check had witnessed before it could not clean up is witnessed still.
        yield from (one for one in _contexts(error) if isinstance(one, Violation))


def _contexts(error: BaseException) -> Iterator[BaseException]:
    while (context := error.__context__) is not None:
        yield context
        error = context


def _notes(error: BaseException) -> Iterator[str]:
    yield from getattr(error, "__notes__", ())
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from _notes(inner)
