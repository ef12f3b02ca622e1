"""VAL: whatever a client thinks of to send, the target has an answer that is not its own failure."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from random import Random
from typing import Final

from spec.checking.examination import Examination, verifies
from spec.checking.outcomes import Blocked
from spec.checks.support.concurrency import at_once
from spec.checks.support.document_fuzzing import DocumentFuzzer, generate_requests
from spec.checks.support.field_mutations import Mutation
from spec.checks.support.own_account import expect_access
from spec.checks.support.verb_fuzzing import fuzz_verb
from spec.run.run_state import RunState
from spec.surface.openapi import find_document
from spec.surface.verb_trials import VerbTrial, list_trials, rehearse
from spec.target.shop import Shop

MUTATIONS: Final = 10
MUTATIONS_QUICK: Final = 4
"""Mutations of one place in a run, drawn from all of its classes."""


@verifies("VAL-014", effects={"writes", "signs in"})
def test_no_generated_request_makes_the_target_fail(roomy: Shop, run: RunState, examine: Examination) -> None:
    """Odd values in every place of every verb, and generated requests of every documented operation, get no 5xx.

    Each verb that the shop offers is walked as it is right. Then each value in its own request, in path, query and
    body, is replaced by odd ones, one at a time: of another type, empty, negative, huge, with a NUL, with half a
    surrogate. Where there is an OpenAPI document, the edges of its schemas and random requests of each operation
    follow, valid and not; each operation has to succeed once.
    """
    customer = roomy.customer()
    expect_access(examine, roomy, customer)
    trials = list(list_trials(roomy, customer))
    document = find_document(roomy)
    with ThreadPoolExecutor(max_workers=1) as aside:
        # Generating takes as long as sending, and needs no target.
        generating = aside.submit(generate_requests, document, run.seed, quick=run.quick) if document else None
        _fuzz_verbs(examine, run, trials)
    if document is None or generating is None:
        # Odd values found no failure, but what the statement speaks of is not there to be examined.
        raise Blocked(f"there is no OpenAPI document to generate from (DOC-001); {len(trials)} verbs met no 5xx")
    # The last exchanges tell the fuzzer what is there: every verb once more, now that all of them were hunted.
    rehearse(trials)
    fuzzer = DocumentFuzzer(roomy, examine, document, customer)
    fuzzer.observe(roomy.recorder.exchanges)
    fuzzer.fuzz(generating.result(), run.random("VAL-014/document"))
    total, missing = len(fuzzer.successes), fuzzer.missing
    examine.progress(total - len(missing), total, missing)
    examine.cover("operations with a 2xx while fuzzed", total - len(missing), total, missing)
    examine.note(f"{fuzzer.sent} requests to {total} operations of the current version's document.")


def _fuzz_verbs(examine: Examination, run: RunState, trials: Sequence[VerbTrial]) -> None:
    most = MUTATIONS_QUICK if run.quick else MUTATIONS

    def fuzz_lane(lane: str) -> int:
        chance = run.random(f"VAL-014/{lane}")
        return sum(
            fuzz_verb(examine, trial, lambda mutations: _choose(mutations, most, chance))
            for trial in trials
            if trial.lane == lane
        )

    sent = sum(at_once([partial(fuzz_lane, lane) for lane in sorted({trial.lane for trial in trials})]))
    examine.cover("verbs with an odd value in every place", len(trials), len(trials))
    examine.note(f"{sent} odd requests by {len(trials)} verbs.")


def _choose(mutations: Sequence[Mutation], most: int, chance: Random) -> list[Mutation]:
    chosen = []
    for place in dict.fromkeys(one.place for one in mutations):
        here = [one for one in mutations if one.place == place]
        chosen += chance.sample(here, min(most, len(here)))
    return chosen
