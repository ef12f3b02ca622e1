"""Making evidence and reading it again: content named by its digest, in the results or beside them.

Redact before calling.
"""

from __future__ import annotations

import mimetypes
from hashlib import sha256
from typing import TYPE_CHECKING

from reports.results.json_values import escape_surrogates
from reports.results.results_model import Evidence, TamperingError
from reports.results.whole_files import find_way_out, write_atomically

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

EVIDENCE_FOLDER = "evidence"


def inline_evidence(
    text: str, *, kind: str, media_type: str = "text/plain", summary: str = "", redactions: Iterable[str] = ()
) -> Evidence:
    """Return evidence that carries its text in `results.json`; the digest and size are those of its UTF-8 form.

    Lone surrogates, which no UTF-8 file can hold, are written out first.
    """
    shown = str(escape_surrogates(text))
    content = shown.encode()
    return Evidence(
        sha256=sha256(content).hexdigest(),
        kind=kind,
        summary=summary,
        media_type=media_type,
        bytes=len(content),
        inline=shown,
        redactions=list(redactions),
    )


def store_evidence(
    run_folder: Path, content: bytes, *, kind: str, media_type: str, summary: str = "", redactions: Iterable[str] = ()
) -> Evidence:
    """Write `content` to a file below `run_folder` and return the evidence that points at it.

    The file is named by its digest, so the same content is stored once; its ending is that of the media type.
    """
    digest = sha256(content).hexdigest()
    ending = mimetypes.guess_extension(media_type.partition(";")[0].strip()) or ""
    path = f"{EVIDENCE_FOLDER}/{digest}{ending}"
    write_atomically(run_folder / path, content)
    return Evidence(
        sha256=digest,
        kind=kind,
        summary=summary,
        media_type=media_type,
        bytes=len(content),
        path=path,
        redactions=list(redactions),
    )


def read_evidence(run_folder: Path, evidence: Evidence) -> bytes:
    """Return the content of a piece of evidence.

    Raises TamperingError where its file is missing, leads out of the run's folder or is not what its digest says,
    OSError where it cannot be read.
    """
    if evidence.path is None:
        return (evidence.inline or "").encode()
    if found := find_way_out(run_folder, evidence.path):
        raise TamperingError(found)
    try:
        content = (run_folder / evidence.path).read_bytes()
    except FileNotFoundError as error:
        raise TamperingError(f"{evidence.path} is missing.") from error
    if len(content) != evidence.bytes or sha256(content).hexdigest() != evidence.sha256:
        raise TamperingError(f"{evidence.path} is not what the results say.")
    return content


def find_altered_evidence(run_folder: Path, pieces: Iterable[Evidence]) -> list[str]:
    """Return one sentence for each evidence file that is missing or is not what the results say."""
    sentences: list[str] = []
    for evidence in pieces:
        try:
            read_evidence(run_folder, evidence)
        except TamperingError as error:
            sentences.append(str(error))
    return sentences
