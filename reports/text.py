"""Untrusted text made safe to look at: what an answer holds steers neither a terminal, nor XML, nor the eye."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_KEPT: Final = frozenset("\n\t")
_ESCAPED: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Control characters, format characters (bidirectional overrides, zero-width ones), lone surrogates, odd line ends."""

_DIGEST: Final = re.compile(r"\b([0-9a-f]{12})[0-9a-f]{20,}")

_JOINERS: Final = frozenset("\u200c\u200d")  # part of ordinary Persian, Indic and emoji text


def visible(text: str) -> str:
    """Return `text` with every character that hides, moves or steers others shown by its number: ⟨U+202E⟩."""
    return "".join(_show(character) for character in text)


def one_line(text: str, limit: int = 200) -> str:
    """Return `text` visible, on one line, and at most `limit` characters long; a cut shows as an ellipsis."""
    line = " ".join(visible(text).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def shorten_digests(text: str) -> str:
    """Return `text` with each long hexadecimal number cut to twelve digits; the text around it stays."""
    return _DIGEST.sub(r"\1…", text)


def _show(character: str) -> str:
    if character in _KEPT or character in _JOINERS:
        return character
    code = ord(character)
    if unicodedata.category(character) not in _ESCAPED and code not in {0xFFFE, 0xFFFF}:
        return character
    return f"⟨U+{code:04X}⟩"
