"""Verbs as steps: the requests that one deed of a shopper takes, and the walk that sends them.

A verb does no I/O. It yields what it asks, is sent each answer, and returns a value in the language of shops. So one
deed may take one request or six, and the same verb serves the checks, which walk one by one, and the load engine,
which walks thousands at once.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Generic, NoReturn, Protocol, TypeVar, cast

from spec.target.adapter_context import NotOffered
from spec.target.circumstances import Identity
from spec.target.exchange import Request, Response, UnexpectedAnswer
from spec.target.session import Session

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
U = TypeVar("U")


class AdapterFault(Exception):
    """A verb of an adapter does what no verb may; the message is one sentence that names the verb and the place."""


class _ViewFailed(Exception):
    """The view that a check has of a value failed: that is not the adapter's fault."""

    def __init__(self, cause: Exception) -> None:
        super().__init__(str(cause))
        self.cause = cause


class Part(StrEnum):
    """The part that a request plays in its verb."""

    LEAD = "lead"
    """It leads to the verb's own request: an address, a shipping method, a CSRF token."""
    OWN = "own"
    """The verb's own request, the one under examination."""
    LOOK = "look"
    """It reads what the verb's own request has left behind."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A request that a verb wants sent, without credentials: the session adds them."""

    request: Request
    part: Part = Part.OWN


Steps = Generator[Ask, Response, T_co]
"""The requests of a verb. They raise UnexpectedAnswer at an answer that is not the success that the verb promises."""


@dataclass(frozen=True, slots=True)
class Verb(Generic[T_co]):
    """One deed of a shopper, a member of staff or an operator.

    `operation` names it ("list products"); statistics and reports group by it. `flow` is the requirement that promises
    it: a check for which the verb is only a preparation is blocked by that one. A verb that `begins_session` is walked
    with a session of its own, which is its value.
    """

    operation: str
    flow: str
    steps: Callable[[Session], Steps[T_co]]
    begins_session: bool = False
    change: Callable[[Request], Request] | None = None

    def changed(self, change: Callable[[Request], Request]) -> Verb[T_co]:
        """Return the same verb with a change of its own request, made after those that it has already."""
        earlier = self.change
        return replace(self, change=change if earlier is None else lambda request: change(earlier(request)))

    def with_header(self, name: str, value: str) -> Verb[T_co]:
        """Return the same verb, whose own request has one more header field."""
        return self.changed(lambda request: request.with_header(name, value))

    def map(self, view: Callable[[T_co], U]) -> Verb[U]:
        """Return the same verb, whose value is what `view` makes of it."""

        def viewed(session: Session) -> Steps[U]:
            value = yield from self.steps(session)
            try:
                return view(value)
            except UnexpectedAnswer:
                raise
            except Exception as error:
                raise _ViewFailed(error) from error

        return Verb(self.operation, self.flow, viewed, self.begins_session, self.change)


class Answered(Protocol):
    """Anything that may hold a response: an exchange, or an answer of the load engine."""

    @property
    def response(self) -> Response | None:
        """The response, None where there is none."""


A = TypeVar("A", bound=Answered)


@dataclass(frozen=True, slots=True)
class Walked(Generic[T, A]):
    """A verb that has been walked. Exactly one of these holds: it has a value, it was refused, an answer is missing.

    `own` is the answer to the verb's own request, None where the walk ended before it; `last` is the last answer.
    """

    own: A | None
    last: A
    refusal: UnexpectedAnswer | None
    result: T | None
    requests: int = 1
    """The number of requests that it took."""

    def read(self) -> T:
        """Return the value of a walk that was neither refused nor left without an answer."""
        return cast("T", self.result)

    @property
    def deciding(self) -> A:
        """The answer that the outcome is about: the own one, or the one at which the walk ended before it."""
        return self.own if self.own is not None else self.last


