"""Messages of HTTP/1.1 as octets: what is well formed is read, and can be written again as it came."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

REQUEST_LINE: Final = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+) ([!-~\x80-\xff]+) HTTP/1\.[01]")
STATUS_LINE: Final = re.compile(rb"HTTP/1\.[01] (\d{3})(?: .*)?")
_FIELD: Final = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+:[^\0\r\n]*")


@dataclass(frozen=True, slots=True)
class Head:
    """The first line of a message and its fields, each as it came. Text is Latin-1: one character an octet."""

    line: str
    fields: tuple[tuple[str, str], ...]

    def all(self, name: str) -> list[str]:
        """List the values of a field."""
        return [value.strip(" \t") for key, value in self.fields if key.lower() == name]

    def get(self, name: str) -> str | None:
        """Return the value of a field that stands there once; None otherwise."""
        values = self.all(name)
        return values[0] if len(values) == 1 else None

    def without(self, *names: str) -> Head:
        """Return the same head without these fields."""
        return replace(self, fields=tuple(pair for pair in self.fields if pair[0].lower() not in names))

    def plus(self, *fields: tuple[str, str]) -> Head:
        """Return the same head with more fields."""
        return replace(self, fields=(*self.fields, *((name, f" {value}") for name, value in fields)))

    def with_length(self, length: int) -> Head:
        """Return the same head, framed by this length."""
        return self.without("content-length", "transfer-encoding").plus(("Content-Length", str(length)))

    def encode(self) -> bytes:
        """Return the bytes of the head."""
        lines = [self.line, *(f"{name}:{value}" for name, value in self.fields), "", ""]
        return "\r\n".join(lines).encode("latin-1")


@dataclass(frozen=True, slots=True)
class WireRequest:
    """A well-formed request, its body complete."""

    head: Head
    body: bytes = b""

    @property
    def method(self) -> str:
        """Its method."""
        return self.head.line.split(" ")[0]

    @property
    def target(self) -> str:
        """Its target as it stands in the request line."""
        return self.head.line.split(" ")[1]

    @property
    def closes(self) -> bool:
        """Tell if its sender wants no second one on the connection."""
        return self.head.line.endswith("1.0") or "close" in ", ".join(self.head.all("connection")).lower()

    def with_target(self, target: str) -> WireRequest:
        """Return the same request for another target."""
        method, _, version = self.head.line.split(" ")
        return replace(self, head=replace(self.head, line=f"{method} {target} {version}"))

    def encode(self) -> bytes:
        """Return its bytes."""
        return self.head.encode() + self.body


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Bytes that begin no well-formed request."""

    received: bytes


@dataclass(frozen=True, slots=True)
class WireAnswer:
    """A final answer, its body complete; `closes` when its sender ends the connection after it."""

    head: Head
    body: bytes = b""
    closes: bool = False

    @property
    def status(self) -> int:
        """Its status."""
        return int(self.head.line.split(" ")[1])

    def encode(self) -> bytes:
        """Return its bytes."""
        return self.head.encode() + self.body


def read_head(raw: bytes, first: re.Pattern[bytes]) -> Head | None:
    """Read a head that ends in an empty line; None unless each of its lines is well formed (RFC 9112)."""
    line, *fields = raw.removesuffix(b"\r\n\r\n").split(b"\r\n")
    if not first.fullmatch(line) or not all(map(_FIELD.fullmatch, fields)):
        return None
    return Head(line.decode("latin-1"), tuple(_pairs(fields)))


def _pairs(fields: Iterable[bytes]) -> Iterable[tuple[str, str]]:
    for field in fields:
        name, _, value = field.decode("latin-1").partition(":")
        yield name, value
