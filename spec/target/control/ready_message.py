"""The first line of a started target: its address and what it grants, read strictly (docs/control-protocol.md)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Literal

from pydantic import create_model

from reports.strict_model import StrictModel, validate
from spec.target.control.powers import AnnouncedCommands, AnnouncedProcesses
from spec.target.windows.option_types import FilePath, FilledText
from spec.target.windows.registry import REGISTRY

NAMED: Final = "the target's ready message"


class AnnouncedWindows(StrictModel):
    """The powers that a ready message announces; the windows are added from the registry."""

    processes: AnnouncedProcesses | None = None
    commands: AnnouncedCommands | None = None


if TYPE_CHECKING:
    # A type checker knows no model that is made of a list.
    ReadyWindows = AnnouncedWindows
else:
    ReadyWindows = create_model(
        "ReadyWindows",
        __base__=AnnouncedWindows,
        **{window.name: (window.options | None, None) for window in REGISTRY},
    )


class ReadyMessage(StrictModel):
    """Everything that a started target says of itself."""

    event: Literal["ready"]
    protocol: Literal[2]
    base_url: FilledText
    """The address at which the shop answers."""
    ca_certificate: FilePath | None = None
    """The authority that signed its certificate; the system's authorities where it is missing."""
    pid: int | None = None
    """The process that speaks."""
    windows: ReadyWindows = ReadyWindows()
    identity: dict[str, str | None] = {}
    """The code and the settings, as the report names them."""

    @property
    def options(self) -> dict[str, StrictModel]:
        """The options of each window that is announced, by its name."""
        announced = {window.name: getattr(self.windows, window.name) for window in REGISTRY}
        return {name: options for name, options in announced.items() if options is not None}

    @property
    def known_identity(self) -> dict[str, str]:
        """The members of the identity that have a value."""
        return {name: value for name, value in self.identity.items() if value is not None}


def read_ready_message(line: Mapping[str, Any]) -> ReadyMessage:
    """Read the message. Raises InvalidContent with one sentence, without a secret of it."""
    return validate(ReadyMessage, line, NAMED)
