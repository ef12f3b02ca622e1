"""MON-001: metrics that a Prometheus server can read and that keep to its conventions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from prometheus_client.metrics_core import Metric as MetricFamily

from spec.checking.examination import Examination, verifies
from spec.checking.outcomes import Outcome
from spec.checks.support.prometheus_lint import find_problems, read_families
from spec.target.shop import Shop

REQUESTS: Final = 3
MEDIA_TYPES: Final = ("text/plain", "application/openmetrics-text")


@verifies("MON-001")
def test_metrics_are_in_the_prometheus_text_format_and_pass_its_linter(target: Shop, examine: Examination) -> None:
    """The metrics are scraped before and after a few requests, parsed as the Prometheus text format, and linted.

    The rules are those of `promtool check metrics`: help and type for each metric, names and units by convention. The
    twin: a counter rises by the requests that were made in between.
    """
    visitor, metrics = target.visitor(), target.windows.metrics
    before = metrics.scrape()
    for _ in range(REQUESTS):
        visitor.must(target.verbs.list_categories())
    scrape = metrics.scrape()
    examine.that(scrape.succeeded, Outcome.WRONG_STATUS, "metrics at the declared address", saw=scrape)
    examine.that(
        scrape.media_type.partition(";")[0].strip().lower() in MEDIA_TYPES,
        Outcome.FORMAT_WRONG,
        f"the media type of the text format: {' or '.join(MEDIA_TYPES)}",
        saw=scrape,
        observed=scrape.media_type or "none",
    )
    families, error = read_families(scrape.text)
    examine.that(error is None, Outcome.FORMAT_WRONG, "the Prometheus text format", saw=scrape, observed=error)
    examine.that(bool(families), Outcome.FORMAT_WRONG, "at least one metric", saw=scrape, observed="none")
    earlier, _ = read_families(before.text)
    risen = max((now - then for now, then in _counters(earlier, families)), default=0.0)
    examine.require(
        risen >= REQUESTS,
        f"no counter rose with {REQUESTS} requests, so nothing shows that these metrics are the shop's: of "
        f"{len(families)} the one that rose most rose by {risen:g}",
    )
    problems = find_problems(scrape.text, families)
    examine.that(
        not problems,
        Outcome.FORMAT_WRONG,
        "no objection of the linter",
        saw=scrape,
        observed="; ".join(problems[:5]),
    )
    examine.progress(len(families), len(families))
    examine.note(f"{len(families)} metrics were read and linted.")


def _counters(earlier: Sequence[MetricFamily], now: Sequence[MetricFamily]) -> Iterator[tuple[float, float]]:
    """Yield each sample of a counter now and as it was; one that was not there began at zero."""
    was = {(one.name, *sorted(one.labels.items())): one.value for family in earlier for one in family.samples}
    for family in now:
        if family.type == "counter":
            for sample in family.samples:
                yield sample.value, was.get((sample.name, *sorted(sample.labels.items())), 0.0)
