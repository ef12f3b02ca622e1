"""Results of one run: the model, its JSON file and its checksums. The only contract between running and reporting.

    write_results(results, run_folder / "results.json")   # validated, atomic, with SHA256SUMS beside it
    results = read_results(run_folder / "results.json")   # validated the same way

A run writes what it has found also where something went wrong: `write_results(salvage_results(results), path)`.

Results are raw: they hold what was seen and how the run ended, never what a waiver or a date makes of it.
"""

from reports.results.checksums import SUMS_NAME, find_tampering, write_sums
from reports.results.coherence import find_contradictions
from reports.results.evidence import find_altered_evidence, inline_evidence, read_evidence, store_evidence
from reports.results.files import RESULTS_NAME, encode_results, read_results, render_schema, write_results
from reports.results.json_values import Level, Operator, ReasonCode
from reports.results.results_model import (
    SCHEMA_VERSION,
    CatalogueStamp,
    CheckResult,
    Coverage,
    Ended,
    Evidence,
    FaultSeen,
    Harness,
    Host,
    Metric,
    PointsSeen,
    Previous,
    RequirementResult,
    Results,
    ResultsError,
    Run,
    SpanPoints,
    TamperingError,
    Target,
    VerdictCounts,
)
from reports.results.salvage import salvage_results
from reports.results.tally import tally
from reports.results.whole_files import digest_of, write_atomically

__all__ = [
    "RESULTS_NAME",
    "SCHEMA_VERSION",
    "SUMS_NAME",
    "CatalogueStamp",
    "CheckResult",
    "Coverage",
    "Ended",
    "Evidence",
    "FaultSeen",
    "Harness",
    "Host",
    "Level",
    "Metric",
    "Operator",
    "PointsSeen",
    "Previous",
    "ReasonCode",
    "RequirementResult",
    "Results",
    "ResultsError",
    "Run",
    "SpanPoints",
    "TamperingError",
    "Target",
    "VerdictCounts",
    "digest_of",
    "encode_results",
    "find_altered_evidence",
    "find_contradictions",
    "find_tampering",
    "inline_evidence",
    "read_evidence",
    "read_results",
    "render_schema",
    "salvage_results",
    "store_evidence",
    "tally",
    "write_atomically",
    "write_results",
    "write_sums",
]
