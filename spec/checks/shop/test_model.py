"""SHOP-015: whatever is done in whatever order, the shop answers as its model does."""

from __future__ import annotations

import time
from collections import Counter
from typing import Final

from spec import model
from spec.checking.examination import Examination, verifies
from spec.checking.outcomes import Violation
from spec.checks.support.model_play import Company, ModelPlay, list_left_out, shorten
from spec.checks.support.model_rules import RULES
from spec.checks.support.scenarios import draw_opening, draw_steps
from spec.run.run_state import RunState
from spec.target.shop import Shop

PLAYS: Final = 24
QUICK_PLAYS: Final = 15
LEAST_PLAYS: Final = 4
"""However slow the target is: one play alone meets few rules of the model."""
STEPS: Final = 30
PLAYS_TOGETHER: Final = 4
"""Plays of the same customers: few enough for one page of their orders."""
SECONDS: Final = 30.0
QUICK_SECONDS: Final = 14.0
"""When a slow target ends the plays; the quotas decide whether they were enough."""
SHORTENING_SECONDS: Final = 12.0
QUOTAS: Final = {"successful checkouts": 15, "cancellations": 5, "conflicts": 15, "foreign objects not found": 5}
QUICK_SHARE: Final = 5


@verifies("SHOP-015", effects={"writes", "signs in"})
def test_any_sequence_of_operations_has_the_outcome_of_the_model(
    roomy: Shop, run: RunState, examine: Examination
) -> None:
    """Every operation in a drawn sequence has an outcome that the model of a shop allows.

    Up to 24 sequences of 15 to 30 steps are drawn from the run's seed. In each, two customers and staff fill carts,
    order, cancel, reach for each other's lines and orders, change prices and withdraw products, of which there are
    three new ones. Each answer is held against the model in kind and content; at the end everything is read once more.
    A sequence that disagrees is shortened before it is shown. Without enough checkouts, cancellations, conflicts and
    refused reaches for another's objects there is no verdict. A deed that the shop does not offer is left out, and a
    rule of the model that no operation met is named.
    """
    random = run.random("scenarios")
    deadline = time.monotonic() + (QUICK_SECONDS if run.quick else SECONDS)
    reached: Counter[str] = Counter()
    company = Company(roomy)
    for play in range(QUICK_PLAYS if run.quick else PLAYS):
        if play >= LEAST_PLAYS and time.monotonic() > deadline:
            break
        if company.plays == PLAYS_TOGETHER:
            company = Company(roomy)
        opening, steps = draw_opening(random), draw_steps(random, STEPS)
        found = ModelPlay(roomy, examine, opening, reached, company).play(steps)
        if found is not None:

            def play_again(steps: tuple[int, ...], opening: model.Shop = opening) -> Violation | None:
                return ModelPlay(roomy, examine, opening, reached, Company(roomy)).play(steps)

            raise shorten(steps, found, play_again, SHORTENING_SECONDS)
    left_out = list_left_out(roomy)
    for what, least in QUOTAS.items():
        if what == "cancellations" and not roomy.verbs.offers("cancel_order"):
            continue
        examine.quota(what, reached[what], least // QUICK_SHARE if run.quick else least)
    counts = ", ".join(f"{reached[what]} {what}" for what in QUOTAS)
    examine.note(f"{examine.stated} operations: {counts}.")
    never = [rule for rule in RULES if not reached[rule]]
    examine.cover("rules of the model", len(RULES) - len(never), len(RULES), never)
    if never:
        examine.note(f"Rules of the model that no operation met: {'; '.join(never)}.")
    if left_out:
        examine.note(f"Left out: {', '.join(sorted(left_out))}.")
