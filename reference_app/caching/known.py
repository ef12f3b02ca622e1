"""Which answer an address stands for, as this process has learned it.

What a public address means is decided once by its operation, which validates the parameters. From then on a read of the
same address can be answered from the cache without asking the operation. An address is the path and the query as they
were sent, so nothing that was not validated finds anything here.
"""

from __future__ import annotations

from typing import NamedTuple

from django.http import HttpRequest
from django.urls import ResolverMatch

from reference_app.caching.keys import AnswerKey

MOST = 2_000  # addresses; what a client makes up displaces, at worst, what will be learned again


class Meaning(NamedTuple):
    """The answer that an address stands for, and the route that says so."""

    key: AnswerKey
    route: ResolverMatch | None


known: dict[str, Meaning] = {}


def remember_meaning(request: HttpRequest, key: AnswerKey) -> None:
    """The address of this request stands for the answer of `key`."""
    if len(known) >= MOST:
        known.clear()
    known[address_of(request)] = Meaning(key, request.resolver_match)


def recall_meaning(request: HttpRequest) -> Meaning | None:
    """What the address of this request stands for; None while that is not known."""
    return known.get(address_of(request))


def address_of(request: HttpRequest) -> str:
    """Path and query."""
    return f"{request.path}?{request.META.get('QUERY_STRING', '')}"
