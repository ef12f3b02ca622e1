"""`python -m spec catalogue`: list the catalogue as a table or as JSON, or write its pages and schemas.

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
from spec.catalogue.catalogue_reading import REQUIREMENTS_FOLDER, CatalogueError, load_catalogue
from spec.catalogue.generated_files import write_generated_files
from spec.catalogue.listing import as_table


def main(arguments: Sequence[str]) -> int:
    """List the catalogue, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m spec catalogue", description="List the catalogue of requirements.")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="everything, for machines")
    form.add_argument(
        "--write", action="store_true", help="write docs/requirements.md, docs/requirements/ and docs/schemas/ too"
    )
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
        return ExitCode.MET
    if options.write:
        write_generated_files(catalogue)
    Console().print(as_table(catalogue))
    return ExitCode.MET
