"""UUIDs in place of the shop's numbers: a keyed permutation, so that nothing has to be remembered."""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import blake2b
from typing import Final

_HALF: Final = 61
_MASK: Final = (1 << _HALF) - 1
_ROUNDS: Final = range(4)
"""Four rounds of a Feistel network make a strong pseudo-random permutation (Luby and Rackoff 1988)."""
_LARGEST: Final = 2**63 - 1
_UNKNOWN: Final = 2**62
"""Numbers from here on are given to nothing: a sequence would take an age to come so far."""
_VERSION: Final = 8  # RFC 9562: a UUID whose content its maker defines
_VARIANT: Final = 0b10
_SHAPE: Final = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_REMEMBERED: Final = 8192


class IdCipher:
    """Turns the number of a thing into a UUID and back, by a key. Each kind of thing has a permutation of its own."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self.encode = lru_cache(_REMEMBERED)(self._encode)
        self.decode = lru_cache(_REMEMBERED)(self._decode)

    def _encode(self, kind: str, number: int) -> str:
        """Return the UUID of a number from 1 to 2⁶³ - 1. Raises ValueError for another."""
        if not 0 < number <= _LARGEST:
            raise ValueError(f"{number} is no id of the shop")
        left, right = number >> _HALF, number & _MASK
        for turn in _ROUNDS:
            left, right = right, left ^ self._mix(kind, turn, right)
        return _write((left << _HALF) | right)

    def _decode(self, kind: str, text: str) -> int | None:
        """Return the number behind a UUID; one that names nothing for a foreign UUID; None for what is no UUID."""
        if not _SHAPE.fullmatch(text):
            return None
        payload, ours = _read(text)
        left, right = payload >> _HALF, payload & _MASK
        for turn in reversed(_ROUNDS):
            left, right = right ^ self._mix(kind, turn, left), left
        number = (left << _HALF) | right
        return number if ours and 0 < number <= _LARGEST else _UNKNOWN + payload % _UNKNOWN

    def _mix(self, kind: str, turn: int, half: int) -> int:
        content = bytes([turn]) + half.to_bytes(8, "big") + kind.encode()
        return int.from_bytes(blake2b(content, key=self._key, digest_size=8).digest(), "big") & _MASK


def _write(payload: int) -> str:
    high, middle, low = payload >> 74, (payload >> 62) & 0xFFF, payload & ((1 << 62) - 1)
    digits = f"{(high << 80) | (_VERSION << 76) | (middle << 64) | (_VARIANT << 62) | low:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def _read(text: str) -> tuple[int, bool]:
    """Return the 122 bits of a UUID, and whether its version and variant are ours."""
    value = int(text.replace("-", ""), 16)
    high, middle, low = value >> 80, (value >> 64) & 0xFFF, value & ((1 << 62) - 1)
    ours = (value >> 76) & 0xF == _VERSION and (value >> 62) & 0b11 == _VARIANT
    return (high << 74) | (middle << 62) | low, ours