class Walk(Generic[T, A]):
    """The walk of one verb by one session. `send` sends a request that is complete, and says nothing of its part."""

    def __init__(self, verb: Verb[T], session: Session, send: Callable[[Request, Part], A]) -> None:
        self._verb = verb
        self._session = session.fork() if verb.begins_session else session
        self._send = send
        self._steps = self._held(lambda: verb.steps(self._session))
        self._own: A | None = None
        self._last: A | None = None
        self._done: Walked[T, A] | None = None
        self._ask: Ask | None = None
        self._requests = 0
        self._advance(lambda: next(self._steps))

    @property
    def session(self) -> Session:
        """The session that walks: the one that was given, or its fork where the verb begins a session."""
        return self._session

    @property
    def pending(self) -> Ask | None:
        """The request that comes next, None at the end."""
        return self._ask if self._done is None else None

    @property
    def last(self) -> A | None:
        """The last answer so far."""
        return self._last

    def to_own(self) -> Walked[T, A] | None:
        """Walk up to the verb's own request and stop before it. Returns the end where the walk ends earlier."""
        while self._done is None and self._ask is not None and self._ask.part is Part.LEAD:
            self._step()
        return self._done

    @property
    def next_request(self) -> Request:
        """The request that is sent next, as the verb asks it and changes it, without credentials."""
        if self._ask is None or self._done is not None:
            raise AssertionError(f"{self._verb.operation!r} has no request left")
        return self._asked(self._ask)

    def send_own(self) -> A:
        """Send the request before which `to_own` has stopped, and leave the verb there."""
        ask = self._ask
        if ask is None or self._done is not None:
            raise AssertionError(f"{self._verb.operation!r} has no request left")
        answer = self._sent(ask)
        self._steps.close()
        return answer

    def through_own(self) -> A:
        """Walk through the verb's own request and no further. Returns its answer, or the one that ended it before."""
        ended = self.to_own()
        return self.send_own() if ended is None else ended.deciding

    def finish(self) -> Walked[T, A]:
        """Walk to the end."""
        while self._done is None:
            self._step()
        return self._done

    def _step(self) -> None:
        ask = self._ask
        if ask is None:
            raise AssertionError(f"{self._verb.operation!r} has no request left and no end")
        answer = self._sent(ask)
        response = answer.response
        if response is None:
            self._steps.close()
            self._done = Walked(self._own, answer, None, None, self._requests)
            return
        self._advance(lambda: self._steps.send(response))

    def _sent(self, ask: Ask) -> A:
        self._requests += 1
        if ask.part is Part.OWN and self._own is not None:
            raise AdapterFault(f"the adapter's verb {self._verb.operation!r} has two requests of its own")
        request = self._asked(ask)
        signed = self._held(lambda: self._session.sign(request))
        answer = self._send(signed, ask.part)
        self._last = answer
        if ask.part is Part.OWN:
            self._own = answer
        response = answer.response
        if response is not None:
            self._held(lambda: self._session.learn(response))
        return answer

    def _asked(self, ask: Ask) -> Request:
        request = ask.request if ask.request.operation else replace(ask.request, operation=self._verb.operation)
        change = self._verb.change if ask.part is Part.OWN else None
        return request if change is None else change(request)

    def _advance(self, resume: Callable[[], Ask]) -> None:
        try:
            asked: object = self._held(resume)
        except StopIteration as end:
            self._end(None, end.value)
        except UnexpectedAnswer as refusal:
            self._end(refusal, None)
        else:
            if not isinstance(asked, Ask):
                kind = type(asked).__name__
                raise AdapterFault(f"the adapter's verb {self._verb.operation!r} yields {kind} and not Ask")
            self._ask = asked

    def _held(self, act: Callable[[], U]) -> U:
        """Run code of the adapter's. Raises AdapterFault for all that it raises and may not."""
        try:
            return act()
        except (StopIteration, UnexpectedAnswer, NotOffered, AdapterFault):
            raise
        except _ViewFailed as failed:
            raise failed.cause from None
        except Exception as error:  # noqa: BLE001 - an adapter may raise anything
            self._blame(error)

    def _blame(self, error: Exception) -> NoReturn:
        frames = [one for one in traceback.extract_tb(error.__traceback__) if one.filename != __file__]
        place = f", {Path(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else ""
        raised = f"the adapter raised {type(error).__name__}: {error}"
        raise AdapterFault(f"{raised} (verb {self._verb.operation!r}{place})") from error

    def _end(self, refusal: UnexpectedAnswer | None, result: T | None) -> None:
        if self._verb.begins_session and isinstance(result, Session) and result.identity is Identity.NOBODY:
            # An adapter hands over what it was given to sign with; that this is somebody now is known here.
            result.identity = Identity.CUSTOMER
        if self._last is None or (refusal is None and self._own is None):
            raise AdapterFault(f"the adapter's verb {self._verb.operation!r} has no request of its own")
        self._done = Walked(self._own, self._last, refusal, result, self._requests)


def walk(verb: Verb[T], session: Session, send: Callable[[Request, Part], A]) -> Walked[T, A]:
    """Walk a verb from its first request to its last."""
    return Walk(verb, session, send).finish()


def first_request(verb: Verb[object], session: Session) -> Request:
    """Return the request that a verb begins with, without sending it."""
    steps = verb.steps(session)
    try:
        ask = next(steps)
    finally:
        steps.close()
    request = ask.request
    if ask.part is Part.OWN and verb.change is not None:
        request = verb.change(request)
    return request if request.operation else replace(request, operation=verb.operation)
