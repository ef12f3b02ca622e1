"""The windows of one shop, put together from what its profile says, what it announces, and what this machine has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from reports.strict_model import StrictModel, explain
from spec.target.profile.grants import GrantState
from spec.target.profile.profile_model import Profile, ProfileError
from spec.target.windows import WindowUnusable
from spec.target.windows.option_types import resolve_options
from spec.target.windows.registry import REGISTRY, Windows
from spec.target.windows.window import Closeable, Window, WindowContext


@dataclass
class Sinks:
    """The sinks that listen for one target: opened ones, the settings that name them, and why others are shut."""

    opened: dict[str, object] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)
    shut: dict[str, str] = field(default_factory=dict)

    def open(self, window: Window[Any, Any], options: StrictModel, context: WindowContext) -> str | None:
        """Begin to listen; return the address that a target has to be given, None where none can be had."""
        try:
            sink = window.open(options, context)
        except WindowUnusable as error:
            self.shut[window.name] = str(error)
            return None
        self.opened[window.name] = sink
        return str(sink.address)


def profile_options(profile: Profile, environment: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Read the options that a profile names of each window, secrets included. Raises ProfileError with one sentence."""
    found: dict[str, dict[str, Any]] = {}
    for window in REGISTRY:
        given = getattr(profile.windows, window.name)
        if given is None:
            continue
        place = f"{profile.path}: [windows.{window.name}]"
        try:
            found[window.name] = resolve_options(given, environment)
            if profile.start is None:
                # A variable may hold anything; the file itself has been checked.
                window.options.model_validate(found[window.name])
        except LookupError as error:
            raise ProfileError(f"{place}: the environment variable {error.args[0]} is not set") from error
        except ValidationError as error:
            raise ProfileError(explain(error, window.options, place)) from error
    return found


@contextmanager
def sinks_of_start(profile: Profile, context: WindowContext) -> Iterator[Sinks]:
    """Open the sinks that a started target is told of. They close where the block fails; else they are its shop's."""
    variables = profile.start.settings if profile.start else {}
    sinks = Sinks()
    with ExitStack() as closing:
        for window in REGISTRY:
            if window.setting is None or not _is_granted(profile, window):
                continue
            if window.setting not in variables:
                grants = f"the target grants {window.need}"
                sinks.shut[window.name] = f"{grants}, but [start.settings] names no variable for {window.setting!r}"
                continue
            address = sinks.open(window, window.options(), context)
            if address is not None:
                sinks.settings[variables[window.setting]] = address
                closing.callback(_close, sinks.opened[window.name])
        yield sinks
        closing.pop_all()


def windows_of_start(
    profile: Profile,
    announced: Mapping[str, StrictModel],
    options: Mapping[str, dict[str, Any]],
    context: WindowContext,
    sinks: Sinks,
) -> Windows:
    """Put the windows of a started target together: its profile adds to what it announces."""
    given = _defaults(profile)
    for window in REGISTRY:
        told = announced.get(window.name)
        said = {name: getattr(told, name) for name in told.model_fields_set} if told else {}
        named = {**options.get(window.name, {}), **said}
        if named and window.setting is None and not set(_required(window)) - named.keys():
            given[window.name] = window.options.model_validate(named)
    return Windows(context, given, opened=sinks.opened, shut=sinks.shut)


def windows_of_address(profile: Profile, options: Mapping[str, dict[str, Any]], context: WindowContext) -> Windows:
    """Put the windows of a target that runs already together. Its sinks listen from now on."""
    sinks, given = Sinks(), _defaults(profile)
    for window in REGISTRY:
        if window.name in options:
            given[window.name] = window.options.model_validate(options[window.name])
            if window.setting is not None:
                sinks.open(window, given.pop(window.name), context)
    return Windows(context, given, opened=sinks.opened, shut=sinks.shut)


def _required(window: Window[Any, Any]) -> list[str]:
    return [name for name, option in window.options.model_fields.items() if option.is_required()]


def _defaults(profile: Profile) -> dict[str, StrictModel]:
    """Give the windows that take no word of the profile their default options, as far as they are granted."""
    return {
        window.name: window.options() for window in REGISTRY if window.needs_no_table and _is_granted(profile, window)
    }


def _is_granted(profile: Profile, window: Window[Any, Any]) -> bool:
    return window.need is None or profile.grants(window.need).answer is GrantState.GRANTED


def _close(opened: object) -> None:
    if isinstance(opened, Closeable):
        opened.close()
