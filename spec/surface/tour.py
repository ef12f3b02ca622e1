"""The tour: one visit for each point of the surface, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from spec.target.circumstances import Identity
from spec.target.exchange import Exchange


class CellState(StrEnum):
    """The end of a visit."""

    EXAMINED = "examined"
    """The answer was of the kind that was to be provoked."""
    ABSENT = "absent"
    """The target does not have it: it says so, or gave another answer that it may give."""
    FAILED = "failed"
    """The target failed (5xx) where a refusal was to be provoked: an answer to judge, and not one of the kind."""
    OUT_OF_REACH = "out of reach"
    """The target has it, but this run was not granted what it takes to see it."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A point of the surface: an operation asked in one way, as one identity, for one kind of answer."""

    resource: str
    """The template of its path, or a word for what has none, such as "outside of the interface"."""
    version: str
    """The base path of its version; empty outside of all of them."""
    method: str
    identity: Identity
    kind: str
    """The kind of answer to be provoked: "success", "unknown id", "budget spent"; see `kinds_of_answer.py`."""

    @property
    def label(self) -> str:
        """Names it in coverage: as whom, what, and which kind of answer."""
        return f"{self.method} {self.resource} as {self.identity}: {self.kind}"


@dataclass(frozen=True, slots=True)
class Visit:
    """A visited cell: its state, the exchange where there was one, and the reason where it was not examined."""

    cell: Cell
    state: CellState
    exchange: Exchange | None = None
    reason: str = ""


@dataclass
class Tour:
    """The visits of a tour. `ended_early` says why where it did not come to its end."""

    visits: list[Visit] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    ended_early: str = ""
    is_reported: bool = False
    """The report of the run has its notes and its coverage."""

    @property
    def there(self) -> Sequence[Visit]:
        """The visits of what the target has."""
        return [visit for visit in self.visits if visit.state is not CellState.ABSENT]

    def of_kind(self, kind: str) -> Iterator[Visit]:
        """Yield the visits that were to provoke one kind of answer."""
        return (visit for visit in self.visits if visit.cell.kind == kind)

    def in_state(self, state: CellState) -> Sequence[Visit]:
        """List the visits of a state."""
        return [visit for visit in self.visits if visit.state is state]
