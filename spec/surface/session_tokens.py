"""The tokens of a signed-in session, where the shop has tokens."""

from __future__ import annotations

from spec.checking.outcomes import Inapplicable
from spec.target.adapters import AdapterBroke
from spec.target.session import Session
from spec.target.values import Tokens


def need_tokens(session: Session) -> Tokens:
    """Return the tokens of a signed-in session. Raises Inapplicable for a shop whose sessions have none."""
    tokens = find_tokens(session)
    if tokens is None:
        raise Inapplicable("the shop's sessions have no tokens")
    return tokens


def find_tokens(session: Session) -> Tokens | None:
    """Return the tokens of a signed-in session, None for a shop whose sessions have none.

    Raises AdapterBroke where the session has none to show, and signs with one all the same.
    """
    header = session.hidden_credential()
    if header is not None:
        raise AdapterBroke(
            f"the adapter's session signs with a credential in {header} and has no tokens: its sign_in has to "
            "set session.tokens, or every requirement about tokens would be left out"
        )
    return session.tokens
