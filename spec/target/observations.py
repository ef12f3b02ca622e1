"""Things that a check can see of a target besides an exchange, each with its form as evidence.

An observation says what it is in one line, shows itself without secrets, tells how to see it again, and knows what it
would be if the target did nothing (`nulled`): falsify uses that to show that a check needs more than silence.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar, Final, Protocol, Self

from spec.target.redaction import LOOKAHEAD, redact_text

TEXT_LIMIT: Final = 65_536
"""Bytes of a text that evidence shows; a report is read by people."""
_SUMMARY_CHARACTERS: Final = 200


class ObservationKind(StrEnum):
    """The ways in which a target can be seen."""

    EXCHANGE = "exchange"
    COMMAND = "command"
    QUERY = "query"
    SCRAPE = "scrape"
    LOG_LINES = "log lines"
    ERROR_REPORTS = "error reports"
    MAIL = "mail"
    PAGE = "page"
    START = "start"


@dataclass(frozen=True, slots=True)
class EvidenceContent:
    """An observation as it may be written: redacted content, its media type, and the secrets that were taken out."""

    content: bytes
    media_type: str
    redactions: tuple[str, ...] = ()


class Observation(Protocol):
    """One look at a target."""

    @property
    def kind(self) -> ObservationKind:
        """The way in which it was seen."""

    @property
    def summary(self) -> str:
        """One line for a reader."""

    def evidence(self, secrets: Iterable[str]) -> EvidenceContent:
        """Show it without secrets."""

    def reproduce(self, secrets: Iterable[str]) -> str | None:
        """Return a shell line that a reader can run to see the same; None where there is none."""

    def nulled(self) -> Self:
        """Return the same look at a target that does nothing."""


@dataclass(frozen=True, slots=True)
class CommandOutput:
    """The output of a command of the target, and its exit code."""

    kind: ClassVar[ObservationKind] = ObservationKind.COMMAND
    command: str
    exit_code: int
    output: str = ""
    errors: str = ""
    seconds: float = 0.0

    @property
    def summary(self) -> str:
        """The command and its exit code."""
        return f"{self.command} → exit code {self.exit_code}"

    def evidence(self, secrets: Iterable[str]) -> EvidenceContent:
        """Show both streams."""
        streams = [("output", self.output), ("errors", self.errors)]
        shown = "\n".join(f"--- {name}\n{text.rstrip()}" for name, text in streams if text)
        return _as_text(f"$ {self.command}\n{shown}\n--- exit code {self.exit_code}\n", secrets)

    def reproduce(self, secrets: Iterable[str]) -> str | None:
        """Return the command itself."""
        return redact_text(self.command, secrets).text

    def nulled(self) -> Self:
        """Exit code 0, and silence."""
        return replace(self, exit_code=0, output="", errors="")


@dataclass(frozen=True, slots=True)
class QueryAnswer:
    """The rows that a statement gave in the target's database, or the statements that its server has logged."""

    kind: ClassVar[ObservationKind] = ObservationKind.QUERY
    statement: str
    rows: tuple[tuple[object, ...], ...]

    @property
    def summary(self) -> str:
        """The statement and the number of rows."""
        return f"{' '.join(self.statement.split())} → {len(self.rows)} rows"

    def evidence(self, secrets: Iterable[str]) -> EvidenceContent:
        """Show a row on each line, its values as JSON."""
        lines = [json.dumps(row, ensure_ascii=False, default=str) for row in self.rows]
        return _as_text("\n".join([self.statement, "---", *lines]) + "\n", secrets)

    def reproduce(self, secrets: Iterable[str]) -> str | None:
        """Return a psql line; the address of the database comes from the reader's environment."""
        return f'psql "$DATABASE_URL" --command {shlex.quote(redact_text(self.statement, secrets).text)}'

    def nulled(self) -> Self:
        """No rows."""
        return replace(self, rows=())


@dataclass(frozen=True, slots=True)
class Scrape:
    """One reading of the metrics: what the page answered, in the Prometheus text format where it is right.

    `media_type` is the answer's Content-Type as it came, with its parameters; empty where there was none.
    """

    kind: ClassVar[ObservationKind] = ObservationKind.SCRAPE
    address: str
    text: str
    status: int = 200
    media_type: str = "text/plain"

    @property
    def succeeded(self) -> bool:
        """Tell if the page was given."""
        return 200 <= self.status < 300

    @property
    def summary(self) -> str:
        """The address, a status other than 200, and the number of lines."""
        status = "" if self.status == 200 else f"{self.status}, "
        return f"scrape of {self.address} → {status}{len(self.text.splitlines())} lines"

    def evidence(self, secrets: Iterable[str]) -> EvidenceContent:
        """Show the text as it was read."""
        return _as_text(self.text, secrets)

    def reproduce(self, secrets: Iterable[str]) -> str | None:
        """Return a curl line; the token comes from the reader's environment."""
        shown = shlex.quote(redact_text(self.address, secrets).text)
        return f'curl --header "Authorization: Bearer $METRICS_TOKEN" {shown}'

    def nulled(self) -> Self:
        """An empty page."""
        return replace(self, text="", status=200, media_type="text/plain")


