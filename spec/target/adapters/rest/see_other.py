"""Follow an answer that sends its reader elsewhere (303), as far as that is below the target's own address."""

from __future__ import annotations

from typing import Final
from urllib.parse import SplitResult, parse_qsl, urljoin, urlsplit

from spec.target.exchange import Request, Response, UnexpectedAnswer

SEE_OTHER: Final = 303
_PORTS: Final = {"http": 80, "https": 443}
_SOMEWHERE: Final = "http://target.invalid"
"""Base of relative references where the adapter was made for no address."""


def look_there(base_url: str, request: Request, response: Response) -> Request:
    """Make the request that reads the place which a 303 names. Raises UnexpectedAnswer where that is elsewhere."""
    locations = response.headers.get_all("Location")
    if len(locations) != 1:
        raise UnexpectedAnswer("one Location in an answer 303", f"{len(locations)} of them")
    base = (base_url or _SOMEWHERE).rstrip("/")
    wanted, observed = "a Location below the target's address", repr(locations[0])[:200]
    try:
        there = urlsplit(urljoin(base + request.path, locations[0]))
        home = urlsplit(base)
        below = _origin(there) == _origin(home) and there.path.startswith(f"{home.path}/")
    except ValueError as error:
        raise UnexpectedAnswer(wanted, f"{observed} ({error})") from error
    if not below:
        raise UnexpectedAnswer(wanted, observed)
    query = tuple(parse_qsl(there.query, keep_blank_values=True))
    return Request("GET", there.path[len(home.path) :], query=query)


def _origin(parts: SplitResult) -> tuple[str, str | None, int | None]:
    return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme)
