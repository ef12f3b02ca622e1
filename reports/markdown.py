"""Text into Markdown without its becoming Markdown: no markup, no links, no mention of somebody's account."""

from __future__ import annotations

import re
from itertools import groupby

from reports.text import one_line, visible

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+!|~$-])")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "@": "&#64;<!-- -->"}
"""Characters that are written as entities. After an @ a comment has to stand, or an address or a mention is seen."""
_AUTOLINK = re.compile(r"(?<=:)//|(?<=www)\.", re.IGNORECASE)
"""The middle of each text that GitHub makes a link of wherever it stands: `https://…`, `www.…`."""


def plain(text: str, limit: int = 400) -> str:
    """Return `text` on one line as literal text."""
    literal = _SPECIAL.sub(r"\\\1", one_line(text, limit))
    literal = re.sub(r"[&<>@]", lambda found: _ENTITIES[found[0]], literal)
    return _AUTOLINK.sub(lambda found: f"<!-- -->{found[0]}", literal)


def code(text: str, limit: int = 400) -> str:
    """Return `text` on one line as a code span that nothing in it can end."""
    line = one_line(text, limit)
    fence = "`" * (longest_run(line, "`") + 1)
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{pad}{line}{pad}{fence}" if line else "—"


def block(text: str) -> str:
    """Return `text` as a fenced block that nothing in it can end."""
    shown = visible(text)
    fence = "`" * max(3, longest_run(shown, "`") + 1)
    return f"{fence}text\n{shown}\n{fence}"


def longest_run(text: str, character: str) -> int:
    """Return the length of the longest unbroken run of `character`."""
    return max((len(list(run)) for key, run in groupby(text) if key == character), default=0)
