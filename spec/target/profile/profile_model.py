"""A target's profile: where a backend is, how it is spoken to, what it claims, grants and promises."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

CHAPTERS_ALL: Final = "all"


class Effect(StrEnum):
    """What a check does to a target. A profile allows a set of them."""

    READS = "reads"
    WRITES = "writes"
    SIGNS_IN = "signs in"
    LOADS = "loads"
    BREAKS = "breaks"


class ProfileError(Exception):
    """The profile cannot be used. The message names the file, the key and what would be right."""


@dataclass(frozen=True, slots=True)
class StartPlan:
    """How a run starts the target by itself: a command that speaks the control protocol.

    `settings` maps the settings of the catalogue ("burst_limit") to the target's environment variables; `roomy` holds
    the environment of the second start, whose limits are out of the way.
    """

    command: tuple[str, ...]
    ready_within_seconds: float = 120.0
    settings: Mapping[str, str] = field(default_factory=dict)
    roomy: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AddressPlan:
    """Where a target that runs already listens."""

    base_url: str
    ca_certificate: Path | None = None


@dataclass(frozen=True, slots=True)
class WindowPlan:
    """What a target that runs already lets us look into. A started target announces the same by itself."""

    staff_email: str | None = None
    staff_password_variable: str | None = None
    database_url: str | None = None
    database_log: Path | None = None
    cache_url: str | None = None
    log_file: Path | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """A target as its owner describes it."""

    name: str
    path: Path
    address: AddressPlan | None
    start: StartPlan | None
    capabilities: frozenset[str]
    chapters: frozenset[str]
    effects: frozenset[Effect]
    policies: Mapping[str, object] = field(default_factory=dict)
    adapter_module: str = "spec.target.adapters.rest"
    adapter_paths: Mapping[str, str] = field(default_factory=dict)
    windows: WindowPlan = field(default_factory=WindowPlan)
    log_fields: Mapping[str, str] = field(default_factory=dict)
    commands: Mapping[str, str] = field(default_factory=dict)
    timeout_seconds: float = 10.0

    def claims(self, chapter: str) -> bool:
        """Whether the target wants to be judged by this chapter."""
        return CHAPTERS_ALL in self.chapters or chapter in self.chapters

    def policy_number(self, name: str, default: float) -> float:
        """A policy that is a number (the reader has seen to that), or the default where it is not declared."""
        return float(str(self.policies.get(name, default)))
