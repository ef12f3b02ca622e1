"""`python -m spec profile`: check a profile and say what it grants here, or write the reference of all profiles."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from reports.exit_codes import ExitCode
from reports.results import write_atomically
from spec.catalogue import Catalogue, CatalogueError, Need, load_catalogue
from spec.target.adapters import AdapterError, load_adapter
from spec.target.profile.adapter_table import VariableMissing, fill_in, read_customers
from spec.target.profile.profile_model import ProfileError
from spec.target.profile.profile_reading import read_profile
from spec.target.profile.profile_reference import profile_schema, reference_tables, with_reference
from spec.target.profile.verb_reference import verb_tables
from spec.target.verbs import VERBS
from spec.target.window_opening import profile_options

DOCS: Final = Path(__file__).resolve().parents[3] / "docs"


def main(arguments: Sequence[str]) -> int:
    """Check the profile that is named; with --write, write the reference."""
    parser = argparse.ArgumentParser(prog="python -m spec profile", description="Check a profile.", allow_abbrev=False)
    parser.add_argument("profile", nargs="?", type=Path, metavar="FILE", help="the profile to check")
    parser.add_argument(
        "--write", action="store_true", help="write the reference in docs/profiles.md and the JSON Schema"
    )
    given = parser.parse_args(arguments)
    if given.profile is None and not given.write:
        parser.error("name a profile, or say --write")
    try:
        catalogue = load_catalogue()
        if given.write:
            write_reference(catalogue)
        if given.profile is not None:
            _check(given.profile, catalogue)
    except (CatalogueError, ProfileError) as error:
        print(f"profile: {error}", file=sys.stderr)  # noqa: T201 - the command line's own voice
        return ExitCode.WRONG_USE
    return ExitCode.MET


def write_reference(catalogue: Catalogue) -> None:
    """Write the tables into the pages on profiles and adapters, and the JSON Schema beside them."""
    for name, reference in (("profiles.md", reference_tables()), ("writing-an-adapter.md", verb_tables())):
        page = DOCS / name
        write_atomically(page, with_reference(page.read_text(encoding="utf-8"), reference).encode())
    write_atomically(DOCS / "schemas" / "profile.schema.json", profile_schema(catalogue).encode())


def _check(path: Path, catalogue: Catalogue) -> None:
    profile = read_profile(path, catalogue)
    try:
        adapter = fill_in(profile.adapter, profile.statuses, os.environ)
        list(read_customers(profile.accounts, os.environ))
        profile_options(profile, os.environ)
        verbs = load_adapter(adapter.module, adapter.context)
    except (AdapterError, VariableMissing) as error:
        raise ProfileError(f"{path}: {error}") from error
    print(f"{path}: {profile.name}, as profiles have to be")  # noqa: T201 - what the command is asked for
    for need in Need:
        grant = profile.grants(need)
        print(f"  {need:<10}{grant.answer}: {grant.sentence}")  # noqa: T201
    lacking = [name for name in VERBS if not verbs.offers(name)]
    beside = f", and not {', '.join(lacking)}" if lacking else ""
    print(f"  offers {len(VERBS) - len(lacking)} of {len(VERBS)} verbs{beside}")  # noqa: T201
