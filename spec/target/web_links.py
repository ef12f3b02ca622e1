"""Links in header fields (RFC 8288)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from spec.target.exchange import Headers

_LINK: Final = re.compile(r'<(?P<target>[^<>]*)>(?P<parameters>(?:"(?:[^"\\]|\\.)*"|[^<>",])*)')
"""A link and its parameters (RFC 8288 §3); a comma ends it, except inside quotes."""
_RELATION: Final = re.compile(r';\s*rel\s*=\s*(?:"(?P<quoted>[^"]*)"|(?P<token>[^\s";,]+))', re.IGNORECASE)


def linked_targets(headers: Headers, wanted: str) -> Iterator[str]:
    """Yield the target of each Link that has this relation, as it is written."""
    for link in _LINK.finditer(headers.get("Link") or ""):
        relation = _RELATION.search(link["parameters"])
        if relation and wanted in (relation["quoted"] or relation["token"] or "").lower().split():
            yield link["target"]
