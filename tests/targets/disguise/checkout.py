"""A checkout of four requests: address, shipping method, payment, and only then the order."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from tests.targets.disguise.own_answers import OwnAnswer, data, problem
from tests.targets.disguise.sessions import ShopSession
from tests.targets.disguise.targets import API

STEPS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "address": ("recipient", "street", "postalCode", "city"),
        "shipping": ("method",),
        "payment": ("method",),
    }
)
"""The steps in their order, each with the texts that it has to say."""
ORDERS: Final = f"{API}/orders"
_PATH: Final = f"{API}/checkout/"


def take_step(session: ShopSession, method: str, path: str, body: bytes) -> OwnAnswer | None:
    """Keep what a step says and answer it; None where the request is no step."""
    step = path.removeprefix(_PATH)
    if method != "PUT" or not path.startswith(_PATH) or step not in STEPS:
        return None
    before = _first_missing(session)
    if before is not None and list(STEPS).index(before) < list(STEPS).index(step):
        return problem(409, "conflict", f"The checkout has no {before} yet.")
    said = _read(body)
    wrong = [name for name in STEPS[step] if not isinstance(said.get(name), str) or not said[name]]
    if wrong:
        return problem(400, "invalid_request", "A text is missing.", errors=wrong)
    session.checkout[step] = said
    return data({"step": step, **said})


def refuse_early_order(session: ShopSession, method: str, path: str) -> OwnAnswer | None:
    """Refuse an order of somebody signed in who has not said everything; None where there is nothing to refuse."""
    if method != "POST" or path != ORDERS or not session.access:
        return None
    missing = _first_missing(session)
    return problem(409, "conflict", f"The checkout has no {missing} yet.") if missing else None


def _first_missing(session: ShopSession) -> str | None:
    return next((step for step in STEPS if step not in session.checkout), None)


def _read(body: bytes) -> Mapping[str, Any]:
    try:
        value = json.loads(body)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
