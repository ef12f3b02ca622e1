"""Rules: what has to hold of every answer of a run, whoever asked for it.

A rule is a function from an answer to its breaches, a few lines each, in `rules.py` of a chapter:

    @rule("HDR-001", twins=EVERY_KIND)
    def every_answer_forbids_sniffing(answer: Answer) -> Iterator[Breach]:
        "Cross-Origin-Resource-Policy is same-site, once, on every answer."
        yield from answer.wants_header("Cross-Origin-Resource-Policy", "same-site")

A rule that has to remember what it saw is a class instead, whose instances are called with an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import ModuleType
from typing import Any, Final, TypeAlias

from spec.checking.outcomes import Outcome
from spec.surface.known import Known
from spec.surface.openapi import Document, DocumentedOperation
from spec.target.answer_kinds import AnswerKind
from spec.target.circumstances import Circumstances, Identity
from spec.target.exchange import Exchange, Headers, Request, Response

RULES: Final = "rules.py"
"""The file of a chapter's rules."""
EVERY_KIND: Final = ("success", "no credentials", "unknown path", "method not supported", "budget spent", "page")
"""Kinds of answer, as the tour names them, of which a rule about every answer has to have seen one each."""


@dataclass(frozen=True, slots=True)
class Breach:
    """A fault of an answer: the code, what was expected of it, and what was seen instead.

    `shown_by` is the answer that shows it, where that is an earlier one than the answer that told it.
    """

    outcome: Outcome
    expected: str
    observed: str
    shown_by: Answer | None = None


@dataclass(frozen=True)
class Answer:
    """An exchange that was answered, with what is known of the target that answered it."""

    exchange: Exchange
    known: Known

    @property
    def request(self) -> Request:
        """The request."""
        return self.exchange.request

    @cached_property
    def response(self) -> Response:
        """The response. Rules are shown answered exchanges only."""
        if self.exchange.response is None:
            raise AssertionError("a rule was shown an exchange without an answer")
        return self.exchange.response

    @property
    def status(self) -> int:
        """The status."""
        return self.response.status

    @property
    def headers(self) -> Headers:
        """The header fields of the response."""
        return self.response.headers

    @property
    def circumstances(self) -> Circumstances:
        """As whom it was asked, and in which state the target was."""
        return self.exchange.circumstances

    @property
    def identity(self) -> Identity:
        """As whom it was asked."""
        return self.circumstances.identity

    @cached_property
    def kind(self) -> AnswerKind:
        """The kind of the answer, as the adapter names it."""
        return self.known.settle(self.response)

    @cached_property
    def path(self) -> str:
        """The path of the request from the target's host on, without its query."""
        return self.known.path_of(self.request)

    @cached_property
    def document(self) -> Document | None:
        """The document of the version below whose base the path lies; None outside of all of them."""
        return self.known.document_of(self.path)

    @property
    def version(self) -> str:
        """The version of the interface that was asked, by its base path; empty outside of all of them."""
        return self.known.version_of(self.path)

    @cached_property
    def operation(self) -> DocumentedOperation | None:
        """The documented operation that was asked; None where the document has none for method and path."""
        return self.document.find(self.request) if self.document else None

    @cached_property
    def needs_credentials(self) -> bool | None:
        """Tell if its operation takes credentials (HEAD as GET); None where no document says so."""
        if self.document is None:
            return None
        asked = replace(self.request, method="GET") if self.request.method == "HEAD" else self.request
        operation = self.document.find(asked)
        return None if operation is None else self.document.needs_credentials(operation)

    @cached_property
    def resource(self) -> str:
        """The template of the path in the documents, whatever the method; else the path as it is."""
        return self.known.resource_of(self.path)

    @cached_property
    def is_of_no_resource(self) -> bool:
        """Tell if no document has its path, and no verb asks for it: what is there is an unknown path."""
        by_verb = self.request.operation and not self.provokes
        return bool(self.known.documents) and not self.known.is_documented(self.path) and not by_verb

    @cached_property
    def is_exposed(self) -> bool:
        """Tell if the profile declares its path as one beside the API: staff's pages, documentation, health."""
        return self.known.exposes(self.path)

    @property
    def provokes(self) -> str:
        """The kind of answer that the request was to provoke, as the tour names it; empty for most requests."""
        return self.request.provokes

    @cached_property
    def media_type(self) -> str:
        """The media type of the response in small letters, without parameters; empty where there is none."""
        return (self.headers.get("Content-Type") or "").partition(";")[0].strip().lower()

    @property
    def is_page(self) -> bool:
        """Tell if it is a page for people."""
        return self.media_type == "text/html"

    @property
    def is_error(self) -> bool:
        """Tell if the status says that the request was not done (RFC 9110 §15.5, §15.6)."""
        return self.status >= 400

    def wants_header(self, name: str, *wanted: str, may_repeat: bool = False) -> Iterator[Breach]:
        """Hold a header against the values that it may have; letter case does not count.

        It stands there once, unless its standard reads a list: then it may repeat the same value.
        """
        values = [value.strip() for value in self.headers.get_all(name)]
        parts = [part.strip() for value in values for part in value.split(",")] if may_repeat else values
        same = {part.lower() for part in parts}
        if len(same) != 1 or not same <= set(wanted) or (len(parts) > 1 and not may_repeat):
            yield Breach(
                Outcome.HEADER_WRONG if values else Outcome.HEADER_MISSING,
                f"{name}: {' or '.join(wanted)}",
                f"{name}: {', '.join(values)}" if values else f"no {name}",
            )


