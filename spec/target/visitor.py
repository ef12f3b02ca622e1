"""The people who speak to the shop: an anonymous visitor, a customer, a member of staff."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from spec.target.answer_kinds import AnswerKind
from spec.target.circumstances import Identity
from spec.target.client import Client
from spec.target.exchange import Exchange, Failure, Request, Response
from spec.target.session import Session
from spec.target.steps import AdapterFault, Part, Verb, Walk, Walked
from spec.target.values import Account, Tokens
from spec.target.verbs import ShopVerbs

T = TypeVar("T")


class Unanswered(Exception):
    """The target gave no answer to an exchange under examination."""

    def __init__(self, exchange: Exchange) -> None:
        super().__init__(exchange.summary)
        self.exchange = exchange

    @property
    def timed_out(self) -> bool:
        """Tell if the answer may only have been slow, which leaves open what the target did."""
        return self.exchange.failure is Failure.TIMEOUT


class PreparationFailed(Exception):
    """A preparation that a check needs did not work; `flow` is the requirement that promises it."""

    def __init__(self, flow: str, exchange: Exchange, reason: str) -> None:
        super().__init__(f"{flow}: {exchange.request.operation or exchange.request.target}: {reason}")
        self.flow = flow
        self.exchange = exchange
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Reply(Generic[T]):
    """The outcome of a verb under examination. `value` is the success that it promises, and raises when it is none."""

    walked: Walked[T, Exchange]
    settle: Callable[[Response], AnswerKind]

    @property
    def exchange(self) -> Exchange:
        """The verb's own exchange, or the one at which it ended before that."""
        return self.walked.deciding

    @property
    def answered(self) -> bool:
        """Tell if there was an answer at all."""
        return self.exchange.response is not None

    @property
    def response(self) -> Response:
        """The answer. Raises Unanswered where there is none."""
        if self.exchange.response is None:
            raise Unanswered(self.exchange)
        return self.exchange.response

    @property
    def status(self) -> int:
        """The status of the answer."""
        return self.response.status

    @property
    def kind(self) -> AnswerKind:
        """The kind of the answer. A verb that ended before its own request was not done, whatever was answered."""
        kind = self.settle(self.response)
        return AnswerKind.UNKNOWN if self.walked.own is None and kind is AnswerKind.DONE else kind

    @property
    def done(self) -> bool:
        """Tell if the shop did it, by the kind of its answer alone: the content may still be wrong."""
        return self.kind is AnswerKind.DONE

    @property
    def value(self) -> T:
        """The content of the answer. Raises UnexpectedAnswer when it is not what the verb promises."""
        return self.must_hold()

    def must_hold(self) -> T:
        """Read the answer for the sake of the reading. Raises UnexpectedAnswer as `value` does."""
        if self.walked.refusal is not None:
            self.walked.refusal.exchange = self.walked.last
            raise self.walked.refusal
        if self.walked.last.response is None:
            raise Unanswered(self.walked.last)
        return self.walked.read()

    @property
    def worked(self) -> bool:
        """Tell if the answer is the success that the verb promises, content included."""
        self.response  # noqa: B018 - raises Unanswered where there is none
        return self.walked.refusal is None and self.walked.last.response is not None


class Prepared(Generic[T]):
    """A verb that stands before its own request: races begin here, all at once."""

    def __init__(self, walk: Walk[T, Exchange], conclude: Callable[[Walk[T, Exchange]], Reply[T]]) -> None:
        self._walk = walk
        self._conclude = conclude

    @property
    def request(self) -> Request:
        """The own request as it will be sent, without credentials."""
        return self._walk.next_request

    def send_own(self) -> Exchange:
        """Send the own request and nothing after it: for a request that was changed, and is read by its kind alone."""
        return self._walk.send_own()

    def do(self) -> Reply[T]:
        """Send the own request, and what follows it."""
        return self._conclude(self._walk)


