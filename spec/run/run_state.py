"""The state of one run: its target and selection, the shops that are open, the records made so far."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from reports.results import Ended
from spec.catalogue import Catalogue
from spec.checking.check_record import CheckRecord
from spec.checking.examination import Examination
from spec.checking.rule_ledger import RuleLedger
from spec.run.collection import PlannedCheck
from spec.run.first_contact import NotAShop, prove
from spec.run.scope import Selection
from spec.surface.known import learn_target
from spec.surface.tour import Tour
from spec.surface.touring import Tourist
from spec.target.adapters import AdapterBroke, find_adapter_fault
from spec.target.connection import Connection, TargetUnreachable
from spec.target.exchange import Exchange
from spec.target.observations import ObservationKind
from spec.target.profile.profile_model import Profile
from spec.target.recording import NULL_VARIABLE, Recorder
from spec.target.shop import Shop
from spec.target.source_addresses import SourceAddresses
from spec.target.verbs import ShopVerbs


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
    tell_kills: bool = True
    """Write what falsify saw into the results."""
    until_broken: bool = False
    """End the tour once every requirement with a rule is broken."""
    recorder: Recorder = field(default_factory=lambda: Recorder(_nulled_kind()))
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    planned: tuple[PlannedCheck, ...] = ()
    """The selected checks, those that cannot run included. Set once, when they are collected."""
    records: list[CheckRecord] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    ended: Ended = Ended.COMPLETE

    def __post_init__(self) -> None:
        self._addresses = SourceAddresses(self.run_id)
        self._connection = Connection(
            self.profile, addresses=self._addresses, recorder=self.recorder, progress=self.progress
        )
        self._shops: dict[bool, Shop] = {}
        self._no_shop: str | None = None
        self.let_in: Exchange | None = None
        """The exchange of the proof in which a wrong password was let in."""
        self._tour: Tour | None = None
        self.ledger = RuleLedger()
        self._unreachable: str | None = None

    def random(self, purpose: str) -> random.Random:
        """A source of repeatable choices for one purpose."""
        return random.Random(f"{self.seed}/{purpose}")  # noqa: S311 - repeatable, not secret

    def shipped(self) -> Shop:
        """Return the target as it is deployed."""
        return self._open(roomy=False)

    def roomy(self) -> Shop:
        """Return the same code with its limits out of the way; the target itself where it cannot be started so."""
        start = self.profile.start
        return self._open(roomy=bool(start and start.roomy))

    def _open(self, *, roomy: bool) -> Shop:
        # Whatever stopped the first shop from opening stops all others: say it again instead of waiting again.
        if self._unreachable:
            raise TargetUnreachable(self._unreachable)
        if self._no_shop:
            raise NotAShop(self._no_shop)
        if roomy not in self._shops:
            try:
                shop = self._connection.open(roomy=roomy)
            except TargetUnreachable as error:
                self._unreachable = str(error)
                self.ended = Ended.UNREACHABLE
                raise
            if self.prove_first and not self._shops:
                self._prove(shop)
            if not self._shops and self.ledger.entries:
                self.ledger.learn(learn_target(shop))
            self._shops[roomy] = shop
        return self._shops[roomy]

    @property
    def has_toured(self) -> bool:
        """Tell if the tour was begun."""
        return self._tour is not None

    def tour(self) -> Tour:
        """Take the tour of the target's surface, once in a run."""
        if self._tour is None:
            # Made first: a tour that ends early is judged as one that did.
            self._tour = Tour(ended_early="the tour of the surface did not come to its end")
            tourist = Tourist(
                self.roomy(),
                self.shipped(),
                self._tour,
                # A whole tour costs little where it ends with the first breach, and goes wherever a fault may be.
                quick=self.quick and not self.until_broken,
                chance=self.random("tour"),
                enough=lambda: self.until_broken and self.ledger.is_broken_throughout(),
            )
            with self.recorder.aside():
                is_whole = tourist.travel()
            if is_whole:
                self._tour.ended_early = ""
        return self._tour

    def _prove(self, shop: Shop) -> None:
        try:
            self.let_in = prove(shop)
        except NotAShop as error:
            self._no_shop = f"what answers at {shop.endpoint.base_url} is no shop: {error}"
            self.warnings.append(self._no_shop)
            raise NotAShop(self._no_shop) from error
        except Exception as error:
            fault = find_adapter_fault(error, self.adapter)
            if fault is None:
                raise
            raise AdapterBroke(fault) from error
        if self.let_in is not None:
            self.warnings.append(f"a wrong password was let in: {self.let_in.summary}")

    @property
    def adapter(self) -> type[ShopVerbs]:
        """The class that speaks to the target: what it raises of its own is its fault."""
        return self._connection.adapter

    @property
    def open_shops(self) -> tuple[Shop, ...]:
        """The shops that were opened, in that order."""
        return tuple(self._shops.values())

    def close(self) -> None:
        """Close every shop."""
        self._connection.close()


def _nulled_kind() -> ObservationKind | None:
    """Return the kind of observation that falsify has asked to null in this run."""
    named = os.environ.get(NULL_VARIABLE)
    return ObservationKind(named) if named else None


RUN_STATE: Final = pytest.StashKey[RunState]()
EXAMINATION: Final = pytest.StashKey[Examination]()
