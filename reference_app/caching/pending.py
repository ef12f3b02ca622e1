"""Moves that are recorded with the write, until Redis has seen them.

The record is part of the transaction of the change: it is there exactly when the change is. When Redis takes the move
after the commit, the record goes. When it cannot, the record stays, and a process that finds Redis again replays it
first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from django.db import DatabaseError, connection

from reference_app.caching.cache_store import StoreAway
from reference_app.caching.keys import EVERYTHING
from reference_app.caching.models import PendingMove

MAX_TOPICS = 500  # beyond so many, one move of everything is cheaper than each
BATCH = 5_000


def record_moves(topics: Sequence[str]) -> list[int]:
    """Record moves inside the transaction of the change; return what `forget_moves` takes."""
    moves = PendingMove.objects.bulk_create([PendingMove(topic=topic) for topic in topics])
    return [move.pk for move in moves]


def forget_moves(ids: Sequence[int]) -> None:
    """Delete records whose moves Redis has seen."""
    with connection.cursor() as cursor:  # one statement; a queryset would open a transaction for it
        cursor.execute("DELETE FROM caching_pendingmove WHERE id = ANY(%s)", [list(ids)])


def replay_moves(move: Callable[[Iterable[str]], None]) -> bool:
    """Make every recorded move, by `move`, which raises StoreAway when it cannot.

    Return True when none is left of those that were there before; False when Redis or the database is away. Making a
    move twice does no harm.
    """
    try:
        while moves := list(PendingMove.objects.order_by("pk").values_list("pk", "topic")[:BATCH]):
            topics = {topic for _, topic in moves}
            move(topics if len(topics) <= MAX_TOPICS else {EVERYTHING})
            forget_moves([pk for pk, _ in moves])
            if len(moves) < BATCH:
                break
    except (StoreAway, DatabaseError):
        return False
    return True
