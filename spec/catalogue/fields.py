"""Reading the fields of one table of a catalogue file, strictly: what is missing, odd or too much is an error."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import TypeVar

Choice = TypeVar("Choice", bound=StrEnum)


class CatalogueError(Exception):
    """The catalogue is not valid; the message is one sentence: file, entry and key, and what would be right."""


class Table:
    """A table of a TOML file, whose keys are taken one by one; ``finish`` refuses those that nobody took."""

    def __init__(self, content: object, place: str) -> None:
        """``place`` is where the table stands, as in "rate.toml, RATE-004"; an error begins with it."""
        if not isinstance(content, Mapping):
            raise CatalogueError(f"{place}: this must be a table, not {content!r}.")
        self.place = place
        self._content: Mapping[str, object] = content
        self._known: list[str] = []

    def error(self, key: str, problem: str) -> CatalogueError:
        """The error to raise for ``key``."""
        return CatalogueError(f'{self.place}, key "{key}": {problem}.')

    def has(self, key: str) -> bool:
        """Whether an optional key is there."""
        self._known.append(key)
        return key in self._content

    def take(self, key: str) -> object:
        """The value of a required key."""
        if not self.has(key):
            raise self.error(key, "it is missing; every such entry must have it")
        return self._content[key]

    def text(self, key: str) -> str:
        """A sentence or name, which may not be empty."""
        return self._as_text(key, self.take(key))

    def optional_text(self, key: str) -> str:
        """A text, or nothing."""
        return self.text(key) if self.has(key) else ""

    def number(self, key: str) -> float:
        """A finite integer or float; a truth value is none."""
        value = self.take(key)
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise self.error(key, f"{value!r} is no number; write one, such as 200")
        return float(value)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, none of them twice."""
        value = self.take(key)
        if not isinstance(value, list):
            raise self.error(key, f'{value!r} is no list; write a list of texts, such as ["one"] or []')
        texts = tuple(self._as_text(key, entry) for entry in value)
        for text in texts:
            if texts.count(text) > 1:
                raise self.error(key, f"{text!r} stands there twice; name it once")
        return texts

    def choice(self, key: str, choices: type[Choice]) -> Choice:
        """One of a closed list."""
        return self.choose(key, self.text(key), choices)

    def choose(self, key: str, text: str, choices: type[Choice]) -> Choice:
        """The member of a closed list that is spelt ``text``."""
        self.one_of(key, text, [choice.value for choice in choices])
        return choices(text)

    def one_of(self, key: str, text: str, choices: Iterable[str]) -> str:
        """``text``, if it is one of ``choices``."""
        names = list(choices)
        if text not in names:
            raise self.error(key, f"{text!r} is unknown; right would be one of: {', '.join(names)}")
        return text

    def matching(self, key: str, text: str, pattern: str) -> str:
        """``text``, if the whole of it has the form ``pattern``."""
        if not re.fullmatch(pattern, text):
            raise self.error(key, f"{text!r} has the wrong form; it must match {pattern}")
        return text

    def table(self, key: str, what: str = "") -> Table:
        """A table within this one."""
        return Table(self.take(key), f"{self.place}, {what or key}")

    def keys(self) -> tuple[str, ...]:
        """All keys, for a table whose keys are data."""
        return tuple(self._content)

    def finish(self) -> None:
        """Raise if there is a key that was not asked for."""
        for key in self._content:
            if key not in self._known:
                known = ", ".join(dict.fromkeys(self._known))
                raise self.error(key, f"it is unknown; the keys that may stand here are: {known}")

    def _as_text(self, key: str, value: object) -> str:
        if not isinstance(value, str):
            raise self.error(key, f"{value!r} is no text; write it in quotation marks")
        if not value.strip():
            raise self.error(key, "it is empty; say it in words, or leave an optional key out")
        if value != value.strip():
            raise self.error(key, f"{value!r} has spaces around it; remove them")
        return value
