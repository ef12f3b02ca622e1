"""`python -m spec catalogue`: lists the catalogue as a table, as JSON or as the page ``docs/requirements.md``.

Exit codes: 0 listed, 2 the catalogue is not valid (one sentence on standard error says where).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from reports.exit_codes import ExitCode
from reports.results import write_atomically
from spec.catalogue.catalogue_reading import REQUIREMENTS_FOLDER, load_catalogue
from spec.catalogue.fields import CatalogueError
from spec.catalogue.listing import as_markdown, as_table

PAGE = Path(__file__).resolve().parents[2] / "docs" / "requirements.md"


def main(arguments: Sequence[str]) -> int:
    """List the catalogue; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m spec catalogue", description="List the catalogue of requirements.")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="everything, for machines")
    form.add_argument("--markdown", action="store_true", help="the page docs/requirements.md")
    form.add_argument("--write", action="store_true", help="write that page, and list the catalogue")
    parser.add_argument(
        "--folder", type=Path, default=REQUIREMENTS_FOLDER, help="another catalogue than the project's own"
    )
    options = parser.parse_args(arguments)
    try:
        catalogue = load_catalogue(options.folder)
    except CatalogueError as error:
        sys.stderr.write(f"{error}\n")
        return ExitCode.WRONG_USE
    if options.json:
        sys.stdout.write(
            json.dumps({**catalogue.as_json(), "sha256": catalogue.sha256}, indent=2, ensure_ascii=False) + "\n"
        )
    elif options.markdown:
        sys.stdout.write(as_markdown(catalogue))
    else:
        if options.write:
            write_atomically(PAGE, as_markdown(catalogue).encode())
        Console().print(as_table(catalogue))
    return ExitCode.MET