@dataclass(frozen=True, slots=True)
class LogLines:
    """Lines that the target wrote to its log during a stretch of time."""

    kind: ClassVar[ObservationKind] = ObservationKind.LOG_LINES
    source: str
    lines: tuple[str, ...]

    @property
    def summary(self) -> str:
        """The log and the number of lines."""
        return f"{len(self.lines)} lines in {self.source}"

    def evidence(self, secrets: Iterable[str]) -> EvidenceContent:
        """Show the lines as they stand in the log."""
        return _as_text("\n".join(self.lines) + "\n", secrets)

    def reproduce(self, secrets: Iterable[str]) -> str | None:
        """Return nothing: a log is not written again."""
        return None

    def nulled(self) -> Self:
        """A log in which nothing was written."""
        return replace(self, lines=())


@dataclass(frozen=True, slots=True)
class ErrorReports:
    """Events that reached the error sink."""

    kind: ClassVar[ObservationKind] = ObservationKind.ERROR_REPORTS
    reports: tuple[Mapping[str, object], ...]

    @property
    def summary(self) -> str:
        """The number of events."""
        return f"{len(self.reports)} events at the error sink"

    def evidence(self, secrets: Iterable[str]) -> EvidenceContent:
        """Show the events as indented JSON."""
        return _as_text("\n".join(json.dumps(one, indent=1, default=str) for one in self.reports) + "\n", secrets)

    def reproduce(self, secrets: Iterable[str]) -> str | None:
        """Return nothing: an event is sent once."""
        return None

    def nulled(self) -> Self:
        """Nothing arrived."""
        return replace(self, reports=())


@dataclass(frozen=True, slots=True)
class Mail:
    """Messages that reached the mail sink, as they came (RFC 5322)."""

    kind: ClassVar[ObservationKind] = ObservationKind.MAIL
    messages: tuple[str, ...]

    @property
    def summary(self) -> str:
        """The number of messages."""
        return f"{len(self.messages)} messages at the mail sink"

    def evidence(self, secrets: Iterable[str]) -> EvidenceContent:
        """Show the messages one after the other."""
        return _as_text("\n---\n".join(self.messages) + "\n", secrets)

    def reproduce(self, secrets: Iterable[str]) -> str | None:
        """Return nothing: a message is sent once."""
        return None

    def nulled(self) -> Self:
        """Nothing arrived."""
        return replace(self, messages=())


@dataclass(frozen=True, slots=True)
class PageView:
    """A page as a browser showed it: its text, what it wrote to the console, the requests that failed, a picture."""

    kind: ClassVar[ObservationKind] = ObservationKind.PAGE
    address: str
    title: str
    text: str
    console: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()
    picture: bytes = b""

    @property
    def summary(self) -> str:
        """The address, the title and the number of errors."""
        errors = len(self.console) + len(self.failures)
        return f"{self.address} shows {self.title!r}, {errors} errors in the browser"

    def evidence(self, secrets: Iterable[str]) -> EvidenceContent:
        """Show the picture; where there is none, the text and the errors."""
        if self.picture:
            return EvidenceContent(self.picture, "image/png")
        lines = [self.address, self.title, *self.console, *self.failures, "---", self.text]
        return _as_text("\n".join(lines) + "\n", secrets)

    def reproduce(self, secrets: Iterable[str]) -> str | None:
        """Return a line that opens the page in Chromium."""
        return f"chromium {shlex.quote(redact_text(self.address, secrets).text)}"

    def nulled(self) -> Self:
        """A blank page without an error."""
        return replace(self, title="", text="", console=(), failures=(), picture=b"")


@dataclass(frozen=True, slots=True)
class StartAttempt:
    """A start with certain settings: either the target came up, or its command ended and said why."""

    kind: ClassVar[ObservationKind] = ObservationKind.START
    command: str
    came_up: bool
    exit_code: int | None
    said: str
    seconds: float = 0.0

    @property
    def summary(self) -> str:
        """The command, and what became of it."""
        if self.came_up:
            return f"{self.command} → came up"
        last = next((line.strip() for line in reversed(self.said.splitlines()) if line.strip()), "it said nothing")
        return f"{self.command} → ended with exit code {self.exit_code}: {last[:_SUMMARY_CHARACTERS]}"

    def evidence(self, secrets: Iterable[str]) -> EvidenceContent:
        """Show the command and what it said."""
        return _as_text(f"$ {self.command}\n{self.said.rstrip()}\n--- {self.summary}\n", secrets)

    def reproduce(self, secrets: Iterable[str]) -> str | None:
        """Return the command itself."""
        return redact_text(self.command, secrets).text

    def nulled(self) -> Self:
        """A target that comes up whatever it is given, and says nothing."""
        return replace(self, came_up=True, exit_code=None, said="")


def _as_text(text: str, secrets: Iterable[str]) -> EvidenceContent:
    """Show a text up to the limit. Secrets are taken out first: one that is cut in two would not be recognised."""
    written = text.encode(errors="replace")
    searched = written[: TEXT_LIMIT + LOOKAHEAD]
    redacted = redact_text(searched.decode(errors="ignore"), secrets)
    content = redacted.text.encode(errors="replace")
    unsearched = len(written) - len(searched)
    # What stands at the edge of the search may be the beginning of a secret, and a mask can be shorter than what it
    # hides: that edge is never shown.
    shown = content[: min(TEXT_LIMIT, len(content) - LOOKAHEAD if unsearched else TEXT_LIMIT)]
    shown = shown.decode(errors="ignore").encode()
    more = len(content) - len(shown) + unsearched
    if more:
        shown += f"\n… {more} more bytes\n".encode()
    return EvidenceContent(shown, "text/plain", redacted.redactions)
