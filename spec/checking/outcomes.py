"""The closed list of what a check can find, and the exceptions by which it says so.

A check never uses a bare `assert` about the target: an AssertionError is a fault of the harness, a `Violation` one of
the target, and a reader must never have to guess which of the two it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from spec.target.observations import Observation


class Outcome(StrEnum):
    """Codes of what was wrong. Waivers name them, so a code never changes its meaning."""

    NO_ANSWER = "NO_ANSWER"
    """The target closed or refused the connection instead of answering."""
    SERVER_ERROR = "SERVER_ERROR"
    """A 5xx where the request cannot be an excuse."""
    WRONG_STATUS = "WRONG_STATUS"
    WRONG_CONTENT = "WRONG_CONTENT"
    UNEXPECTED_ANSWER = "UNEXPECTED_ANSWER"
    """The answer is not the success that the verb promises."""
    NOT_OFFERED = "NOT_OFFERED"
    """The target does not offer a thing that the requirement asks of it."""
    NOT_A_PROBLEM_DOCUMENT = "NOT_A_PROBLEM_DOCUMENT"
    HEADER_MISSING = "HEADER_MISSING"
    HEADER_WRONG = "HEADER_WRONG"
    WRONG_PASSWORD_ACCEPTED = "WRONG_PASSWORD_ACCEPTED"  # noqa: S105 - a code, not a password
    REFUSED_WITHIN_BUDGET = "REFUSED_WITHIN_BUDGET"
    ADMITTED_BEYOND_BUDGET = "ADMITTED_BEYOND_BUDGET"
    BUDGET_RENEWED = "BUDGET_RENEWED"
    """A client gave itself a fresh budget."""
    WRONG_VALUE_ACCEPTED = "WRONG_VALUE_ACCEPTED"
    RIGHT_VALUE_REFUSED = "RIGHT_VALUE_REFUSED"
    FIELD_NOT_NAMED = "FIELD_NOT_NAMED"
    STATE_CHANGED = "STATE_CHANGED"
    """Something that was refused left a trace."""
    NOT_DOCUMENTED = "NOT_DOCUMENTED"
    """The target answers what its OpenAPI document does not say."""
    DOCUMENT_INVALID = "DOCUMENT_INVALID"
    INCOMPATIBLE = "INCOMPATIBLE"
    """A client that was built against the recorded interface no longer fits."""
    VERSIONS_MIXED = "VERSIONS_MIXED"
    """One version of the interface gives what belongs to another."""
    TOKEN_LIFETIME_WRONG = "TOKEN_LIFETIME_WRONG"  # noqa: S105 - a code
    TOKEN_REUSED = "TOKEN_REUSED"  # noqa: S105 - a code
    """A token that had ended still worked."""
    TOKEN_NOT_ROTATED = "TOKEN_NOT_ROTATED"  # noqa: S105 - a code
    FOREIGN_OBJECT_REACHED = "FOREIGN_OBJECT_REACHED"
    OVERSOLD = "OVERSOLD"
    UNDERSOLD = "UNDERSOLD"
    MODEL_DISAGREES = "MODEL_DISAGREES"
    MONEY_WRONG = "MONEY_WRONG"
    STATEMENTS_GROW = "STATEMENTS_GROW"
    NOT_CACHED = "NOT_CACHED"
    STALE = "STALE"
    DEPENDENCY_NOT_REPORTED = "DEPENDENCY_NOT_REPORTED"
    NOT_RECOVERED = "NOT_RECOVERED"
    EVENT_MISSING = "EVENT_MISSING"
    EVENT_WRONG = "EVENT_WRONG"
    LIMIT_MISSED = "LIMIT_MISSED"
    """A measured figure is beyond its limit."""
    CLAIM_CONTRADICTED = "CLAIM_CONTRADICTED"
    """The target says something else of itself than the server behind it does."""
    STARTED_ANYWAY = "STARTED_ANYWAY"
    """The target came up with a setting that has to stop it."""
    REASON_NOT_NAMED = "REASON_NOT_NAMED"
    """The target refused, and did not say what has to be put right."""
    COMMAND_FAILED = "COMMAND_FAILED"
    """A command of the target ended with another exit code than 0."""
    REPORT_MISSING = "REPORT_MISSING"
    """A failure did not reach the error tracker."""
    REPORT_WRONG = "REPORT_WRONG"
    """A failure reached the error tracker more than once, or with the wrong content."""
    PERSONAL_DATA_SENT = "PERSONAL_DATA_SENT"
    PAGE_BROKEN = "PAGE_BROKEN"
    """A page did not render, or its browser reported an error."""
    STORED_TOO_WEAKLY = "STORED_TOO_WEAKLY"
    """A secret is stored in a form that protects it too little."""
    INTERNALS_REVEALED = "INTERNALS_REVEALED"
    """An answer shows something of the inside: a stack, a statement, a path, a library, a version, an address."""
    ECHOED_UNBOUNDED = "ECHOED_UNBOUNDED"
    """Text of the client came back as it was sent, without a bound on its length or its characters."""
    SECRET_DISCLOSED = "SECRET_DISCLOSED"  # noqa: S105 - a code
    """A password or a token stands where others can read it."""
    ORIGIN_ALLOWED = "ORIGIN_ALLOWED"
    """Pages of an origin that is not declared may read an answer."""
    FORMAT_WRONG = "FORMAT_WRONG"
    """A text is not in the format that it has to have."""


class Violation(Exception):
    """The target was seen to break the requirement; the observations show it."""

    def __init__(
        self, outcome: Outcome, *, expected: str, observed: str, observations: Sequence[Observation] = ()
    ) -> None:
        super().__init__(f"{outcome}: expected {expected}; observed {observed}")
        self.outcome = outcome
        self.expected = expected
        self.observed = observed
        self.observations = tuple(observations)


class Undecided(Exception):
    """Nothing is decided either way; only for measurements, time-outs and quotas."""


class Blocked(Exception):
    """Something that the check stands on does not work, so it examined nothing."""


class Inapplicable(Exception):
    """A check saw that the target has nothing of what the requirement speaks of."""


class HarnessFault(Exception):
    """The instrument itself was not fit: a load generator that lagged, a window that could not be looked through."""
