"""TOK-016: passwords and tokens do not reach the log. That they reach no URL and no error is judged by the rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from spec.checking.examination import Examination, verifies
from spec.checking.outcomes import Outcome
from spec.checks.support.provoked_answers import spoil_body
from spec.target.exchange import Exchange, Request
from spec.target.redaction import JWT, OF_THE_RUN, redact_text
from spec.target.session import Session
from spec.target.shop import Shop
from spec.target.steps import Verb
from spec.target.visitor import Visitor

REQUEST_ID: Final = "X-Request-ID"
WAIT_SECONDS: Final = 10.0


@verifies("TOK-016", effects={"writes", "signs in"})
def test_no_line_of_the_log_holds_a_password_or_a_token(target: Shop, examine: Examination) -> None:
    """Requests carry passwords and tokens in every way that the shop knows, and no line of the log holds one of them.

    An account is opened, signed in to, rightly and with a wrong password, and read, also with forged credentials; its
    tokens are refreshed; it is signed out, and what has ended is used once more. The wrong password also comes in a
    body that ends too early, and tokens come in the query, as a client sends them by mistake. The log has the event of
    each of these requests, and no line holds a password or a token in a common coding.
    """
    log, verbs = target.windows.logs, target.verbs
    position = log.position()
    credentials, visitor = target.new_credentials(), target.visitor()
    wrong = f"{credentials.password}-not"
    target.recorder.add_secret(wrong)
    made: list[Exchange] = []
    if verbs.offers("register"):
        made.append(visitor.provoke(verbs.register(credentials.email, credentials.password)))
        signed = visitor.twin(verbs.sign_in(credentials.email, credentials.password))
        made.append(signed.exchange)
        customer = visitor.with_session(signed.value)
    else:
        customer = target.customer()
    broken = spoil_body(verbs.sign_in(credentials.email, wrong), lambda body: body[:-1])
    made += [visitor.provoke(verbs.sign_in(credentials.email, wrong)), visitor.provoke(broken)]
    secrets = {credentials.password, wrong, *customer.session.secrets()}
    made += _use_session(target, customer)
    made += _send_in_query(visitor, verbs.list_products(page_size=1), customer.session)
    secrets |= set(customer.session.secrets())
    ids = {(one.response.headers.get(REQUEST_ID) if one.response else None) or "" for one in made}
    examine.require(all(ids), f"not every answer names its request id in {REQUEST_ID}, by which its event is found")

    def is_whole(events: Sequence[Mapping[str, object]]) -> bool:
        return ids <= {str(event.get(log.fields.request_id)) for event in events}

    written = log.wait_for_requests(position, is_whole, WAIT_SECONDS)
    examine.require(is_whole(written), f"the log lacks events of the {len(ids)} requests that carried secrets")
    lines = log.lines_since(position)
    for line in lines:
        holds = OF_THE_RUN in redact_text(line, secrets).redactions or JWT.search(line) is not None
        shown = f"a line with one: {redact_text(line, target.recorder.secrets).text[:300]}"
        wanted = "no line of the log with a password or a token"
        examine.that(not holds, Outcome.SECRET_DISCLOSED, wanted, saw=made[0], observed=shown)
    examine.progress(len(ids), len(ids))
    examine.note(f"{len(lines)} lines were looked through for {len(secrets)} passwords and tokens.")


def _use_session(target: Shop, customer: Visitor) -> Iterator[Exchange]:
    """Use a customer's credentials in each way that the shop knows, and those that are refused: forged and ended."""
    verbs = target.verbs
    if verbs.offers("whoami"):
        yield customer.provoke(verbs.whoami())
        for session in (customer.session.forged(), tampered_with(customer.session)):
            yield customer.with_session(session).provoke(verbs.whoami())
    if verbs.offers("refresh") and customer.tokens is not None:
        renewed = customer.twin(verbs.refresh(customer.tokens.refresh))
        yield renewed.exchange
        customer.session.tokens = renewed.value
    if verbs.offers("sign_out"):
        ended = customer.session.fork()
        yield customer.provoke(verbs.sign_out())
        if verbs.offers("whoami"):
            yield customer.with_session(ended).provoke(verbs.whoami())
        if verbs.offers("refresh") and ended.tokens is not None:
            yield customer.provoke(verbs.refresh(ended.tokens.refresh))


def tampered_with(session: Session) -> Session:
    """Return a session whose access token is the right one but for its end: a signature that does not fit."""
    other = session.fork()
    if other.tokens is not None:
        access = other.tokens.access
        other.tokens = replace(other.tokens, access=access[:-1] + ("A" if access[-1:] != "A" else "B"))
    return other


def _send_in_query(visitor: Visitor, verb: Verb[Any], session: Session) -> Iterator[Exchange]:
    """Send each credential of a session in the query of a request that needs none."""
    for secret in session.secrets():

        def add(request: Request, secret: str = secret) -> Request:
            return replace(request, query=(*request.query, ("access_token", secret)))

        yield visitor.provoke(verb.changed(add))
