"""What an experiment showed, and what counts as noticed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reports.verdicts import Verdict
from spec.falsify.experiment_run import Seen
from spec.falsify.experiments import Experiment


@dataclass(frozen=True, slots=True)
class Finding:
    """What one experiment showed: verdicts by requirement, or why it showed nothing."""

    experiment: Experiment
    verdicts: Mapping[str, Seen]
    failure: str = ""

    def killed(self, requirement: str) -> bool:
        """Whether the requirement noticed.

        A fault has to turn it red in the way that its file names: a shop that is broken otherwise shows nothing about
        the check. A null must never leave it met: under a whole null much is blocked by what does not work at all,
        which is not green either; where only the examined exchange is nulled, the target has to be seen to fail.
        """
        seen = self.verdicts.get(requirement)
        if seen is None:
            return False
        if self.experiment.fault is not None:
            expected = self.experiment.fault.outcomes[requirement]
            return seen.verdict is Verdict.FAIL and not expected.isdisjoint(seen.outcomes)
        if self.experiment.whole:
            return seen.verdict not in {Verdict.PASS, Verdict.NOT_APPLICABLE, Verdict.ERROR}
        return seen.verdict is Verdict.FAIL

    def outcome(self, requirement: str) -> str | None:
        """The code with which it turned red: the one that the fault names, where it was seen."""
        seen, fault = self.verdicts.get(requirement), self.experiment.fault
        if seen is None:
            return None
        expected = fault.outcomes[requirement] if fault is not None else frozenset()
        return next((one for one in seen.outcomes if one in expected), next(iter(seen.outcomes), None))
