"""The powers over a target's processes: what a ready message announces of them, and what a profile says instead.

A started target has them by the control protocol. One that runs already has those for which its profile gives commands,
which the run executes on this machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final, Self

from pydantic import AfterValidator, Field, create_model, model_validator

from reports.strict_model import StrictModel
from spec.catalogue import Need
from spec.target.control.services import Service
from spec.target.windows.option_types import Command, FilledText

PAIRS: Final = (("stop", "start"), ("suspend", "resume"))
"""Verbs of which the second takes the first back."""


class CommandTable(StrictModel):
    """A table of commands under fixed names."""

    @property
    def commands(self) -> dict[str, str]:
        """The commands that are given, by their names in the file."""
        return self.model_dump(by_alias=True, exclude_none=True)


class PairedCommands(CommandTable):
    """Commands that come in pairs: to stop a service and not be able to start it helps nobody."""

    @model_validator(mode="after")
    def _come_in_pairs(self) -> Self:
        given = self.commands
        for name in given:
            verb, service = name.split()
            other = next(
                f"{back if verb == forth else forth} {service}" for forth, back in PAIRS if verb in {forth, back}
            )
            if other not in given:
                raise ValueError(f"has {name!r} and no {other!r}; the two belong together")
        return self


def _optional_command(name: str, meaning: str) -> Any:
    return (Annotated[Command | None, Field(alias=name, description=meaning)], None)


_MEANINGS: Final = {
    "stop": "Stop the {0}; ends when it no longer runs.",
    "start": "Start the {0}; ends when it accepts connections.",
    "suspend": "Suspend every process of the {0}, so that it accepts connections and answers nothing.",
    "resume": "Let the {0} go on.",
}
_NEW_WORKERS: Final = "and prints the process ids of the new workers, one a line or separated by spaces"
if TYPE_CHECKING:
    # A type checker knows no model that is made of a list; both have the attribute that is used.
    ServicesTable = PairedCommands
    ProcessesTable = CommandTable
else:
    ServicesTable = create_model(
        "ServicesTable",
        __base__=PairedCommands,
        __doc__="Commands that stop and start, suspend and resume the services of a target that runs already.",
        **{
            f"{verb}_{service}": _optional_command(f"{verb} {service}", meaning.format(service))
            for service in Service
            for verb, meaning in _MEANINGS.items()
        },
    )
    ProcessesTable = create_model(
        "ProcessesTable",
        __base__=CommandTable,
        __doc__="Commands that end or renew processes of a target that runs already.",
        kill_worker=_optional_command(
            "kill worker", f"Kill one worker of the application; ends when another one runs, {_NEW_WORKERS}."
        ),
        kill_workers=_optional_command(
            "kill workers",
            f"Kill every worker of the application, and not their parent; ends when other ones run, {_NEW_WORKERS}.",
        ),
        reload=_optional_command(
            "reload", f"Renew the application's workers; ends when all of them are new, {_NEW_WORKERS}."
        ),
        **{
            f"kill_{service}": _optional_command(
                f"kill {service}",
                f"Kill every process of the {service}; prints the ids of the processes that it killed.",
            )
            for service in Service
        },
    )


class AnnouncedProcesses(StrictModel):
    """Process ids of the services, in a ready message; the application's is the one that its workers descend from."""

    database: int | None = None
    cache: int | None = None
    counters: int | None = None
    application: int | None = None

    @property
    def pids(self) -> dict[Service, int]:
        """The ids that are announced."""
        return {service: pid for service in Service if (pid := getattr(self, service.value)) is not None}


def _distinct(names: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(names)) != len(names):
        raise ValueError("has to name each command once")
    return names


class AnnouncedCommands(StrictModel):
    """Names of the commands that the target runs in its application's environment, in a ready message."""

    names: Annotated[tuple[FilledText, ...], AfterValidator(_distinct)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Power:
    """One power: the capability that stands for it, and the table of a profile that grants it."""

    name: str
    """Table of a profile and, where it is announced, member of a ready message."""
    gives: str
    """A few words for the tables of the documentation."""
    need: Need
    announced: type[StrictModel] | None = None
    required: tuple[str, ...] = ()
    """Commands without which a profile that claims the capability grants too little to begin with."""


POWERS: Final = (
    Power(
        name="services",
        gives="stopping and suspending what the shop stands on: readiness, outages, recovery",
        need=Need.SERVICES,
        # To stop one service and find that the other cannot be stopped helps nobody.
        required=("stop database", "start database", "stop cache", "start cache"),
    ),
    Power(
        name="processes",
        gives="killing and renewing workers",
        need=Need.PROCESS,
        announced=AnnouncedProcesses,
    ),
    Power(
        name="commands",
        gives="what the application says of itself: routes, OpenAPI documents, deployment check, migrations",
        need=Need.COMMANDS,
        announced=AnnouncedCommands,
    ),
)
