"""Addresses of public answers, as this process has learned them.

The meaning of a public address is decided once, by the resolver and by the operation, which validates the parameters.
From then on a read of the same address can be answered from the cache without asking either. An address is all of a
request that they look at, each part apart and unchanged: a request that differs in any of them is another address, and
has to be resolved and validated itself.
"""

from __future__ import annotations

from typing import NamedTuple

from django.http import HttpRequest
from django.urls import ResolverMatch

from reference_app.caching.keys import AnswerKey

MOST = 2_000  # addresses; what a client makes up displaces, at worst, what will be learned again


class Address(NamedTuple):
    """The parts of a public GET that decide its meaning; Host, Accept and the body do not."""

    path: str  # decoded, as links in answers are made from it
    path_info: str  # decoded, as the resolver reads it: below the prefix that the shop is served under
    query: str  # as it was sent
    encoding: str | None  # in which Django reads the query: a client sets it with the charset of Content-Type


class Meaning(NamedTuple):
    """The answer that an address stands for, and the route that says so."""

    key: AnswerKey
    route: ResolverMatch | None


known: dict[Address, Meaning] = {}


def remember_meaning(request: HttpRequest, key: AnswerKey) -> None:
    """Record that the address of this request stands for the answer of `key`."""
    if len(known) >= MOST:
        known.clear()
    known[address_of(request)] = Meaning(key, request.resolver_match)


def recall_meaning(request: HttpRequest) -> Meaning | None:
    """Return the meaning of this request's address; None while it is not known."""
    return known.get(address_of(request))


def address_of(request: HttpRequest) -> Address:
    """Return the address of this request."""
    return Address(request.path, request.path_info, request.META.get("QUERY_STRING", ""), request.encoding)
