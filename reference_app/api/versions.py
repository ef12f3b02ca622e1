"""The versions of the API, and the headers that announce a deprecated one (RFC 9745, RFC 8594, RFC 8288; roadmap 1.1).

`Deprecation` is a structured date (@seconds), `Sunset` an HTTP date: their RFCs define two syntaxes.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.http import HttpResponseBase
from django.utils.http import http_date

PREFIX = "/api/"
CURRENT = "v2"


@dataclass(frozen=True)
class Retirement:
    """The dates on which a version was deprecated and ends, and its successor."""

    deprecated: datetime.datetime
    sunset: datetime.datetime
    successor: str


VERSIONS: dict[str, Retirement | None] = {
    "v1": Retirement(
        deprecated=datetime.datetime(2026, 6, 1, tzinfo=datetime.UTC),
        sunset=datetime.datetime(2027, 12, 1, tzinfo=datetime.UTC),
        successor="v2",
    ),
    "v2": None,
}


def version_of(path: str) -> str | None:
    """Return the version that a request path belongs to, or None outside the API."""
    name = path.removeprefix(PREFIX).split("/", 1)[0] if path.startswith(PREFIX) else ""
    return name if name in VERSIONS else None


def announce_retirement(response: HttpResponseBase, path: str) -> None:
    """Add the headers of a deprecated version to its answers, errors included."""
    name = version_of(path)
    retirement = VERSIONS[name] if name else None
    if retirement is None:
        return
    successor = f"{PREFIX}{retirement.successor}"
    response.headers["Deprecation"] = f"@{int(retirement.deprecated.timestamp())}"
    response.headers["Sunset"] = http_date(retirement.sunset.timestamp())
    response.headers["Link"] = f'<{successor}/openapi.json>; rel="successor-version", </api/docs>; rel="deprecation"'
