"""Results of an invented run with everything a report has to show: all verdicts, long texts, hostile answers."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from reports.results import Coverage, Previous
from tests.reports.samples import make_results, with_requirements
from tests.reports.showcase.evidence import HISTORY, HOSTILE, LEAK, OVERSOLD, OVERSOLD_AGAIN
from tests.reports.showcase.metrics import ERRORS, METRICS, P95
from tests.reports.showcase.requirements import make_failing, make_met, make_undecided

if TYPE_CHECKING:
    from reports.results import Evidence, Results

__all__ = ["ERRORS", "HOSTILE", "LEAK", "OVERSOLD", "OVERSOLD_AGAIN", "P95", "make_showcase"]


def make_showcase() -> Results:
    """Coherent results with every verdict, every reason, metrics of every kind and hostile evidence."""
    by_id = {item.id: item for item in chain(make_met(), make_undecided(), make_failing())}
    chapters = ["FLOW", "RATE", "HDR", "VAL", "TOK", "SHOP", "CACHE", "HLTH", "LOG", "CTR", "REL", "PERF", "AVL"]
    ordered = sorted(by_id.values(), key=lambda item: (chapters.index(item.chapter), item.id))
    results = with_requirements(make_results(), ordered)
    evidence: list[Evidence] = [OVERSOLD, LEAK, HISTORY]
    return results.changed(
        run=results.run.changed(
            command="nox -s gate -- --seed 20261123", previous=Previous(id="20261122T1800Z", sha256="e" * 64)
        ),
        target=results.target.changed(
            identity={"commit": "9f2c1e07d4b8a6c35210fe9d8c7b6a5f4e3d2c1b", "settings_sha256": "5" * 64},
            claims=["everything except CTR"],
            windows=["admin", "https", "start", "db", "cache", "logs"],
            policies={"throttle window": "sliding, in any 60 s", "refresh grace": "10 s", "unknown fields": "refused"},
            effects=["reads", "writes", "signs in", "loads"],
        ),
        metrics=METRICS,
        evidence=evidence,
        coverage=[
            Coverage(name="operations", done=41, total=42, missing=["DELETE /api/v2/categories/{category_id}"]),
            Coverage(name="writable fields x classes of wrong value", done=318, total=318, missing=[]),
            Coverage(
                name="roles x operations",
                done=117,
                total=126,
                missing=[f"staff × PATCH /api/v2/thing/{number}" for number in range(9)],
            ),
            Coverage(
                name="standards: OWASP API Security Top 10",
                done=7,
                total=10,
                missing=["API6:2023", "API7:2023", "API10:2023"],
            ),
        ],
        warnings=["The clock of the target is 1.8 s behind that of the harness."],
    )
