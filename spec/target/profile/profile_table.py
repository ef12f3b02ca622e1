"""Reading the tables of a profile, strictly: an error names file, table and key, and what would be right."""

from __future__ import annotations

import math
from collections.abc import Collection
from pathlib import Path

from spec.target.profile.profile_model import ProfileError


class ProfileTable:
    """A table of the file that knows its name, so that each error can say where it is."""

    def __init__(self, path: Path, name: str, content: object) -> None:
        if not isinstance(content, dict):
            raise ProfileError(f"{path}: [{name}] has to be a table")
        self.path, self.name, self.content = path, name, content

    def fail(self, key: str, wanted: str, *, secret: bool = False) -> ProfileError:
        """The error to raise for a key; a value that may hold a password is not repeated."""
        place = f"[{self.name}] {key}" if self.name else key
        shown = "" if secret else f", it is {self.content.get(key)!r}"
        return ProfileError(f"{self.path}: {place} has to be {wanted}{shown}")

    def allow(self, *keys: str) -> None:
        for key in self.content:
            if key not in keys:
                place = f"[{self.name}] " if self.name else ""
                raise ProfileError(f"{self.path}: unknown key {place}{key!r}; known are {', '.join(sorted(keys))}")

    def table(self, key: str) -> ProfileTable:
        return ProfileTable(self.path, f"{self.name}.{key}" if self.name else key, self.content.get(key, {}))

    def text(self, key: str) -> str | None:
        value = self.content.get(key)
        if value is not None and (not isinstance(value, str) or not value):
            raise self.fail(key, "text")
        return value

    def required_text(self, key: str) -> str:
        value = self.text(key)
        if value is None:
            raise self.fail(key, "given as text")
        return value

    def number(self, key: str, default: float) -> float:
        value = self.content.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < math.inf:
            raise self.fail(key, "a number above zero")
        return float(value)

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.content.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise self.fail(key, "a list of texts")
        return tuple(value)

    def choices(self, key: str, known: tuple[str, ...]) -> frozenset[str]:
        chosen = self.texts(key)
        for one in chosen:
            if one not in known:
                raise ProfileError(f"{self.path}: [{self.name}] {key}: unknown {one!r}; known are {', '.join(known)}")
        return frozenset(chosen)

    def mapping(self, known: Collection[str] = (), *, may_be_empty: bool = False) -> dict[str, str]:
        if known:
            self.allow(*known)
        for key, value in self.content.items():
            if not isinstance(value, str) or not (value or may_be_empty):
                raise self.fail(key, "text")
        return dict(self.content)

    def file(self, key: str) -> Path | None:
        value = self.text(key)
        return None if value is None else (self.path.parent / value).resolve()
