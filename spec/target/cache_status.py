"""Reading Cache-Status (RFC 9211): what an answer says of the caches that it came through."""

from __future__ import annotations

import re
from typing import Final

from spec.target.exchange import Response

_QUOTED_OR_OTHER: Final = r'(?:"(?:[^"\\]|\\.)*"|[^"{0}])+'
_MEMBER: Final = re.compile(_QUOTED_OR_OTHER.format(","))
_PART: Final = re.compile(_QUOTED_OR_OTHER.format(";"))


def claims_hit(response: Response | None) -> bool | None:
    """Whether some cache says that it answered; None where there is no answer or no Cache-Status.

    The field is a list of caches, nearest to the origin first; the parameter `hit` of any of them says that the request
    was answered there (RFC 9211 sections 2 and 2.1; booleans are written as in RFC 8941 section 3.3.6). A value that
    cannot be read is no evidence of a hit.
    """
    value = response.headers.get("Cache-Status") if response else None
    if value is None:
        return None
    for member in _MEMBER.findall(value):
        _cache, *parameters = (part.strip() for part in _PART.findall(member))
        if "hit" in parameters or "hit=?1" in parameters:
            return True
    return False
