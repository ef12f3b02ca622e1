"""Tell the cache that something has changed. Services call `invalidate` inside their transaction, and nothing else."""

from __future__ import annotations

import logging
import threading
import time
from functools import partial

from django.db import DatabaseError, connection, transaction

from reference_app.caching.cache_store import StoreAway
from reference_app.caching.generations import move_on
from reference_app.caching.pending import forget_moves, record_moves, replay_moves
from reference_app.caching.shared import shared_store

FIRST_WAIT_SECONDS = 0.05
LONGEST_WAIT_SECONDS = 2.0

logger = logging.getLogger(__name__)
catching_up = threading.Lock()
wanted = threading.Event()


def invalidate(*topics: str) -> None:
    """Move `topics` on when the surrounding transaction commits, and not at all when it is rolled back.

    The move is made before the writer's answer is sent. When Redis is away the write stands nevertheless; the move is
    recorded, readers go past the cache until it is made, and this process keeps trying.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("invalidate() belongs into the transaction of the change")
    distinct = list(dict.fromkeys(topics))
    ids = record_moves(distinct)
    transaction.on_commit(lambda: make_moves(distinct, ids))


def make_moves(topics: list[str], ids: list[int]) -> None:
    """Make the moves after the commit, then delete their record. Never fails, since the write is done.

    Redis is asked even in the pause after a failure: other processes may have found it again already.
    """
    try:
        move_on(shared_store(), topics)
        forget_moves(ids)
    except StoreAway as failure:
        logger.warning("cache_move_pending", extra={"reason": str(failure), "topics": len(topics)})
        start_catching_up()
    except DatabaseError:
        # The move is made; its record stays and will be replayed, which does no harm.
        logger.warning("cache_move_not_forgotten", extra={"topics": len(topics)})


def start_catching_up() -> None:
    """Replay in the background until it succeeds, in case no reader of this process comes to do it."""
    wanted.set()
    if catching_up.acquire(blocking=False):
        threading.Thread(target=catch_up, name="cache-catch-up", daemon=True).start()


def catch_up() -> None:
    """Try again, ever more slowly, until Redis has taken what it missed. At most one of these runs in a process."""
    try:
        while wanted.is_set():
            wanted.clear()
            keep_replaying()
    finally:
        catching_up.release()
        connection.close()
    if wanted.is_set():  # asked for between the last look and the release
        start_catching_up()


def keep_replaying() -> None:
    """Replay after ever longer pauses, until it succeeds."""
    wait = FIRST_WAIT_SECONDS
    time.sleep(wait)
    while not replay_moves(partial(move_on, shared_store())):
        wait = min(2 * wait, LONGEST_WAIT_SECONDS)
        time.sleep(wait)
