"""Making evidence: naming content by its digest, in the results or beside them. Redact before calling."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from reports.results.model import Evidence

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

EVIDENCE_FOLDER = "evidence"


def inline_evidence(
    text: str, *, kind: str, media_type: str = "text/plain", redactions: Iterable[str] = ()
) -> Evidence:
    """Return evidence that carries its text in `results.json`; the digest and size are those of its UTF-8 form.

    Lone surrogates, which no UTF-8 file can hold, are replaced first.
    """
    content = text.encode(errors="replace")
    return Evidence(
        sha256=sha256(content).hexdigest(),
        kind=kind,
        media_type=media_type,
        bytes=len(content),
        inline=content.decode(),
        redactions=list(redactions),
    )


def store_evidence(
    run_folder: Path, content: bytes, *, kind: str, media_type: str, redactions: Iterable[str] = ()
) -> Evidence:
    """Write `content` to `evidence/<digest>` below `run_folder` and return the evidence that points at it.

    The same content is stored once.
    """
    digest = sha256(content).hexdigest()
    path = run_folder / EVIDENCE_FOLDER / digest
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return Evidence(
        sha256=digest,
        kind=kind,
        media_type=media_type,
        bytes=len(content),
        path=f"{EVIDENCE_FOLDER}/{digest}",
        redactions=list(redactions),
    )
