"""The commands of the control protocol: one JSON object a line, read strictly."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from reference_app.supervisor.failures import CommandError
from reference_app.supervisor.options import APPLICATION, VARIABLE_NAME

SERVICES = ("database", "cache", "counters", "application")


class Action(StrEnum):
    """What can be done to one service."""

    STOP = "stop"
    START = "start"
    RESTART = "restart"


@dataclass(frozen=True)
class ServiceCommand:
    """Stop, start or restart one service."""

    action: Action
    service: str


@dataclass(frozen=True)
class Reconfigure:
    """Restart the application with another environment, or another application."""

    changes: dict[str, str | None]
    application: str | None
    """None: the one that runs."""


@dataclass(frozen=True)
class Reset:
    """Back to the content of the start."""


@dataclass(frozen=True)
class Quit:
    """End everything."""


Command = ServiceCommand | Reconfigure | Reset | Quit


def decode_line(line: str) -> dict[str, Any]:
    """The JSON object of one line; raises ``CommandError``."""
    try:
        value = json.loads(line)
    except ValueError as error:
        raise CommandError(f"a command is one JSON object on one line: {error}") from error
    if not isinstance(value, dict):
        raise CommandError("a command is one JSON object on one line")
    return value


def parse_command(members: dict[str, Any]) -> Command:
    """The command that these members name; raises ``CommandError`` on anything unknown, missing or misspelt."""
    name = members.get("command")
    parse = _PARSERS.get(name) if isinstance(name, str) else None
    if parse is None:
        raise CommandError(f"command is one of {', '.join(_PARSERS)}, not {name!r}")
    given = {key: value for key, value in members.items() if key not in {"id", "command"}}
    return parse(given)


def _parse_service_command(action: Action) -> Callable[[dict[str, Any]], Command]:
    def parse(given: dict[str, Any]) -> Command:
        _refuse_unknown(given, {"service"})
        service = given.get("service")
        if service not in SERVICES:
            raise CommandError(f"service is one of {', '.join(SERVICES)}, not {service!r}")
        return ServiceCommand(action, service)

    return parse


def _parse_reconfigure(given: dict[str, Any]) -> Command:
    _refuse_unknown(given, {"set", "application"})
    changes = given.get("set", {})
    if not isinstance(changes, dict) or not all(value is None or isinstance(value, str) for value in changes.values()):
        raise CommandError("set is an object of strings, or of null to take a change back")
    for name, value in changes.items():
        if not VARIABLE_NAME.fullmatch(name):
            raise CommandError(f"{name!r} is no name of a variable")
        if value is not None and "\0" in value:
            raise CommandError(f"{name} holds a NUL, which no variable can")
    application = given.get("application")
    if application is not None and not (isinstance(application, str) and APPLICATION.fullmatch(application)):
        raise CommandError(f"application is of the form MODULE:ATTRIBUTE, not {application!r}")
    return Reconfigure(changes, application)


def _parse_reset(given: dict[str, Any]) -> Command:
    _refuse_unknown(given, set())
    return Reset()


def _parse_quit(given: dict[str, Any]) -> Command:
    _refuse_unknown(given, set())
    return Quit()


def _refuse_unknown(given: dict[str, Any], known: set[str]) -> None:
    unknown = sorted(given.keys() - known)
    if unknown:
        raise CommandError(f"unknown member {unknown[0]!r}")


_PARSERS: dict[str, Callable[[dict[str, Any]], Command]] = {
    **{str(action): _parse_service_command(action) for action in Action},
    "reconfigure": _parse_reconfigure,
    "reset": _parse_reset,
    "quit": _parse_quit,
}
