"""Files as wholes: written in one step or not at all, and named by the digest of all of their content."""

from __future__ import annotations

import os
import tempfile
from hashlib import sha256
from pathlib import Path


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hex."""
    return sha256(path.read_bytes()).hexdigest()


def find_way_out(folder: Path, relative_path: str) -> str | None:
    """Say in a sentence that a path below a folder is, or passes, a link to somewhere else; None where it does not."""
    stays = (folder / relative_path).resolve().is_relative_to(folder.resolve())
    return None if stays else f"{relative_path} is a link that leads out of the run's folder."


def write_atomically(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Write a file so that a reader, or a power cut, finds the old content or the new, never a part.

    Its permissions are `mode` from the first moment that it has its name.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(mode)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
