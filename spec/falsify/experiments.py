"""Experiments: something wrong, the requirements that have to notice, and what was seen of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import assert_never

from reports.verdicts import Verdict
from spec.falsify.fault_modules import FaultModule
from spec.falsify.nulls.null_answers import HttpNull
from spec.target.observations import ObservationKind


@dataclass(frozen=True, slots=True)
class WholeNull:
    """A server that answers every request in one way, in place of the shop."""

    answers: HttpNull

    @property
    def id(self) -> str:
        """Its name."""
        return f"null:whole:{self.answers}"


@dataclass(frozen=True, slots=True)
class ExchangeNull:
    """The untouched shop behind a proxy that answers the exchanges under examination in one way."""

    answers: HttpNull

    @property
    def id(self) -> str:
        """Its name."""
        return f"null:exchange:{self.answers}"


@dataclass(frozen=True, slots=True)
class ObservationNull:
    """The untouched shop, of which a check sees nothing in one way of seeing it: an empty log, no rows, silence."""

    kind: ObservationKind

    @property
    def id(self) -> str:
        """Its name, without spaces."""
        return f"null:{self.kind.replace(' ', '-')}"


Wrong = FaultModule | WholeNull | ExchangeNull | ObservationNull
"""Anything that a check must not be content with."""


@dataclass(frozen=True, slots=True)
class Experiment:
    """One run of falsify: something wrong, and the requirements that have to notice."""

    wrong: Wrong
    requirements: tuple[str, ...]

    @property
    def id(self) -> str:
        """Names it on the command line and in the files of kills."""
        return self.wrong.id


@dataclass(frozen=True, slots=True)
class ExperimentVerdict:
    """A requirement's verdict in an experiment."""

    verdict: Verdict
    outcomes: tuple[str, ...] = ()
    """The codes of its checks that turned red, each once."""
    reason: str = ""
    kinds: frozenset[ObservationKind] = frozenset()
    """The ways in which its checks looked at the target."""
    in_scope: bool = True
    """False where this machine lacks a window, such as a browser, that is opened only where it is found."""
    seconds: float = 0
    """The time that its checks took."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Result of one experiment: verdicts by requirement, or the reason why it showed nothing."""

    experiment: Experiment
    verdicts: Mapping[str, ExperimentVerdict]
    failure: str = ""

    def killed(self, requirement: str) -> bool:
        """Return whether the requirement noticed.

        A fault has to turn it red in the way that its module names: a shop that is broken otherwise shows nothing
        about the check. A whole null must never leave it met; much is blocked there by what does not work at all, and
        that is not green either. Where only the examined exchanges are nulled, or a window shows nothing, the check
        has to see the target fail, or to find itself without what it stands on: then it is not tested, never met.
        """
        seen = self.verdicts.get(requirement)
        if seen is None:
            return False
        match self.experiment.wrong:
            case FaultModule(outcomes=outcomes):
                return seen.verdict is Verdict.FAIL and not outcomes[requirement].isdisjoint(seen.outcomes)
            case WholeNull():
                return seen.verdict not in {Verdict.PASS, Verdict.NOT_APPLICABLE, Verdict.ERROR}
            case ExchangeNull() | ObservationNull():
                return seen.verdict in {Verdict.FAIL, Verdict.NOT_TESTED}
            case unknown:
                assert_never(unknown)

    def outcome(self, requirement: str) -> str | None:
        """Return the code with which it turned red: the one that the fault names, where it was seen."""
        seen, wrong = self.verdicts.get(requirement), self.experiment.wrong
        if seen is None:
            return None
        expected = wrong.outcomes[requirement] if isinstance(wrong, FaultModule) else frozenset()
        return next((one for one in seen.outcomes if one in expected), next(iter(seen.outcomes), None))
