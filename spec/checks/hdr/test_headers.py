"""HDR: headers that a browser needs on every answer, the refused ones included."""

from __future__ import annotations

from spec.checking.examination import Examination, verifies
from spec.checking.outcomes import Outcome
from spec.checks.support.provoked_answers import provoke_all
from spec.target.shop import Shop


@verifies("HDR-001")
def test_every_kind_of_answer_forbids_content_sniffing(target: Shop, examine: Examination) -> None:
    """X-Content-Type-Options is nosniff, once, on an answer of each kind that the target has.

    These are: a success, a stranger refused, an unknown path below the base of the API and outside it, a method that is
    not supported, a broken body, a page and a probe where they are offered, and a budget that is spent. A target that
    never refuses for want of a budget has no such answer; to have a limit is another requirement's business.
    """
    answers = list(provoke_all(target))
    for answer in answers:
        response = answer.exchange.response
        values = response.headers.get_all("X-Content-Type-Options") if response else ()
        examine.that(
            [value.strip().lower() for value in values] == ["nosniff"],
            Outcome.HEADER_WRONG if values else Outcome.HEADER_MISSING,
            f"X-Content-Type-Options: nosniff on the answer of kind {answer.kind}",
            saw=answer,
            observed=f"{', '.join(values) or 'none'} on {answer.exchange.summary}",
        )
    absent = [answer.kind for answer in answers if answer.absent]
    there = [answer for answer in answers if not answer.absent]
    missing = [f"{answer.kind}: {answer.exchange.summary}" for answer in there if not answer.seen]
    examine.progress(len(there) - len(missing), len(there), missing)
    if absent:
        examine.note(f"The target has no answer of the kind: {', '.join(absent)}.")
