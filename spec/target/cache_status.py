"""Reading Cache-Status (RFC 9211): what an answer says of the caches that it came through."""

from __future__ import annotations

from typing import cast

from http_sf import StructuredFieldError, parse

from spec.target.exchange import Response


def claims_hit(response: Response | None) -> bool | None:
    """Tell if some cache says that it answered; None where there is no answer or no Cache-Status.

    The field is a list of caches, nearest to the origin first; the parameter `hit` of any of them says that the request
    was answered there (RFC 9211 sections 2 and 2.1). A field that cannot be read as a structured one (RFC 9651) is no
    evidence of a hit.
    """
    value = response.headers.get("Cache-Status") if response else None
    if value is None:
        return None
    try:
        parsed = parse(value.encode("latin-1", errors="replace"), tltype="list")
    except StructuredFieldError:
        return False
    # A list is read as pairs of a member and its parameters.
    caches = cast("list[tuple[object, dict[str, object]]]", parsed)
    return any(parameters.get("hit") is True for _, parameters in caches)
