"""Evidence as the report shows it: as text or picture, once, where it was first named."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from reports.results import read_evidence
from reports.verdicts import Verdict

if TYPE_CHECKING:
    from pathlib import Path

    from reports.results import Evidence, RequirementResult, Results

INLINE_LIMIT: Final = 64 * 1024
"""Bytes of one piece of evidence that the page shows as text; of that of a failure it shows sixteen times as many."""

_FAILURE_LIMIT: Final = 16 * INLINE_LIMIT

PICTURE_LIMIT: Final = 1024 * 1024
"""Bytes of a picture that the page holds."""

PICTURES_LIMIT: Final = 12 * PICTURE_LIMIT
"""Bytes of all pictures that the page holds; those of the worst verdicts come first."""

_TEXTUAL: Final = ("application/json", "application/http", "application/xml", "application/x-ndjson", "message/")

_PICTURE: Final = "image/png"
"""The one media type that the page embeds: no markup, and nothing that a browser would run."""


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One piece of evidence as far as it is shown, and its place: with which check of which requirement.

    `text` and `picture`, a data: URI, are None where the page does not hold it.
    """

    evidence: Evidence
    home: str
    position: int
    text: str | None = None
    cut: bool = False
    picture: str | None = None


def is_textual(media_type: str) -> bool:
    """Say whether evidence of this media type can be read as text."""
    bare = _bare(media_type)
    return bare.startswith(("text/", *_TEXTUAL)) or bare.endswith(("+json", "+xml"))


def is_picture(evidence: Evidence) -> bool:
    """Say whether evidence can be shown as a picture."""
    return _bare(evidence.media_type) == _PICTURE and evidence.path is not None


def collect_exhibits(results: Results, run_folder: Path) -> dict[str, Exhibit]:
    """Return an exhibit for each piece of evidence that a check names, by digest.

    Files are read from `run_folder`. Raises TamperingError where one of them is not what the results say, OSError where
    it cannot be read.
    """
    by_digest = {evidence.sha256: evidence for evidence in results.evidence}
    exhibits: dict[str, Exhibit] = {}
    room = PICTURES_LIMIT
    for digest, (requirement, position) in _find_homes(results):
        evidence = by_digest[digest]
        if is_picture(evidence) and evidence.bytes <= min(room, PICTURE_LIMIT):
            picture = f"data:{_PICTURE};base64,{b64encode(read_evidence(run_folder, evidence)).decode()}"
            exhibits[digest] = Exhibit(evidence, requirement.id, position, picture=picture)
            room -= evidence.bytes
        elif is_textual(evidence.media_type) or evidence.inline is not None:
            content = read_evidence(run_folder, evidence)
            limit = _FAILURE_LIMIT if requirement.verdict is Verdict.FAIL else INLINE_LIMIT
            text = content[:limit].decode(errors="replace")
            exhibits[digest] = Exhibit(evidence, requirement.id, position, text, cut=len(content) > limit)
        else:
            exhibits[digest] = Exhibit(evidence, requirement.id, position)
    return exhibits


def _find_homes(results: Results) -> list[tuple[str, tuple[RequirementResult, int]]]:
    """Return each digest with the first check that names it, worst requirements first."""
    homes: dict[str, tuple[RequirementResult, int]] = {}
    for requirement in results.requirements:
        for position, check in enumerate(requirement.checks):
            for digest in check.evidence:
                homes.setdefault(digest, (requirement, position))
    return sorted(homes.items(), key=lambda item: item[1][0].verdict.rank)


def _bare(media_type: str) -> str:
    return media_type.partition(";")[0].strip().lower()
