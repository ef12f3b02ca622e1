"""The voice of a check: the mark `verifies`, and the fixture `examine` by which it states what it expects and saw."""

from __future__ import annotations

import operator
import threading
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Final, NoReturn, Protocol, TypeVar, runtime_checkable

import pytest

from reports.results import Coverage, Metric, Operator
from reports.verdicts import Verdict
from spec.catalogue import Requirement
from spec.checking.outcomes import Blocked, Outcome, Undecided, Violation
from spec.target.exchange import Exchange
from spec.target.observations import Observation

T = TypeVar("T")

verifies: Final = pytest.mark.verifies
"""Marks a check: `@verifies("RATE-004", effects={"writes"})` names its requirement and what it does to the target."""

KEPT_OBSERVATIONS: Final = 3
"""Observations of expectations that held which a passing check shows."""
_COMPARE: Final[Mapping[Operator, Callable[[float, float], bool]]] = MappingProxyType(
    {"<": operator.lt, "<=": operator.le, "=": operator.eq, ">=": operator.ge, ">": operator.gt}
)


@runtime_checkable
class HasExchange(Protocol):
    """Something that came of one exchange, such as a reply."""

    @property
    def exchange(self) -> Exchange:
        """The exchange."""


class Examination:
    """Collects what one check expects, sees and measures. A check that states no expectation has examined nothing."""

    def __init__(self, requirement: Requirement | None = None) -> None:
        self._requirement = requirement
        self.stated = 0
        self.metrics: list[Metric] = []
        self.coverages: list[Coverage] = []
        self.observations: list[Observation] = []
        self.notes: list[str] = []
        # A check may state things on several threads.
        self._lock = threading.Lock()
        self._progress: tuple[int, int, tuple[str, ...]] | None = None

    @property
    def done(self) -> int:
        """The amount examined, in the check's own unit; stated expectations where it names none."""
        return self._progress[0] if self._progress else self.stated

    @property
    def total(self) -> int:
        """The amount to be examined."""
        return self._progress[1] if self._progress else self.stated

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of what was not reached."""
        return self._progress[2] if self._progress else ()

    def that(
        self,
        holds: bool,
        outcome: Outcome,
        expected: str,
        *,
        saw: HasExchange | Observation | None,
        observed: object = None,
    ) -> None:
        """State what has to hold, and what it was seen in.

        `saw` becomes the evidence; it is None only where nothing of the target could be seen. `observed` says in words
        what was seen instead of what was expected; by default that is the summary of `saw`. Raises Violation where it
        does not hold.
        """
        observation, kept = _observation(saw), self.observations
        with self._lock:
            self.stated += 1
            if holds and observation is not None and len(kept) < KEPT_OBSERVATIONS and observation not in kept:
                kept.append(observation)
        if not holds:
            self.fail(outcome, expected, saw=saw, observed=observed)

    def equal(
        self,
        seen: object,
        wanted: object,
        what: str,
        *,
        saw: HasExchange | Observation | None,
        outcome: Outcome = Outcome.WRONG_CONTENT,
    ) -> None:
        """State that what was seen equals what is wanted; where it does not, both are shown."""
        self.that(seen == wanted, outcome, f"{what}: {wanted}", saw=saw, observed=seen)

    def fail(
        self, outcome: Outcome, expected: str, *, saw: HasExchange | Observation | None, observed: object = None
    ) -> NoReturn:
        """Raise Violation: the target breaks the requirement."""
        seen = _observation(saw)
        words = observed if observed is not None else seen.summary if seen else "nothing"
        raise Violation(outcome, expected=expected, observed=str(words), observations=[seen] if seen else [])

    def no_server_error(self, exchange: Exchange, odd: str = "") -> None:
        """State that the answer is not a failure of the target itself (5xx). `odd` says what was odd in the request."""
        failed = exchange.response is not None and exchange.response.is_server_error
        observed = f"{exchange.summary}, with {odd}" if odd else exchange.summary
        self.that(not failed, Outcome.SERVER_ERROR, "no 5xx", saw=exchange, observed=observed)

    def need(self, value: T | None, what: str) -> T:
        """Return the value, which the check needs before it can examine anything. Raises Blocked where it is None."""
        if value is None:
            raise Blocked(f"there is not {what}" if what.startswith(("a ", "an ")) else what)
        return value

    def require(self, holds: bool, reason: str) -> None:
        """Raise Blocked unless it holds: without this twin, nothing was examined. The reason is one sentence."""
        if not holds:
            raise Blocked(reason)

    def progress(self, done: int, total: int, missing: Iterable[str] = ()) -> None:
        """Say how much was examined. A check that stops short of its total does not pass."""
        self._progress = (done, total, tuple(missing))

    def cover(self, name: str, done: int, total: int, missing: Iterable[str] = ()) -> None:
        """Add a line to the report's coverage: so much of a known whole was exercised."""
        self.coverages.append(Coverage(name=name, done=done, total=total, missing=list(missing)))

    def measure(self, value: float, *, n: int, method: str, slack: float = 0.0) -> bool:
        """Add a figure that was counted or read, and compare it with the limit of the requirement.

        `n` is the number of things measured. `slack` is what the target declares to admit beyond an exact limit, in
        the limit's unit. Returns whether the limit is met; a missed one fails the check when it ends. Raises ValueError
        where the catalogue states no limit.
        """
        limit = self._requirement.metric if self._requirement else None
        if self._requirement is None or limit is None:
            message = f"{self._requirement.id if self._requirement else 'the check'} has no metric in the catalogue"
            raise ValueError(message)
        compared_by = limit.operator
        met = _COMPARE[compared_by](value, limit.limit)
        met = met or (compared_by == "=" and 0 <= value - limit.limit <= slack)
        self.add_metric(
            Metric(
                id=f"{self._requirement.id}/{limit.statistic}",
                title=limit.title,
                requirement=self._requirement.id,
                statistic=limit.statistic,
                limit=limit.limit,
                limit_operator=compared_by,
                value=value,
                interval=None,
                method=method,
                n=n,
                unit=limit.unit,
                verdict=Verdict.PASS if met else Verdict.FAIL,
                reason="" if met or slack == 0 else f"beyond the declared tolerance of {slack:g} {limit.unit}",
            )
        )
        return met

    def add_metric(self, metric: Metric) -> None:
        """Add an estimated figure with its interval; its verdict counts for the check."""
        self.stated += 1
        self.metrics.append(metric)

    def quota(self, what: str, seen: int, least: int) -> None:
        """Raise Undecided unless there were enough useful answers for a verdict."""
        if seen < least:
            raise Undecided(f"only {seen} {what}, at least {least} are needed for a verdict")

    def note(self, text: str) -> None:
        """Add a sentence for the reader of this check's result."""
        self.notes.append(text)


def _observation(saw: HasExchange | Observation | None) -> Observation | None:
    return saw.exchange if isinstance(saw, HasExchange) else saw
