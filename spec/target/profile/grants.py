"""The answers to the question if a target grants what a requirement needs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

AUTOMATIC: Final = "auto:"
"""Begins a capability that is granted where the machine of the run has what it takes."""


class GrantState(StrEnum):
    """Yes, no, or not on this machine."""

    GRANTED = "granted"
    SHUT = "shut"
    """The target does not grant it: what needs it is not tested, and stays in the scope of the run."""
    ABSENT = "absent here"
    """The target leaves it to the machine, and this one has none: what needs it is out of the scope of the run."""


@dataclass(frozen=True, slots=True)
class Grant:
    """An answer, and the sentence that a reader is told."""

    answer: GrantState
    sentence: str
