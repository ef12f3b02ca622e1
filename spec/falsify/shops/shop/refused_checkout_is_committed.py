"""A refused checkout is answered from inside its transaction, which is then committed: half an order stays done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from spec.falsify.patching import wrap

KILLS = {"SHOP-015": "MODEL_DISAGREES"}


def break_shop() -> None:
    """Treat the refusal as an answer like any other, as a handler inside the transaction does."""
    wrap("reference_app.orders.views:transaction", lambda right: SimpleNamespace(atomic=_committed))


@contextmanager
def _committed() -> Iterator[Any]:
    from django.db import transaction

    from reference_app.api.problems import Problem

    refusal = None
    with transaction.atomic():
        try:
            yield
        except Problem as problem:
            refusal = problem
            transaction.set_rollback(False)
    if refusal is not None:
        raise refusal
