"""A refused checkout is committed, so half of an order stays in the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from spec.falsify.patching import wrap

KILLS = {"SHOP-015": "MODEL_DISAGREES"}


def break_shop() -> None:
    """Commit the transaction in spite of the refusal."""
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
