"""RATE-011: budgets outlive the workers that count them."""

from __future__ import annotations

import time
from typing import Final

from spec.checking.examination import Examination, verifies
from spec.checking.outcomes import Outcome, Undecided
from spec.checks.support.budgets import (
    BURST_LIMIT,
    MINUTE,
    AdmissionProbe,
    begin_period,
    catalogue_probe,
    expect_budget,
    spend,
    tolerated,
    was_admitted,
)
from spec.target.shop import Shop

BEFORE: Final = BURST_LIMIT // 2
BEYOND: Final = 5
RESTART_SECONDS: Final = 20.0
POLL_SECONDS: Final = 0.1


@verifies("RATE-011", effects={"breaks"})
def test_a_restarted_worker_does_not_reset_a_budget(target: Shop, examine: Examination) -> None:
    """A client spends half of its budget of a minute; then every worker is replaced, once by kill and once by reload.

    The rest of the budget has to be left and no more: the client is admitted as often as its limit says, before and
    after taken together, and refused from then on. A client that has sent nothing is admitted after each restart. First
    a client spends a budget without any restart: where that is another than the limit, nothing of restarts is examined.
    """
    target.require_clients_apart()
    tolerance = tolerated(target.profile, BURST_LIMIT)
    expect_limit(target, examine, tolerance)
    ways = {"killed": target.processes.kill_workers, "reloaded": target.processes.reload}
    for way, restart in ways.items():
        probe, visitor = catalogue_probe(target), target.visitor()
        period = begin_period(target.profile, MINUTE, needed=30.0)
        before, sent_before = spend(examine, visitor, probe, BEFORE)
        workers = restart()
        examine.require(bool(workers), f"nothing shows that a worker was {way}: no process was named")
        await_answers(target, probe)
        after, sent_after = spend(examine, visitor, probe, BURST_LIMIT - BEFORE + tolerance + BEYOND)
        period.expect_not_over()
        expect_budget(
            examine,
            [*before, *after],
            [*sent_before, *sent_after],
            limit=BURST_LIMIT,
            tolerance=tolerance,
            who=f"a client whose shop's workers were {way} in between",
        )
        other = target.visitor().do(probe.verb)
        examine.that(
            was_admitted(examine, probe, other),
            Outcome.REFUSED_WITHIN_BUDGET,
            f"a client that has sent nothing is admitted after the workers were {way}",
            saw=other,
        )
    examine.progress(len(ways), len(ways))


def expect_limit(shop: Shop, examine: Examination, tolerance: int) -> None:
    """Spend a budget whose shop is not restarted. Raises Blocked unless it is the one that RATE-003 asks for."""
    period = begin_period(shop.profile, MINUTE, needed=20.0)
    admitted, _ = spend(examine, shop.visitor(), catalogue_probe(shop), BURST_LIMIT + tolerance + BEYOND)
    period.expect_not_over()
    count = sum(admitted)
    examine.require(
        BURST_LIMIT <= count <= BURST_LIMIT + tolerance,
        f"RATE-003: {count} of {len(admitted)} requests were admitted without any restart, instead of {BURST_LIMIT}",
    )


def await_answers(shop: Shop, probe: AdmissionProbe) -> None:
    """Wait until the shop answers again. Raises Undecided where it does not within the time that a restart may take."""
    deadline = time.monotonic() + RESTART_SECONDS
    visitor = shop.visitor()
    while not visitor.look(probe.verb).answered:
        if time.monotonic() > deadline:
            raise Undecided(f"the target did not answer within {RESTART_SECONDS:.0f} s of the restart of its workers")
        time.sleep(POLL_SECONDS)
