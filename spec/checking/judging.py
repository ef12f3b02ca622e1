"""Turn what a check stated or raised into a verdict.

This is the one place that tells the target's faults from the harness' own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from reports.results import Metric, ReasonCode
from reports.strict_model import suggest
from reports.verdicts import Verdict
from spec.catalogue import Requirement
from spec.checking.examination import Examination
from spec.checking.outcomes import Blocked, HarnessFault, Inapplicable, Outcome, Undecided, Violation
from spec.target.adapter_context import NotOffered
from spec.target.adapters import AdapterBroke, AdapterError, find_adapter_fault
from spec.target.client import OwnLimitReached
from spec.target.control.services import NotRestored
from spec.target.exchange import UnexpectedAnswer
from spec.target.observations import Observation
from spec.target.verbs import VERBS, ShopVerbs
from spec.target.visitor import PreparationFailed, Unanswered
from spec.target.windows import WindowUnusable


@dataclass(frozen=True, slots=True)
class CheckVerdict:
    """A verdict with everything that a reader needs to believe it."""

    verdict: Verdict
    reason: str = ""
    reason_code: ReasonCode = ""
    outcome: Outcome | None = None
    expected: str = ""
    observed: str = ""
    observations: tuple[Observation, ...] = ()
    example: str | None = None


def judge_completion(examination: Examination, observations: int) -> CheckVerdict:
    """Judge a check that ran to its end and made so many observations of the target."""
    if not observations and not examination.metrics:
        reason = "the check ran to its end without observing the target"
        return CheckVerdict(Verdict.ERROR, reason, "nothing examined")
    if not examination.stated:
        return CheckVerdict(Verdict.ERROR, "the check ran to its end and stated no expectation", "nothing examined")
    worst = min(examination.metrics, key=lambda metric: metric.verdict.rank, default=None)
    short = examination.done < examination.total or not examination.done
    if short and (worst is None or worst.verdict.rank > Verdict.INCONCLUSIVE.rank):
        left = ", ".join(examination.missing[:5]) or "the rest"
        reason = f"examined {examination.done} of {examination.total}; not reached: {left}"
        return CheckVerdict(Verdict.INCONCLUSIVE, reason)
    seen = tuple(examination.observations)
    if worst is None or worst.verdict is Verdict.PASS:
        return CheckVerdict(Verdict.PASS, " ".join(examination.notes), observations=seen)
    return replace(_judge_metric(worst), observations=seen)


def _judge_metric(worst: Metric) -> CheckVerdict:
    value = "nothing measured" if worst.value is None else f"{worst.value:.6g} {worst.unit}"
    interval = f", interval {worst.interval[0]:.6g} to {worst.interval[1]:.6g}" if worst.interval else ""
    return CheckVerdict(
        worst.verdict,
        worst.reason or f"{worst.title}: {value}{interval}",
        outcome=Outcome.LIMIT_MISSED if worst.verdict is Verdict.FAIL else None,
        expected=f"{worst.statistic} {worst.limit_operator} {worst.limit:g} {worst.unit}",
        observed=f"{value}{interval}, n = {worst.n}",
    )


def judge_exception(
    error: BaseException, requirement: Requirement, adapter: type[ShopVerbs] = ShopVerbs
) -> CheckVerdict:
    """Judge a check that raised. Of a group the worst counts, and a witnessed violation is never outvoted.

    What the code of `adapter` raised is the adapter's fault, not the harness' own.
    """
    verdicts = [_judge_one(leaf, requirement, adapter) for leaf in _leaves(error)]
    witnessed = [one for one in verdicts if one.verdict is Verdict.FAIL]
    chosen = witnessed[0] if witnessed else min(verdicts, key=lambda one: one.verdict.rank)
    return replace(chosen, example="\n".join(_notes(error)) or None)


def _judge_one(error: BaseException, requirement: Requirement, adapter: type[ShopVerbs]) -> CheckVerdict:
    match error:
        case Violation():
            return CheckVerdict(
                Verdict.FAIL,
                outcome=error.outcome,
                expected=error.expected,
                observed=error.observed,
                observations=error.observations,
            )
        case UnexpectedAnswer():
            return CheckVerdict(
                Verdict.FAIL,
                outcome=Outcome.UNEXPECTED_ANSWER,
                expected=error.expected,
                observed=error.observed,
                observations=(error.exchange,) if error.exchange else (),
            )
        case Unanswered() if error.timed_out:
            return CheckVerdict(Verdict.INCONCLUSIVE, f"no answer in time: {error}", observations=(error.exchange,))
        case Unanswered():
            return CheckVerdict(
                Verdict.FAIL,
                outcome=Outcome.NO_ANSWER,
                expected="an answer",
                observed=str(error),
                observations=(error.exchange,),
            )
        case PreparationFailed() if error.flow == requirement.id:
            return CheckVerdict(
                Verdict.FAIL,
                outcome=Outcome.UNEXPECTED_ANSWER,
                expected=f"{error.exchange.request.operation} to work",
                observed=error.reason,
                observations=(error.exchange,),
            )
        case PreparationFailed():
            return CheckVerdict(Verdict.NOT_TESTED, f"blocked by {error}", "blocked", observations=(error.exchange,))
        case NotOffered():
            return _judge_absence(error, requirement)
        case Blocked():
            return CheckVerdict(Verdict.NOT_TESTED, str(error), "blocked")
        case Undecided():
            return CheckVerdict(Verdict.INCONCLUSIVE, str(error))
        case Inapplicable():
            return CheckVerdict(Verdict.NOT_APPLICABLE, str(error))
        case WindowUnusable():
            return CheckVerdict(Verdict.NOT_TESTED, str(error), "window shut")
        case HarnessFault() | NotRestored() | OwnLimitReached():
            return CheckVerdict(Verdict.ERROR, str(error))
        case AdapterBroke() | AdapterError():
            return CheckVerdict(Verdict.ERROR, str(error), "adapter broke")
        case _ if fault := find_adapter_fault(error, adapter):
            return CheckVerdict(Verdict.ERROR, fault, "adapter broke")
        case _:
            return CheckVerdict(Verdict.ERROR, f"{type(error).__name__}: {error}")


def _judge_absence(error: NotOffered, requirement: Requirement) -> CheckVerdict:
    """Judge a verb that the target does not offer, as the catalogue has it for this requirement."""
    verb, _, _ = error.name.partition(".")
    entry = VERBS.get(error.name)
    if entry is None:
        reason = f"the adapter says that {error.name!r} is not offered, which is no verb; {suggest(error.name, VERBS)}"
        return CheckVerdict(Verdict.ERROR, reason, "adapter broke")
    absence = requirement.without.get(error.name) or requirement.without.get(verb)
    if absence is None and entry.flow == requirement.id:
        absence = "fail"
    if absence == "fail":
        return CheckVerdict(
            Verdict.FAIL,
            outcome=Outcome.NOT_OFFERED,
            expected=f"the shop to offer: {entry.operation}",
            observed=f"its adapter says that it is not offered ({error.name})",
        )
    if absence == "not applicable":
        return CheckVerdict(Verdict.NOT_APPLICABLE, f"the target does not offer: {entry.operation}")
    reason = f"blocked by {entry.flow}: the target does not offer: {entry.operation}"
    return CheckVerdict(Verdict.NOT_TESTED, reason, "blocked")


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
        # A violation that was witnessed before the clean-up failed is witnessed still.
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
