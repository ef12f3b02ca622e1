"""Results of one run: the model, its JSON file and its checksums. The only contract between running and reporting.

    write_results(results, run_folder / "results.json")   # validated, atomic, with SHA256SUMS beside it
    results = read_results(run_folder / "results.json")   # validated the same way

A run that has found something writes it whatever else went wrong: `write_results(salvage_results(results), path)`.

Results are raw: what was seen and how the run ended, never what a waiver or a date makes of it.
"""

from reports.results.checksums import SUMS_NAME, digest_of, find_tampering
from reports.results.coherence import find_contradictions
from reports.results.errors import ResultsError
from reports.results.evidence import inline_evidence, store_evidence
from reports.results.files import (
    SCHEMA_VERSION,
    encode_results,
    read_results,
    write_atomically,
    write_results,
    write_sums,
)
from reports.results.model import (
    CatalogueStamp,
    CheckResult,
    Coverage,
    Ended,
    Evidence,
    FaultSeen,
    Harness,
    Host,
    Level,
    Metric,
    Operator,
    Previous,
    ReasonCode,
    RequirementResult,
    Results,
    Run,
    Target,
    VerdictCounts,
)
from reports.results.salvage import salvage_results
from reports.results.tally import tally

__all__ = [
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
    "Previous",
    "ReasonCode",
    "RequirementResult",
    "Results",
    "ResultsError",
    "Run",
    "Target",
    "VerdictCounts",
    "digest_of",
    "encode_results",
    "find_contradictions",
    "find_tampering",
    "inline_evidence",
    "read_results",
    "salvage_results",
    "store_evidence",
    "tally",
    "write_atomically",
    "write_results",
    "write_sums",
]
