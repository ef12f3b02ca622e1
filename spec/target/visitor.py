"""The people who speak to the shop: an anonymous visitor, a customer, a member of staff."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Generic, TypeVar

from spec.target.client import Client
from spec.target.exchange import Exchange, Failure, Request, Response, UnexpectedAnswer
from spec.target.values import Account, Tokens
from spec.target.verbs import Call

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
    """The outcome of a call. `value` reads the success that the verb promises, and raises when it is none."""

    exchange: Exchange
    read: Callable[[Response], T]

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
    def value(self) -> T:
        """The content of the answer. Raises UnexpectedAnswer when it is not what the verb promises."""
        return self.must_hold()

    def must_hold(self) -> T:
        """Read the answer for the sake of the reading. Raises UnexpectedAnswer as `value` does."""
        try:
            return self.read(self.response)
        except UnexpectedAnswer as error:
            error.exchange = self.exchange
            raise

    @property
    def worked(self) -> bool:
        """Tell if the answer is the success that the verb promises, content included."""
        try:
            self.read(self.response)
        except UnexpectedAnswer:
            return False
        return True


class Visitor:
    """Speaks with one client's connections and address, and with an access token once signed in."""

    def __init__(self, client: Client, tokens: Tokens | None = None, account: Account | None = None) -> None:
        self.client = client
        self.tokens = tokens
        self.account = account
        self.email = account.email if account else ""
        self.password = ""

    def do(self, call: Call[T]) -> Reply[T]:
        """Send the call as the exchange under examination: whatever is answered is for the check to judge."""
        signed = self._signed(call)
        exchange = self.client.send(signed.request, examined=True)
        if exchange.response is not None:
            with suppress(UnexpectedAnswer):
                self._keep_secret(call.read(exchange.response))
        return Reply(exchange, call.read)

    def must(self, call: Call[T]) -> T:
        """Send the call as a preparation: anything but its success raises PreparationFailed."""
        exchange = self.client.send(self._signed(call).request)
        if exchange.response is None:
            raise PreparationFailed(call.flow, exchange, exchange.failure.value if exchange.failure else "no answer")
        try:
            value = call.read(exchange.response)
        except UnexpectedAnswer as error:
            raise PreparationFailed(call.flow, exchange, str(error)) from error
        self._keep_secret(value)
        return value

    def send(self, request: Request) -> Exchange:
        """Send a request that no verb makes, as the exchange under examination, exactly as it is written."""
        return self.client.send(request, examined=True)

    def with_tokens(self, tokens: Tokens) -> Visitor:
        """Return the same client with other tokens."""
        self._keep_secret(tokens)
        other = Visitor(self.client, tokens, self.account)
        other.email, other.password = self.email, self.password
        return other

    def anonymous(self) -> Visitor:
        """Return the same client without a token."""
        return Visitor(self.client)

    def _keep_secret(self, value: object) -> None:
        # Tokens may show up anywhere later, in a header or in another answer: they are redacted by their value too.
        if isinstance(value, Tokens):
            self.client.recorder.add_secret(value.access, value.refresh)

    def _signed(self, call: Call[T]) -> Call[T]:
        return call.signed(self.tokens.access) if self.tokens else call
