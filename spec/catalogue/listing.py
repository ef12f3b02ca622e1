"""The catalogue on a terminal: one row a requirement, and how many there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.table import Table

if TYPE_CHECKING:
    from spec.catalogue.entries import Catalogue


def count_sentence(catalogue: Catalogue) -> str:
    """Say how many requirements there are, of which level, and how many have no check yet."""
    requirements = catalogue.requirements
    levels = ", ".join(
        f"{count} {level}"
        for level in ("MUST", "SHOULD", "MAY")
        if (count := sum(requirement.level == level for requirement in requirements))
    )
    unchecked = sum(bool(requirement.unchecked) for requirement in requirements)
    checked = len(requirements) - unchecked
    return f"{len(requirements)} requirements ({levels}); {checked} are checked, {unchecked} have no check yet."


def as_table(catalogue: Catalogue) -> Table:
    """List each requirement with its id, level, title and needs, and tell if it is checked."""
    table = Table(box=box.SIMPLE_HEAD, caption=count_sentence(catalogue), caption_justify="left")
    table.add_column("Id", no_wrap=True)
    table.add_column("Level", no_wrap=True)
    table.add_column("Requirement")
    table.add_column("Needs")
    table.add_column("Check", no_wrap=True)
    for chapter in catalogue.chapters:
        for requirement in chapter.requirements:
            needs = " ".join(requirement.needs)
            check = requirement.unchecked or "checked"
            table.add_row(requirement.id, requirement.level, requirement.title, needs, check)
        table.add_section()
    return table
