"""Walk a verb under load: each of its requests is a sample, and the verb as a whole is timed beside them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from load.journeys import JourneyStep
from load.recorder import Due, SampleRecorder
from load.samples import RequestOutcome
from spec.target.answer_kinds import AnswerKind
from spec.target.cache_status import claims_hit
from spec.target.exchange import EXAMINED_FIELD, Request, Response
from spec.target.redaction import redact_text
from spec.target.session import Session
from spec.target.steps import Part, Walk, Walked

if TYPE_CHECKING:
    # It imports locust, which replaces the standard library's sockets.
    from load.load_client import ReceivedAnswer, ShopperClient

T = TypeVar("T")

_NOTHING: Final = (RequestOutcome.OK, "")


class StepFailed(Exception):
    """A step did not give what the journey needs, so the shopper leaves."""


@dataclass(frozen=True, slots=True)
class _Answered:
    due: Due
    done: float
    answer: ReceivedAnswer


@dataclass(frozen=True, slots=True)
class _Problem:
    due: Due
    outcome: RequestOutcome
    sentence: str


class SampledWalk(Generic[T]):
    """One step of one shopper. Its first request is due at a moment, each later one when the answer before it came."""

    def __init__(
        self,
        step: JourneyStep[T],
        intended: float,
        *,
        shopper: int,
        number: int,
        recorder: SampleRecorder,
        settle: Callable[[Response], AnswerKind],
        mark_examined: bool,
    ) -> None:
        self.intended = intended
        self._step = step
        self._shopper = shopper
        self._number = number
        self._recorder = recorder
        self._settle = settle
        self._mark_examined = mark_examined
        self._client: ShopperClient | None = None
        self._answered: list[_Answered] = []
        self._own: Due | None = None
        self._walk: Walk[T, ReceivedAnswer] = Walk(step.verb, step.session, self._send)
        self._time = recorder.begin_verb(step.verb.operation, intended)
        ask = self._walk.pending
        self._first = None if ask is None else self._expect(ask.request, ask.part, intended)

    def finish(self, client: ShopperClient) -> T:
        """Send what the verb asks for, and record it. Raises StepFailed where it gave nothing to go on with."""
        self._client = client
        walk = self._walk
        walked = walk.finish()
        # The walk holds this object too; without the ring both are freed at once, and not by the collector.
        del self._walk
        problem = self._problem(walked, walk.session)
        for one in self._answered:
            outcome, sentence = (problem.outcome, problem.sentence) if problem and problem.due is one.due else _NOTHING
            self._recorder.close(one.due, outcome, sentence)
            one.answer.report(milliseconds=(one.done - one.due.intended) * 1e3, problem=sentence or None)
        if problem is not None:
            raise StepFailed(problem.sentence)
        self._time.done = self._answered[-1].done
        return walked.read()

    def _send(self, request: Request, part: Part) -> ReceivedAnswer:
        due = self._first or self._expect(request, part, self._answered[-1].done)
        self._first = None
        if part is Part.OWN:
            self._own = due
            if self._mark_examined:
                request = request.with_header(EXAMINED_FIELD, "1")
        if self._client is None:
            raise AssertionError("a walk sends nothing before it is finished")
        self._recorder.send(due)
        answer = self._client.send(request)
        status = answer.response.status if answer.response else 0
        done = self._recorder.receive(due, status=status, hit=claims_hit(answer.response))
        self._time.requests += 1
        self._answered.append(_Answered(due, done, answer))
        return answer

    def _expect(self, request: Request, part: Part, intended: float) -> Due:
        return self._recorder.expect(
            intended,
            shopper=self._shopper,
            step=self._number,
            operation=request.operation or self._step.verb.operation,
            part=part,
            cacheable=self._step.cacheable and part is Part.OWN,
        )

    def _problem(self, walked: Walked[T, ReceivedAnswer], session: Session) -> _Problem | None:
        """Find the request at which the verb failed, how, and what is wrong; None where all is as it should be."""
        last, answer = self._answered[-1].due, self._answered[-1].answer
        if answer.response is None:
            outcome = answer.outcome or RequestOutcome.PROTOCOL
            return _Problem(last, outcome, outcome.value)
        if walked.refusal is not None:
            done = self._settle(answer.response) is AnswerKind.DONE
            outcome = RequestOutcome.CONTENT if done else RequestOutcome.STATUS
            return _Problem(last, outcome, _told(str(walked.refusal), session))
        complaint = self._step.complaint(walked.read())
        return (
            None
            if complaint is None
            else _Problem(self._own or last, RequestOutcome.CONTENT, _told(complaint, session))
        )


def _told(sentence: str, session: Session) -> str:
    return redact_text(sentence, session.secrets()).text
