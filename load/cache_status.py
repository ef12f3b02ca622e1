"""Reading Cache-Status (RFC 9211): was an answer served from a cache?"""

from __future__ import annotations

import re

_QUOTED_OR_OTHER = r'(?:"(?:[^"\\]|\\.)*"|[^"{0}])+'
_MEMBER = re.compile(_QUOTED_OR_OTHER.format(","))
_PART = re.compile(_QUOTED_OR_OTHER.format(";"))


def read_hit(value: str | None) -> bool | None:
    """True for a hit, False for none, None where there is no Cache-Status.

    The field is a list of caches, nearest to the origin first; the parameter `hit` of any of them says that the request
    was answered there (RFC 9211 sections 2 and 2.1; booleans are written as in RFC 8941 section 3.3.6). A value that
    cannot be read is no evidence of a hit.
    """
    if value is None:
        return None
    for member in _MEMBER.findall(value):
        _cache, *parameters = (part.strip() for part in _PART.findall(member))
        if "hit" in parameters or "hit=?1" in parameters:
            return True
    return False
