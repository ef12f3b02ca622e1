"""Which code runs: the commit of the shop's working tree."""

import subprocess
from pathlib import Path

GIT_SECONDS = 5.0


def find_commit(folder: Path) -> str | None:
    """The full commit id, with ``-dirty`` behind it when files differ from it; None outside a repository."""
    command = [
        "git",
        "--no-optional-locks",
        "-C",
        str(folder),
        "describe",
        "--always",
        "--abbrev=40",
        "--dirty",
        "--exclude=*",
    ]
    try:
        answer = subprocess.run(command, check=True, capture_output=True, text=True, timeout=GIT_SECONDS)
    except (OSError, subprocess.SubprocessError):
        return None
    return answer.stdout.strip()
