"""The OpenAPI document that the example-answering null speaks from, made by the reference shop itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from spec.run.run_folder import PROJECT

DOCUMENT_SECONDS: Final = 60


def shop_document() -> dict[str, object]:
    """The document of the current version, generated without starting the shop."""
    with tempfile.TemporaryDirectory(prefix="shopspec-document-") as folder:
        path = Path(folder) / "openapi.json"
        command = [
            sys.executable, "-m", "reference_app.manage", "spectacular", "--api-version", "v2",
            "--format", "openapi-json", "--file", str(path),
        ]  # fmt: skip
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "reference_app.settings.development"}
        subprocess.run(command, cwd=PROJECT, env=environment, check=True, capture_output=True, timeout=DOCUMENT_SECONDS)
        return dict(json.loads(path.read_text(encoding="utf-8")))
