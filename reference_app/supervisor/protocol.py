"""The control protocol (docs/control-protocol.md): commands read strictly, messages out, progress for people."""

import json
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from reference_app.supervisor.options import APPLICATION, VARIABLE_NAME
from reference_app.supervisor.supervisor_errors import CommandError, EndRequested

VERSION = 2
ServiceName = Literal["database", "cache", "counters", "application"]


def _without_nul(text: str) -> str:
    if "\0" in text:
        raise ValueError("holds a NUL, which no variable and no argument can")
    return text


def _variable_name(name: str) -> str:
    if not VARIABLE_NAME.fullmatch(name):
        raise ValueError("is no name of a variable")
    return name


def _application(name: str) -> str:
    if not APPLICATION.fullmatch(name):
        raise ValueError("is not of the form MODULE:ATTRIBUTE")
    return name


Text = Annotated[str, AfterValidator(_without_nul)]


class ControlCommand(BaseModel):
    """One line of standard input."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    id: object = None
    """Any JSON value; the answer repeats it."""
    command: str


class ServiceCommand(ControlCommand):
    """Stop, start, restart, suspend or resume one service."""

    command: Literal["stop", "start", "restart", "suspend", "resume"]
    service: ServiceName


class KillCommand(ControlCommand):
    """Kill one worker of a service, or all of its processes, with SIGKILL."""

    command: Literal["kill"]
    service: ServiceName
    which: Literal["worker", "all"] = "all"


class ReloadCommand(ControlCommand):
    """Replace the workers of the application while it answers."""

    command: Literal["reload"]
    service: Literal["application"]


class RunCommand(ControlCommand):
    """Run one of the announced commands in the environment of the application."""

    command: Literal["run"]
    name: str
    arguments: list[Text] = []


class ReconfigureCommand(ControlCommand):
    """Restart the application with another environment, or another application."""

    command: Literal["reconfigure"]
    changes: dict[Annotated[str, AfterValidator(_variable_name)], Text | None] = Field(default={}, alias="set")
    application: Annotated[str, AfterValidator(_application)] | None = None
    """None: the one that runs."""


class ResetCommand(ControlCommand):
    """Go back to the content of the start."""

    command: Literal["reset"]


class RestoreCommand(ControlCommand):
    """Go back to the content of the start by its copy, with new workers that remember nothing."""

    command: Literal["restore"]


class QuitCommand(ControlCommand):
    """End everything."""

    command: Literal["quit"]


AnyCommand = (
    ServiceCommand
    | KillCommand
    | ReloadCommand
    | RunCommand
    | ReconfigureCommand
    | ResetCommand
    | RestoreCommand
    | QuitCommand
)
COMMANDS: tuple[str, ...] = tuple(
    name for model in get_args(AnyCommand) for name in get_args(model.model_fields["command"].annotation)
)
_READER: TypeAdapter[AnyCommand] = TypeAdapter(Annotated[AnyCommand, Field(discriminator="command")])

_IN_JSON = {"string_type": "a string", "dict_type": "an object", "list_type": "a list"}


def decode_line(line: str) -> dict[str, Any]:
    """Read the JSON object of one line; raises ``CommandError``."""
    try:
        value = json.loads(line)
    except ValueError as error:
        raise CommandError(f"a command is one JSON object on one line: {error}") from error
    if not isinstance(value, dict):
        raise CommandError("a command is one JSON object on one line")
    return value


def parse_command(members: Mapping[str, Any]) -> AnyCommand:
    """Read the command that these members name; raises ``CommandError`` on anything unknown, missing or misspelt."""
    try:
        return _READER.validate_python(members)
    except ValidationError as error:
        raise CommandError(_explain(error, members)) from error


def _explain(error: ValidationError, members: Mapping[str, Any]) -> str:
    """Describe the first thing that is wrong, in one sentence."""
    first = error.errors(include_url=False)[0]
    kind, value = first["type"], first["input"]
    # The name of the command comes first; "[key]" stands behind a key that is wrong itself.
    place = [str(step) for step in first["loc"][1:] if step not in {"[key]", "nullable"}]
    if kind.startswith("union_tag"):
        return f"command is one of {', '.join(COMMANDS)}, not {members.get('command')!r}"
    if kind == "extra_forbidden":
        return f"the command {members['command']} has no member {place[-1]!r}"
    if kind == "missing":
        return f"the command {members['command']} needs the member {place[-1]!r}"
    name = ".".join(place)
    if kind == "value_error":
        return f"{name} {first['ctx']['error']}, it is {value!r}"
    wanted = _IN_JSON.get(kind) or first["msg"].removeprefix("Input should be ")
    return f"{name} has to be {wanted}, not {value!r}"


def send(message: Mapping[str, object]) -> None:
    """Write one message, complete when it appears; raises ``EndRequested`` when no reader is left."""
    try:
        sys.stdout.write(json.dumps(message) + "\n")
        sys.stdout.flush()
    except BrokenPipeError as error:
        raise EndRequested from error


def report(message: str) -> None:
    """Write one line for people on standard error; that nothing reads it any more is no reason to fail."""
    with suppress(BrokenPipeError, ValueError):
        sys.stderr.write(f"[supervisor] {message}\n")
        sys.stderr.flush()


@contextmanager
def timed(message: str) -> Iterator[None]:
    """Report ``message`` with the seconds that the block took, when it succeeds."""
    started = time.monotonic()
    yield
    report(f"{message} in {time.monotonic() - started:.1f} s")