class Visitor:
    """Speaks with one client's connections and address, and remembers what the shop gave it."""

    def __init__(
        self, client: Client, verbs: ShopVerbs, session: Session | None = None, account: Account | None = None
    ) -> None:
        self.client = client
        self.session = verbs.stranger() if session is None else session
        self.account = account
        self.email = account.email if account else ""
        self.password = ""
        self._verbs = verbs

    @property
    def tokens(self) -> Tokens | None:
        """The tokens of this visitor, where the shop has tokens and the visitor has signed in."""
        return self.session.tokens

    def do(self, verb: Verb[T]) -> Reply[T]:
        """Walk the verb as the one under examination: whatever is answered is for the check to judge."""
        return self._conclude(Walk(verb, self.session, self._send_examined))

    def prepared(self, verb: Verb[T]) -> Prepared[T]:
        """Walk the verb up to its own request, which `do` then sends. Raises PreparationFailed where that fails."""
        walk = Walk(verb, self.session, self._send_examined)
        ended = walk.to_own()
        if ended is not None:
            raise _failed(verb, ended)
        return Prepared(walk, self._conclude)

    def twin(self, verb: Verb[T]) -> Reply[T]:
        """Walk the verb as a preparation whose exchange is of use. Raises PreparationFailed unless it works."""
        reply = self._conclude(Walk(verb, self.session, self._send_unmarked))
        if reply.walked.refusal is not None or reply.walked.last.response is None:
            raise _failed(verb, reply.walked)
        return reply

    def provoke(self, verb: Verb[object]) -> Exchange:
        """Walk the verb through its own request and no further: for an answer that is looked at and not read."""
        return Walk(verb, self.session, self._send_examined).through_own()

    def look(self, verb: Verb[T]) -> Reply[T]:
        """Walk the verb without examining it: for what a run has to know before its checks begin."""
        return self._conclude(Walk(verb, self.session, self._send_unmarked))

    def must(self, verb: Verb[T]) -> T:
        """Walk the verb as a preparation: anything but its success raises PreparationFailed."""
        return self.twin(verb).value

    def must_send(self, verb: Verb[object]) -> None:
        """Walk the verb as a preparation through its own request, and leave out what would be read after it."""
        exchange = Walk(verb, self.session, self._send_unmarked).through_own()
        if exchange.response is None or self.settle(exchange) is not AnswerKind.DONE:
            raise PreparationFailed(verb.flow, exchange, exchange.summary)

    def send(self, request: Request) -> Exchange:
        """Send a request that no verb makes, as the exchange under examination, exactly as it is written."""
        return self.client.send(request, examined=True)

    def send_signed(self, request: Request) -> Exchange:
        """Send such a request with this visitor's credentials, and learn from the answer as a verb does."""
        signed = self.session.sign(request)
        exchange = self._send_known(signed, examined=True)
        if exchange.response is not None:
            self.session.learn(exchange.response)
        return self._learned(exchange)

    def settle(self, exchange: Exchange) -> AnswerKind:
        """Name the kind of an exchange's answer. Raises Unanswered where there is none."""
        if exchange.response is None:
            raise Unanswered(exchange)
        return self._verbs.settle(exchange.response)

    def with_session(self, session: Session) -> Visitor:
        """Return the same client with another memory."""
        self.client.recorder.add_secret(*session.secrets())
        other = Visitor(self.client, self._verbs, session, self.account)
        other.email, other.password = self.email, self.password
        return other

    def with_tokens(self, tokens: Tokens) -> Visitor:
        """Return the same client with other tokens."""
        # From nothing: a cookie that stayed would open what the tokens are to open.
        return self.with_session(self._verbs.stranger().with_tokens(tokens))

    def anonymous(self) -> Visitor:
        """Return the same client without a memory."""
        return Visitor(self.client, self._verbs)

    def _send_examined(self, request: Request, part: Part) -> Exchange:
        return self._learned(self._send_known(request, examined=part is Part.OWN))

    def _send_unmarked(self, request: Request, _part: Part) -> Exchange:
        return self._learned(self._send_known(request))

    def _send_known(self, request: Request, *, examined: bool = False) -> Exchange:
        account = self.account.id if self.account and self.session.identity is not Identity.NOBODY else ""
        return self.client.send(request, examined=examined, identity=self.session.identity, account=account)

    def _learned(self, exchange: Exchange) -> Exchange:
        # Credentials may show up anywhere later, in a header or in another answer: they are redacted by value too.
        self.client.recorder.add_secret(*self.session.secrets())
        return exchange

    def _conclude(self, walk: Walk[T, Exchange]) -> Reply[T]:
        """Walk to the end. Raises AdapterFault for a success that the adapter calls something else."""
        walked = walk.finish()
        # A verb that begins a session walks with another one than this visitor's own.
        self.client.recorder.add_secret(*walk.session.secrets())
        if isinstance(walked.result, Tokens):
            self.client.recorder.add_secret(walked.result.access, walked.result.refresh)
        own = walked.own.response if walked.own is not None else None
        if own is not None and walked.refusal is None and 200 <= own.status < 300:
            kind = self._verbs.settle(own)
            if kind is not AnswerKind.DONE:
                operation = walked.last.request.operation
                raise AdapterFault(f"the adapter's verb {operation!r} reads its success from an answer that is {kind}")
        return Reply(walked, self._verbs.settle)


def _failed(verb: Verb[T], walked: Walked[T, Exchange]) -> PreparationFailed:
    exchange = walked.last
    if walked.refusal is not None:
        return PreparationFailed(verb.flow, exchange, str(walked.refusal))
    return PreparationFailed(verb.flow, exchange, exchange.failure.value if exchange.failure else "no answer")
