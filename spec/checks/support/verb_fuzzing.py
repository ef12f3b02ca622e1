"""The hunt for failures of the target that needs no document: the verbs' own requests, one value at a time odd."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from spec.checking.examination import Examination
from spec.checking.outcomes import Undecided
from spec.checks.support.field_mutations import Mutation, list_mutations
from spec.surface.verb_trials import Attempt, VerbTrial
from spec.target.answer_kinds import AnswerKind
from spec.target.exchange import Exchange
from spec.target.visitor import PreparationFailed

Choice: TypeAlias = Callable[[Sequence[Mutation]], Iterable[Mutation]]


def fuzz_verb(examine: Examination, trial: VerbTrial, choose: Choice) -> int:
    """Walk the verb as it is right, then send its own request with each chosen mutation. Returns the number sent.

    The right walk is the twin: PreparationFailed is raised where it does not succeed, so that no verb counts as tried
    whose every request is refused for another reason. Raises Violation at the first 5xx, and Undecided where a limit
    of the target refuses the requests.
    """
    attempt = trial.prepare()
    attempt.visitor.must(attempt.verb)
    attempt = trial.prepare()
    own = attempt.visitor.prepared(attempt.verb).request
    sent = 0
    for mutation in choose(list(list_mutations(own, attempt.ids))):
        exchange = _send(attempt, mutation)
        sent += 1
        examine.no_server_error(exchange, mutation.described)
        kind = attempt.visitor.settle(exchange)
        if kind is AnswerKind.BUDGET:
            raise Undecided(f"a limit of the target refused {exchange.summary} after {sent} odd requests: {trial.name}")
        if kind is AnswerKind.DONE:
            # It has had its effect, so the next one starts from things of its own.
            attempt = _prepare_again(examine, trial, mutation)
    return sent


def _send(attempt: Attempt, mutation: Mutation) -> Exchange:
    return attempt.visitor.prepared(attempt.verb.changed(mutation.change)).send_own()


def _prepare_again(examine: Examination, trial: VerbTrial, mutation: Mutation) -> Attempt:
    try:
        return trial.prepare()
    except PreparationFailed as failed:
        # What was right before the odd request and fails after it is what that request has done.
        examine.no_server_error(failed.exchange, f"what a request of {trial.name} left behind: {mutation.described}")
        raise
