"""What an answer says of the caches that it came through (RFC 9211)."""

from __future__ import annotations

import re
from typing import Final

from spec.target.exchange import Exchange

_QUOTED_OR_OTHER: Final = r'(?:"(?:[^"\\]|\\.)*"|[^"{0}])+'
_MEMBER: Final = re.compile(_QUOTED_OR_OTHER.format(","))
_PART: Final = re.compile(_QUOTED_OR_OTHER.format(";"))


def claims_hit(exchange: Exchange) -> bool | None:
    """Whether some cache says that it answered (RFC 9211 section 2.1); None where there is no Cache-Status."""
    value = exchange.response.headers.get("Cache-Status") if exchange.response else None
    if value is None:
        return None
    return any(
        parameter.strip() in {"hit", "hit=?1"}
        for member in _MEMBER.findall(value)
        for parameter in _PART.findall(member)[1:]
    )
