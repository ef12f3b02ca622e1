"""HDR: headers that a browser needs on every answer, the refused ones included."""

from __future__ import annotations

from spec.checking.examination import Examination, verifies
from spec.checking.outcomes import Outcome
from spec.checks.support.answer_kinds import provoke_all
from spec.target.shop import Shop
from spec.target.visitor import Unanswered


@verifies("HDR-001")
def test_every_kind_of_answer_forbids_content_sniffing(target: Shop, examine: Examination) -> None:
    """X-Content-Type-Options is nosniff, once, on a 200, a 401, a 404, a 405, a 400, a 429, a page and a probe."""
    answers = list(provoke_all(target))
    for answer in answers:
        if answer.exchange.response is None:
            raise Unanswered(answer.exchange)
        values = answer.exchange.response.headers.get_all("X-Content-Type-Options")
        examine.that(
            [value.strip().lower() for value in values] == ["nosniff"],
            Outcome.HEADER_WRONG if values else Outcome.HEADER_MISSING,
            f"X-Content-Type-Options: nosniff on the answer of kind {answer.kind}",
            saw=answer,
            observed=f"{', '.join(values) or 'none'} on {answer.exchange.summary}",
        )
    missing = [f"{answer.kind}: {answer.exchange.summary}" for answer in answers if not answer.seen]
    examine.progress(len(answers) - len(missing), len(answers), missing)
