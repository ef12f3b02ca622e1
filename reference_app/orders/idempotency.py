"""One Idempotency-Key, one order (draft-ietf-httpapi-idempotency-key-header).

- The key is written first, in the order's transaction. A second request with it waits on the unique index: if the first
  succeeds it gets the same answer, byte for byte; if the first is refused and so rolled back, it is tried itself. If it
  has to wait for too long it gets 409.
- Only orders are remembered: a refusal leaves no trace, and the same key may try again.
- The same key with another request (another body, or the other version of the API) gets 422.
- Keys are of one user; another's are apart. They are kept for KEPT_DAYS at least (`purge_idempotency_keys`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import orjson
from django.db import OperationalError, connection
from django.utils import timezone
from rest_framework.request import Request

from reference_app.api.problems import BrokenRequest
from reference_app.orders.models import IdempotencyKey
from reference_app.orders.problems import KeyReused, RequestInFlight

HEADER = "Idempotency-Key"
KEY_SCHEMA = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"}
MAX_LENGTH = 255
KEPT_DAYS = 2
LOCK_NOT_AVAILABLE = "55P03"

RESERVE = """
    INSERT INTO orders_idempotencykey (user_id, key, fingerprint, answer, created_at) VALUES (%s, %s, %s, '', %s)
    ON CONFLICT (user_id, key) DO NOTHING RETURNING id
"""


def read_key(request: Request) -> str | None:
    """Return the key of a request, or None. Raises BrokenRequest unless it is 1 to 255 visible ASCII characters."""
    key = request.headers.get(HEADER)
    if key is not None and not (0 < len(key) <= MAX_LENGTH and all("!" <= letter <= "~" for letter in key)):
        # The list of errors speaks of the body and of the query; a header is named in words.
        raise BrokenRequest(f"{HEADER} takes 1 to {MAX_LENGTH} visible ASCII characters.")
    return key


def fingerprint_request(version: str, body: Any) -> str:
    """Return the digest that all requests under one key must share."""
    return hashlib.sha256(orjson.dumps([version, body], option=orjson.OPT_SORT_KEYS)).hexdigest()


def answer_once(*, user_id: int, key: str, fingerprint: str, produce: Callable[[], bytes]) -> bytes:
    """Return what `produce` returns, or returned when this key was used first. Call it inside a transaction.

    Raises KeyReused, RequestInFlight, and whatever `produce` raises.
    """
    reserved = reserve(user_id, key, fingerprint)
    if reserved is None:
        return recall(user_id, key, fingerprint)
    answer = produce()
    IdempotencyKey.objects.filter(pk=reserved).update(answer=answer)
    return answer


def reserve(user_id: int, key: str, fingerprint: str) -> int | None:
    """Insert the key and return its id, or None when it has been used.

    Waits for a request in flight; raises RequestInFlight when that takes too long.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute(RESERVE, [user_id, key, fingerprint, timezone.now()])
            row = cursor.fetchone()
    except OperationalError as failure:
        if getattr(failure.__cause__, "sqlstate", None) == LOCK_NOT_AVAILABLE:
            raise RequestInFlight from failure
        raise
    return None if row is None else int(row[0])


def recall(user_id: int, key: str, fingerprint: str) -> bytes:
    """Return the answer that was given under this key. Raises KeyReused."""
    known = IdempotencyKey.objects.filter(user_id=user_id, key=key).first()
    if known is None:
        raise RequestInFlight("The key has just been purged; send the request again.")
    if known.fingerprint != fingerprint:
        raise KeyReused
    return bytes(known.answer)


def is_known(*, user_id: int, key: str) -> bool:
    """Return whether an order has been placed with this key."""
    return IdempotencyKey.objects.filter(user_id=user_id, key=key).exists()


def purge_keys() -> int:
    """Delete keys older than KEPT_DAYS; return how many."""
    oldest = timezone.now() - timedelta(days=KEPT_DAYS)
    return IdempotencyKey.objects.filter(created_at__lt=oldest).delete()[0]
