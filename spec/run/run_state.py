"""One run's state: which target, what was selected, which shops are open, what was seen so far."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from reports.results import CheckResult, Coverage, Ended, Evidence, Metric, ReasonCode
from spec.catalogue import Catalogue, Requirement
from spec.run.first_contact import NotAShop, prove
from spec.target.connection import Connection, TargetUnreachable
from spec.target.profile.profile_model import Profile
from spec.target.recording import Recorder
from spec.target.shop import Shop
from spec.target.source_addresses import SourceAddresses


@dataclass(frozen=True, slots=True)
class Selection:
    """What a run examines: everything, or areas, chapters and single requirements together."""

    requirements: frozenset[str] | None = None
    """None for everything."""
    sentence: str = "everything"
    """The selection in words."""

    def holds(self, requirement: Requirement) -> bool:
        """Whether the requirement is selected."""
        return self.requirements is None or requirement.id in self.requirements


@dataclass(frozen=True, slots=True)
class Gap:
    """Why a requirement is not examined in this run."""

    code: ReasonCode
    reason: str
    in_scope: bool


@dataclass
class RunState:
    """The run itself. Shops are opened when the first check asks for them."""

    catalogue: Catalogue
    profile: Profile
    selection: Selection
    run_id: str
    folder: Path
    seed: int
    quick: bool
    command: str
    progress: Callable[[str], None]
    prove_first: bool = True
    recorder: Recorder = field(default_factory=Recorder)
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    checks: dict[str, list[CheckResult]] = field(default_factory=dict)
    reason_codes: dict[str, ReasonCode] = field(default_factory=dict)
    planned: dict[str, set[str]] = field(default_factory=dict)
    """For each requirement the checks that a whole verdict on it takes, by their node ids."""
    metrics: list[Metric] = field(default_factory=list)
    evidence: dict[str, Evidence] = field(default_factory=dict)
    coverages: list[Coverage] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    ended: Ended = Ended.COMPLETE

    def __post_init__(self) -> None:
        self._addresses = SourceAddresses(self.run_id)
        self._connection = Connection(
            self.profile, addresses=self._addresses, recorder=self.recorder, progress=self.progress
        )
        self._shops: dict[tuple[tuple[str, str], ...], Shop] = {}
        self._no_shop: str | None = None
        self._unreachable: str | None = None

    def random(self, purpose: str) -> random.Random:
        """A source of repeatable choices for one purpose."""
        return random.Random(f"{self.seed}/{purpose}")  # noqa: S311 - repeatable, not secret

    def gap(self, requirement: Requirement, effects: frozenset[str]) -> Gap | None:
        """Why this requirement's check cannot run against this target, or None where it can."""
        if not self.profile.claims(requirement.chapter):
            return Gap("not claimed", f"the profile does not claim the chapter {requirement.chapter}", in_scope=False)
        for need in requirement.needs:
            if str(need) not in self.profile.capabilities:
                return Gap("window shut", f"the target does not grant {need}", in_scope=True)
        for effect in sorted(effects):
            if effect not in self.profile.effects:
                return Gap("effect not allowed", f"the profile does not allow a check that {effect}", in_scope=True)
        return None

    def shipped(self) -> Shop:
        """The target as it is deployed."""
        return self._open({})

    def roomy(self) -> Shop:
        """The same code with its limits out of the way; the target itself where it cannot be started by the run."""
        start = self.profile.start
        return self._open(start.roomy if start else {})

    def with_settings(self, **settings: str) -> Shop:
        """The same code with other settings, named as the profile's [start.settings] names them."""
        return self._open(self._connection.settings(**settings))

    def _open(self, settings: Mapping[str, str]) -> Shop:
        # Whatever stopped the first shop from opening stops all others: say it again instead of waiting again.
        if self._unreachable:
            raise TargetUnreachable(self._unreachable)
        if self._no_shop:
            raise NotAShop(self._no_shop)
        key = tuple(sorted(settings.items()))
        if key not in self._shops:
            try:
                shop = self._connection.open(settings)
            except TargetUnreachable as error:
                self._unreachable = str(error)
                self.ended = Ended.UNREACHABLE
                raise
            if self.prove_first and not self._shops:
                self._prove(shop)
            self._shops[key] = shop
        return self._shops[key]

    def _prove(self, shop: Shop) -> None:
        try:
            prove(shop)
        except NotAShop as error:
            self._no_shop = f"what answers at {shop.endpoint.base_url} is no shop: {error}"
            self.warnings.append(self._no_shop)
            raise NotAShop(self._no_shop) from error

    @property
    def open_shops(self) -> tuple[Shop, ...]:
        """The shops that were opened, in that order."""
        return tuple(self._shops.values())

    def close(self) -> None:
        """Close every shop."""
        self._connection.close()
