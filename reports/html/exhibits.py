"""Evidence as the report shows it: as text, once, where it was first named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports.verdicts import Verdict

if TYPE_CHECKING:
    from pathlib import Path

    from reports.results import Evidence, RequirementResult, Results

INLINE_LIMIT = 64 * 1024
"""Bytes of one piece of evidence that the page shows; of evidence of a failure it shows sixteen times as many."""

_FAILURE_LIMIT = 16 * INLINE_LIMIT

_TEXTUAL = ("application/json", "application/http", "application/xml", "application/x-ndjson", "message/")


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One piece of evidence: its text as far as it is shown, and where: with which check of which requirement."""

    evidence: Evidence
    home: str
    position: int
    text: str | None
    cut: bool


def is_textual(media_type: str) -> bool:
    """Say whether evidence of this media type can be read as text."""
    bare = media_type.partition(";")[0].strip().lower()
    return bare.startswith(("text/", *_TEXTUAL)) or bare.endswith(("+json", "+xml"))


def collect_exhibits(results: Results, run_folder: Path) -> dict[str, Exhibit]:
    """Return an exhibit for each piece of evidence that a check names, by digest.

    Files are read from `run_folder`. Raises OSError where one of them cannot be read.
    """
    by_digest = {evidence.sha256: evidence for evidence in results.evidence}
    homes: dict[str, tuple[RequirementResult, int]] = {}
    for requirement in results.requirements:
        for position, check in enumerate(requirement.checks):
            for digest in check.evidence:
                homes.setdefault(digest, (requirement, position))
    return {
        digest: _exhibit(by_digest[digest], requirement, position, run_folder)
        for digest, (requirement, position) in homes.items()
    }


def _exhibit(evidence: Evidence, home: RequirementResult, position: int, run_folder: Path) -> Exhibit:
    limit = _FAILURE_LIMIT if home.verdict is Verdict.FAIL else INLINE_LIMIT
    if evidence.inline is not None:
        content = evidence.inline.encode(errors="surrogatepass")
    elif evidence.path is not None and is_textual(evidence.media_type):
        content = (run_folder / evidence.path).read_bytes()
    else:
        return Exhibit(evidence, home.id, position, None, cut=False)
    text = content[:limit].decode(errors="replace")
    return Exhibit(evidence, home.id, position, text, cut=len(content) > limit)
