"""Reasons for not examining a requirement, in words: title and explanation of each reason code."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from reports.results import ReasonCode


class Reason(NamedTuple):
    """A reason code as a reader sees it."""

    title: str
    explanation: str


REASONS: dict[ReasonCode, Reason] = {
    "blocked": Reason("Blocked", "Something they depend on was not there or did not work."),
    "interrupted": Reason("Interrupted", "The run ended before they were examined to the end."),
    "nothing examined": Reason("Nothing examined", "The check ran and found nothing to examine, or too little."),
    "adapter broke": Reason("Adapter broke", "The target's adapter raised an error of its own, to be mended first."),
    "window shut": Reason("Window shut", "The target does not grant what they need to see; its profile can."),
    "not on this machine": Reason(
        "Not on this machine", "A tool that they need is not on the machine of this run, so they are outside its scope."
    ),
    "effect not allowed": Reason("Effect not allowed", "The profile does not allow what they would do to the target."),
    "not claimed": Reason("Not claimed", "The profile does not claim them, so they are outside the scope of this run."),
    "no check yet": Reason("No check yet", "A debt of the specification, not of the target: outside the gate."),
    "": Reason("Other", "The reason stands with the requirement."),
}
"""In the order in which a reader should look at them: what the target can change first."""
