"""The provocations of one operation: by identity, method, id, body and header."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from spec.surface import kinds_of_answer as kinds
from spec.surface.approaches import Approach
from spec.surface.content_provocations import by_bodies, by_headers, by_ids
from spec.surface.provocations import (
    ANY,
    CONFLICT,
    DONE,
    FORBIDDEN,
    INVALID,
    NOT_FOUND,
    REFUSED,
    TURNED_AWAY,
    UNAUTHENTICATED,
    UNSUPPORTED,
    Provocation,
    unchanged,
)
from spec.surface.query_provocations import by_queries
from spec.surface.request_changes import (
    by_method,
    to_head,
)
from spec.surface.surroundings import Surroundings
from spec.target.answer_kinds import REFUSED_CREDENTIALS
from spec.target.circumstances import Identity

NOBODY, CUSTOMER, STRANGER, STAFF = Identity.NOBODY, Identity.CUSTOMER, Identity.STRANGER, Identity.STAFF
BAD_CREDENTIALS: Final = {
    Identity.FORGED: kinds.FORGED_CREDENTIALS,
    Identity.SIGNED_OUT: kinds.SIGNED_OUT,
}
METHODS: Final = ("PUT", "PATCH", "DELETE", "POST", "GET")
MOST_METHODS: Final = 2
"""Methods that a resource lacks, of which so many are tried."""
UNKNOWN: Final = "BREW"
"""A method that nothing knows (RFC 2324 is no standard)."""


def list_provocations(approach: Approach, around: Surroundings) -> Iterator[Provocation]:
    """List the provocations of an operation that has succeeded."""
    yield from by_identities(approach, around)
    if around.is_first:
        yield from by_methods(approach, around)
    yield from by_ids(approach, around)
    yield from by_bodies(approach, around)
    yield from by_headers(approach, around)
    yield from by_queries(approach, around)


def by_identities(approach: Approach, around: Surroundings) -> Iterator[Provocation]:
    """Ask as everybody else."""
    right, operation = approach.identity, approach.operation
    heads = [("", unchanged), *([("HEAD", to_head)] if operation.method == "GET" else [])]
    for identity, kind in BAD_CREDENTIALS.items():
        if not around.people.has(identity):
            continue
        for method, change in heads:
            yield Provocation(kind, change, REFUSED_CREDENTIALS, ANY, identity=identity, method=method)
    for method, change in heads:
        if right is NOBODY:
            for identity in (CUSTOMER, STAFF):
                kind = kinds.HEAD if method else kinds.SUCCESS
                yield Provocation(kind, change, frozenset({DONE}), REFUSED, identity=identity, method=method)
            continue
        refused = TURNED_AWAY
        yield Provocation(kinds.NO_CREDENTIALS, change, refused, ANY, identity=NOBODY, method=method)
        if right is STAFF:
            kind, wanted = kinds.NOT_ALLOWED, refused | {NOT_FOUND}
            yield Provocation(kind, change, wanted, ANY, identity=CUSTOMER, method=method)
        elif "{" in operation.resource and not around.is_public:
            for identity in (STRANGER, STAFF):
                wanted = frozenset({NOT_FOUND, FORBIDDEN})
                yield Provocation(kinds.FOREIGN_THING, change, wanted, ANY, identity=identity, method=method)
        elif approach.deed and operation.method in {"GET", "POST"}:
            kind = kinds.HEAD if method else kinds.SUCCESS
            # Somebody else has done nothing yet: what is theirs may be empty.
            for identity in (STRANGER, STAFF) if operation.method == "GET" else (STAFF,):
                yield Provocation(kind, change, frozenset({DONE}), REFUSED, identity=identity, method=method)


def by_methods(approach: Approach, around: Surroundings) -> Iterator[Provocation]:
    """Ask the resource by other methods."""
    right, documented = approach.identity, approach.operation.documented is not None
    turn = sum(map(ord, approach.operation.resource))
    whom = list(dict.fromkeys([right, NOBODY, (CUSTOMER, STAFF)[turn % 2], Identity.FORGED]))
    if approach.operation.method == "GET":
        yield Provocation(kinds.HEAD, to_head, frozenset({DONE}), REFUSED, identity=right, method="HEAD")
    # Where nothing says which methods there are, none is tried that could take away what is there.
    tried = METHODS if documented else ("PUT", "PATCH")
    missing = [method for method in tried if method not in around.methods] or ["TRACE"]
    if "GET" not in around.methods and documented:
        missing.append("HEAD")
    for place, identity in enumerate(whom):
        also = frozenset({DONE, UNAUTHENTICATED, FORBIDDEN, NOT_FOUND})
        yield Provocation(kinds.OPTIONS, by_method("OPTIONS"), ANY, identity=identity, method="OPTIONS")
        # Others by one each: in turn, so that each method is tried by each of them somewhere. Where nothing says which
        # methods a resource has, it has the one by which it finds fault with the body.
        for method in missing[:MOST_METHODS] if identity is right else [missing[(turn + place) % len(missing)]]:
            yield Provocation(
                kinds.METHOD_NOT_SUPPORTED, by_method(method), frozenset({UNSUPPORTED}),
                also - {DONE} if documented else also | {INVALID, CONFLICT}, identity=identity, method=method,
            )  # fmt: skip
        wanted = frozenset({UNSUPPORTED, INVALID, NOT_FOUND})
        yield Provocation(
            kinds.UNKNOWN_METHOD, by_method(UNKNOWN), wanted, TURNED_AWAY, identity=identity, method=UNKNOWN
        )
