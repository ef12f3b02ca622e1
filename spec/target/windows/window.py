"""The form of a window: its name, what it needs, its options, and how it opens."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Generic, Protocol, Self, TypeVar, overload, runtime_checkable

from reports.strict_model import StrictModel
from spec.target.windows import WindowUnusable
from spec.target.windows.option_types import secrets_of

if TYPE_CHECKING:
    from spec.catalogue import Need
    from spec.target.client import Endpoint
    from spec.target.recording import Recorder

O = TypeVar("O", bound=StrictModel)  # noqa: E741 - as in the interface of a window: options and window
W = TypeVar("W")

NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


@runtime_checkable
class Closeable(Protocol):
    """A window that holds something which has to be given back."""

    def close(self) -> None:
        """Give it back."""


@dataclass(frozen=True, slots=True)
class WindowContext:
    """The things besides its options that a window opens with."""

    recorder: Recorder
    endpoint: Endpoint | None = None
    """The address of the target. A sink has none: it opens before the target starts."""

    @property
    def target(self) -> Endpoint:
        """The address of the target."""
        if self.endpoint is None:
            message = "a window that opens before the target starts knows no address of it"
            raise ValueError(message)
        return self.endpoint


@dataclass(frozen=True, kw_only=True)
class Window(Generic[O, W]):
    """One way to look into a target. An attribute of `Windows` in registry.py, where it is read as the opened window.

    `open` raises WindowUnusable with one sentence where there is nothing to look through.
    """

    name: str
    """Attribute of `shop.windows`, table [windows.NAME] of a profile, and member of a ready message."""
    shows: str
    """A few words for the tables of the documentation."""
    need: Need | None
    """The capability that it stands for; None where plain HTTP is enough."""
    options: type[O]
    open: Callable[[O, WindowContext], W]
    absent: Callable[[O], str | None] | None = None
    """For a window that opens from this machine alone: say in a sentence why it cannot open here, or return None.

    The capability of such a window may be claimed as "auto:NEED": granted only where the machine has it.
    """
    setting: str | None = None
    """For a sink, which the run listens with: the setting of the catalogue that tells a started target its address."""

    def __set_name__(self, owner: type, attribute: str) -> None:
        """Hold the attribute of the registry to the name."""
        if attribute != self.name:
            message = f"the window {self.name!r} is registered as {attribute!r}"
            raise TypeError(message)

    @overload
    def __get__(self, opened: None, owner: type) -> Self: ...
    @overload
    def __get__(self, opened: OpenedWindows, owner: type) -> W: ...
    def __get__(self, opened: OpenedWindows | None, owner: type) -> Self | W:
        """Return the window of one shop, opened; of the class itself its description."""
        return self if opened is None else opened.look_through(self)

    @property
    def needs_no_table(self) -> bool:
        """Tell if it opens with default options alone, without a word of the profile."""
        no_option_is_missing = not any(option.is_required() for option in self.options.model_fields.values())
        return no_option_is_missing and (self.need is None or self.absent is not None)

    @property
    def unnamed(self) -> str:
        """Say that the target has named no such window."""
        grants = f"grants {self.need}, but " if self.need else ""
        return f"the target {grants}has named no {self.name}"


class OpenedWindows:
    """The windows of one shop. Each opens when it is first looked through. Thread-safe."""

    def __init__(
        self,
        context: WindowContext,
        given: Mapping[str, StrictModel],
        *,
        opened: Mapping[str, object] = NOTHING,
        shut: Mapping[str, str] = NOTHING,
    ) -> None:
        self._context = context
        self._given = dict(given)
        self._opened = dict(opened)
        self._shut = dict(shut)
        self._lock = threading.RLock()
        for options in self._given.values():
            context.recorder.add_secret(*secrets_of(options))

    def __contains__(self, name: str) -> bool:
        """Tell if the target has named the window. It may prove unusable all the same."""
        return name in self._given or name in self._opened

    def look_through(self, window: Window[Any, W]) -> W:
        """Return the opened window. Raises WindowUnusable where there is none, each time with the same sentence."""
        name = window.name
        with self._lock:
            if name not in self._opened:
                if name in self._shut:
                    raise WindowUnusable(self._shut[name])
                if name not in self._given:
                    raise WindowUnusable(window.unnamed)
                try:
                    self._opened[name] = window.open(self._given[name], self._context)
                except WindowUnusable as error:
                    self._shut[name] = str(error)
                    raise
            opened: Any = self._opened[name]
        return opened  # type: ignore[no-any-return]  # it is what this window's own `open` returned

    def close(self) -> None:
        """Close every window that was opened. None of them opens again."""
        with self._lock, ExitStack() as closing:
            for name, opened in self._opened.items():
                self._shut[name] = f"the window on the {name} is closed"
                if isinstance(opened, Closeable):
                    closing.callback(opened.close)
            for name in self._given:
                self._shut.setdefault(name, f"the window on the {name} is closed")
            self._opened.clear()
