"""Everything that a null server needs to pass for a target: its profile, and the document that one answers from."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from spec.falsify import FalsifyError
from spec.falsify.project_graph import PROJECT

PROFILE: Final = Path(__file__).with_name("null_profile.toml")
PASSWORD_VARIABLE: Final = "NULL_STAFF_PASSWORD"  # noqa: S105 - the name of a variable
DOCUMENT_SECONDS: Final = 60


def write_null_profile(path: Path, base_url: str) -> Path:
    """Write the profile of a null that listens at this address."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(PROFILE.read_text(encoding="utf-8").replace("{base_url}", base_url), encoding="utf-8")
    return path


def make_shop_document() -> dict[str, object]:
    """Return the reference shop's OpenAPI document of the current version, made without starting the shop.

    Raises FalsifyError where the shop cannot make it.
    """
    with tempfile.TemporaryDirectory(prefix="shopspec-document-") as folder:
        path = Path(folder) / "openapi.json"
        command = [
            sys.executable, "-m", "reference_app.manage", "spectacular", "--api-version", "v2",
            "--format", "openapi-json", "--file", str(path),
        ]  # fmt: skip
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "reference_app.settings.development"}
        made = subprocess.run(
            command, cwd=PROJECT, env=environment, check=False, capture_output=True, text=True, timeout=DOCUMENT_SECONDS
        )
        if made.returncode != 0:
            last = made.stderr.strip().splitlines()[-1:]
            raise FalsifyError(f"the reference shop could not make its OpenAPI document: {' '.join(last)}")
        return dict(json.loads(path.read_text(encoding="utf-8")))
