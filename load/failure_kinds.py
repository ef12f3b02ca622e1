"""Name the kinds of failure of a load, each with one sentence, so that a reader sees what was wrong and not only where.

A kind is an operation and an outcome; the sentence is the first that was said of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from load.load_figures import Count
from load.samples import RequestOutcome, Sample
from reports.strict_model import StrictModel
from spec.target.redaction import redact_text

_LONGEST: Final = 300
"""Characters of a sentence; the text of an answer may be as long as its sender likes."""


class FailureKind(StrictModel):
    """The requests of one operation that failed in one way."""

    operation: str
    outcome: RequestOutcome
    count: Count
    sentence: str
    """The first sentence that was said of one, without secrets, and cut where it is long."""

    def __str__(self) -> str:
        said = "" if self.sentence == self.outcome.value else f" ({self.sentence})"
        return f"{self.count} x {self.operation}: {self.outcome.value}{said}"


def sum_up_failures(
    measured: Iterable[Sample],
    operations: Sequence[str],
    sentences: Mapping[tuple[int, RequestOutcome], str],
    secrets: Iterable[str],
) -> tuple[FailureKind, ...]:
    """Sum up the failures among the measured samples, the commonest kind first."""
    known = frozenset(secrets)
    kinds = Counter((sample.operation, sample.outcome) for sample in measured if not sample.ok)
    return tuple(
        FailureKind(
            operation=operations[number],
            outcome=outcome,
            count=count,
            sentence=_cut(redact_text(sentences.get((number, outcome)) or outcome.value, known).text),
        )
        for (number, outcome), count in kinds.most_common()
    )


def _cut(sentence: str) -> str:
    return sentence if len(sentence) <= _LONGEST else f"{sentence[:_LONGEST]}…"