Judge: TypeAlias = Callable[[Answer], Iterable[Breach]]


def usual(answer: Answer) -> bool:
    """Tell if the answer came from the target as it is shipped, its services up, to a request that HTTP can carry."""
    return answer.circumstances.shipped and not answer.request.malformed


@dataclass(frozen=True)
class Rule:
    """A requirement's rule: of which answers it speaks, and what it says of one.

    `make` makes its judge, one for each run. `twins` names kinds of answer, as the tour provokes them, of which one
    each has to have been seen before the rule can be met. A target that shows nothing of which it speaks is not tested,
    or, with `none_is_fine`, not concerned.
    """

    requirement: str
    name: str
    description: str
    make: Callable[[], Judge]
    speaks_of: Callable[[Answer], bool] = usual
    twins: Sequence[str] = ()
    none_is_fine: bool = False

    @property
    def title(self) -> str:
        """The fact in its name."""
        return self.name.replace("_", " ")


def rules_of(module: ModuleType) -> Iterator[Rule]:
    """Yield the rules that a module holds, in its order."""
    return (value for value in vars(module).values() if isinstance(value, Rule))


def rule(
    requirement: str,
    *,
    speaks_of: Callable[[Answer], bool] = usual,
    twins: Sequence[str] = (),
    none_is_fine: bool = False,
) -> Callable[[Any], Rule]:
    """Make a rule of a function from an answer to its breaches, or of a class whose instances are such functions."""

    def made(judge: Any) -> Rule:
        make = judge if isinstance(judge, type) else lambda: judge
        name = judge.__name__ if not isinstance(judge, type) else _spaced(judge.__name__)
        return Rule(requirement, name, judge.__doc__ or "", make, speaks_of, tuple(twins), none_is_fine)

    return made


def _spaced(name: str) -> str:
    """Turn the name of a class into that of a function: EveryErrorIsAProblem → every_error_is_a_problem."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).strip("_")


@dataclass(frozen=True, slots=True)
class Breached:
    """A breach, and the answer that shows it."""

    breach: Breach
    answer: Answer


@dataclass
class RuleJudge:
    """One rule at work. It judges the answers of which the rule speaks, one by one."""

    rule: Rule
    _judge: Judge = field(init=False)

    def __post_init__(self) -> None:
        self._judge = self.rule.make()

    def judge(self, answer: Answer) -> list[Breached] | None:
        """Return the breaches of an answer; None where the rule does not speak of it."""
        if not self.rule.speaks_of(answer):
            return None
        return [Breached(one, one.shown_by or answer) for one in self._judge(answer)]
