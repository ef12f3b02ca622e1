"""Moves that are recorded with the write, until Redis has seen them.

The record is part of the transaction of the change: it is there exactly when the change is. When Redis takes the move
after the commit, the record goes. When it cannot, the record stays, and whoever finds Redis again replays it first.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import DatabaseError

from reference_app.caching.generations import move_on
from reference_app.caching.keys import EVERYTHING
from reference_app.caching.models import PendingMove
from reference_app.caching.store import Store, StoreAway

MAX_TOPICS = 500  # beyond so many, one move of everything is cheaper than each
BATCH = 5_000


def record_moves(topics: Sequence[str]) -> list[int]:
    """Writes the record; to be called inside the transaction of the change. Returns what `forget_moves` takes."""
    moves = PendingMove.objects.bulk_create([PendingMove(topic=topic) for topic in topics])
    return [move.pk for move in moves]


def forget_moves(ids: Sequence[int]) -> None:
    """Deletes records whose moves Redis has seen."""
    PendingMove.objects.filter(pk__in=ids).delete()


def replay_moves(store: Store) -> bool:
    """Makes every recorded move. True when none is left that was there before; False when Redis or the database is
    away. Making a move twice does no harm."""
    try:
        while moves := list(PendingMove.objects.order_by("pk").values_list("pk", "topic")[:BATCH]):
            topics = {topic for _, topic in moves}
            move_on(store, topics if len(topics) <= MAX_TOPICS else {EVERYTHING})
            forget_moves([pk for pk, _ in moves])
            if len(moves) < BATCH:
                break
    except (StoreAway, DatabaseError):
        return False
    return True
