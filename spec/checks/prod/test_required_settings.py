"""PROD-001: a shop that lacks what it cannot be safe without does not start."""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from spec.checking.examination import Examination, verifies
from spec.checking.outcomes import Outcome
from spec.target.shop import Shop

REQUIRED: Final = ("secret_key", "allowed_hosts", "database_url")
"""Settings without which no shop may start, as the catalogue names them."""
SIDE_BY_SIDE: Final = 4


@verifies("PROD-001")
def test_a_missing_secret_host_list_or_database_stops_the_start_and_is_named(
    target: Shop, examine: Examination
) -> None:
    """The target is started without each of these settings: secret key, host list, database; then with an empty key.

    Each start has to end by itself with an exit code other than 0, and its last words have to name the variable; what
    only repeats the words of the command names nothing. The twin: with another secret key of its own it comes up.
    """
    tried: list[tuple[str, str | None]] = [*((setting, None) for setting in REQUIRED), ("secret_key", "")]
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        attempts = list(pool.map(lambda one: target.refuses_to_start(**{one[0]: one[1]}), tried))
    for (setting, value), attempt in zip(tried, attempts, strict=True):
        variable, how = target.setting_variable(setting), "missing" if value is None else "empty"
        wanted = f"no start with {variable} {how}"
        examine.that(not attempt.came_up, Outcome.STARTED_ANYWAY, wanted, saw=attempt)
        examine.that(
            attempt.exit_code not in {None, 0} and variable in attempt.said,
            Outcome.REASON_NOT_NAMED,
            f"an end by itself with an exit code other than 0, and {variable} in what the start says",
            saw=attempt,
        )
    with target.started(secret_key=secrets.token_urlsafe(48)) as whole:
        whole.visitor().must(whole.verbs.liveness())
    examine.progress(len(tried), len(tried))
    examine.note("Missing settings and an empty key were tried; how weak a secret may be is not judged yet.")
