"""Reading JSON objects strictly: what is missing, odd or too much is an error of one sentence."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NoReturn


class InputError(Exception):
    """What was handed in cannot be used; the message is one sentence that names the place and what would be right."""


class Members:
    """The members of a JSON object, taken one by one; `finish` refuses those that nobody took."""

    def __init__(self, content: object, place: str) -> None:
        if not isinstance(content, dict):
            raise InputError(f"{place}: this must be a JSON object, not {content!r}.")
        self.place = place
        self._content: Mapping[str, object] = content
        self._taken: set[str] = set()

    def refuse(self, name: str, problem: str) -> NoReturn:
        """Raise the error about the member `name`."""
        raise InputError(f'{self.place}, "{name}": {problem}.')

    def take(self, name: str) -> object:
        """A member that must be there."""
        self._taken.add(name)
        if name not in self._content:
            self.refuse(name, "it is missing")
        return self._content[name]

    def has(self, name: str) -> bool:
        """Whether a member that may be left out is there."""
        self._taken.add(name)
        return name in self._content

    def text(self, name: str) -> str:
        """A text that is not empty."""
        value = self.take(name)
        if not isinstance(value, str) or not value:
            self.refuse(name, f"{value!r} is no text")
        return value

    def optional_text(self, name: str) -> str | None:
        """A text, or null."""
        return None if self.take(name) is None else self.text(name)

    def number(self, name: str, *, above: float = -math.inf, least: float = -math.inf, most: float = math.inf) -> float:
        """A finite number within bounds."""
        value = self.take(name)
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            self.refuse(name, f"{value!r} is no number")
        if value <= above or value < least or value > most:
            bounds = {f"above {above:g}": above, f"at least {least:g}": least, f"at most {most:g}": most}
            stated = [words for words, bound in bounds.items() if math.isfinite(bound)]
            self.refuse(name, f"{value!r} must be {' and '.join(stated)}")
        return float(value)

    def whole(self, name: str, *, least: int) -> int:
        """A whole number of at least so much."""
        value = self.take(name)
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            self.refuse(name, f"{value!r} is no whole number of at least {least}")
        return value

    def truth(self, name: str) -> bool:
        """True or false."""
        value = self.take(name)
        if not isinstance(value, bool):
            self.refuse(name, f"{value!r} is neither true nor false")
        return value

    def members(self, name: str) -> Members:
        """A member that is an object itself."""
        return Members(self.take(name), f"{self.place}, {name}")

    def entries(self) -> Mapping[str, object]:
        """All members, for objects whose names are free."""
        self._taken.update(self._content)
        return self._content

    def finish(self) -> None:
        """Refuse members that nobody asked for: a misspelt one would silently change nothing."""
        for name in self._content:
            if name not in self._taken:
                self.refuse(name, f"nothing has this name; known are {', '.join(sorted(self._taken))}")
