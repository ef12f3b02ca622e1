"""The rate limiter reads its counter and writes it back in two steps.

Requests that overlap read the same count, and all of them pass.
"""

from __future__ import annotations

from typing import Any

from spec.falsify.patching import wrap

KILLS = {"RATE-004": "ADMITTED_BEYOND_BUDGET"}


def break_shop() -> None:
    """Replace the atomic script by a read, a decision and a write."""
    wrap("reference_app.throttling.counter_store:CounterStore.decide", lambda right: decide)


def decide(store: Any, budgets: Any) -> Any:
    """Admit while the count that was read is below the limit."""
    from reference_app.throttling.counter_store import Decision, Standing

    client = store._clients.current
    counts = [int(client.get(f"count:{budget.key}") or 0) for budget in budgets]
    standings = tuple(
        Standing(
            budget=budget,
            remaining=max(0, budget.rate.quantity - count - 1),
            reset_seconds=budget.rate.seconds,
            wait_seconds=0 if count < budget.rate.quantity else budget.rate.seconds,
        )
        for budget, count in zip(budgets, counts, strict=True)
    )
    admitted = all(standing.wait_seconds == 0 for standing in standings)
    if admitted:
        for budget, count in zip(budgets, counts, strict=True):
            client.set(f"count:{budget.key}", count + 1, ex=budget.rate.seconds)
    return Decision(admitted=admitted, standings=standings)
