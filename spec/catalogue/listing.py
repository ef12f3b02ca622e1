"""The catalogue for people: a table for the terminal, and the page ``docs/requirements.md``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from spec.catalogue.entries import Catalogue, Chapter, Requirement

SCHEME_NAMES = {
    "rfc": "",
    "asvs": "OWASP ASVS",
    "owasp_api": "OWASP API Security",
    "cwe": "",
    "nist": "NIST SP 800-53",
    "other": "",
}


def count_sentence(catalogue: Catalogue) -> str:
    """How many requirements there are, of which level, and how many have no check yet."""
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
    """One row a requirement: id, level, title, needs, and whether it is checked."""
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


def as_markdown(catalogue: Catalogue) -> str:
    """The page ``docs/requirements.md``: every chapter and every requirement in full, ready for reading and linking."""
    return "\n".join(_page(catalogue)) + "\n"


def _page(catalogue: Catalogue) -> Iterator[str]:
    yield "# The requirements"
    yield ""
    yield "<!-- Generated from spec/requirements by `nox -s catalogue`; edit those instead. -->"
    yield ""
    yield f"Version {catalogue.version}: {count_sentence(catalogue)}"
    yield ""
    yield "Only a MUST decides the gate. A refusal counts only after its *twin*, the same request without the offending"
    yield "part, has been seen to succeed. Where a target does not grant what a requirement needs, it is *not tested*."
    yield ""
    yield "| chapter | about | requirements | checked |"
    yield "|---|---|---:|---:|"
    for chapter in catalogue.chapters:
        checked = sum(not requirement.unchecked for requirement in chapter.requirements)
        link = f"[{chapter.id}](#{chapter.id.lower()})"
        yield f"| {link} | {chapter.title} | {len(chapter.requirements)} | {checked} |"
    for chapter in catalogue.chapters:
        yield from _chapter(chapter)
    yield ""
    yield "## Policies"
    yield ""
    yield "What a target may choose, it declares in its profile; it is judged by that, and the report prints it."
    yield ""
    yield "| policy | meaning | declared as |"
    yield "|---|---|---|"
    for policy in catalogue.policies.values():
        yield f"| `{policy.name}` | {_escape(policy.meaning)} | {_escape(policy.right)} |"
    yield ""
    yield "## Settings"
    yield ""
    yield "What checks change when they start a target anew. A profile maps each to the target's environment variable."
    yield ""
    yield "| setting | value |"
    yield "|---|---|"
    for name, meaning in catalogue.settings.items():
        yield f"| `{name}` | {_escape(meaning)} |"


def _chapter(chapter: Chapter) -> Iterator[str]:
    yield ""
    yield f'<a id="{chapter.id.lower()}"></a>'
    yield ""
    yield f"## {chapter.id} · {chapter.title}"
    yield ""
    yield chapter.why
    for requirement in chapter.requirements:
        yield from _requirement(requirement)


def _requirement(requirement: Requirement) -> Iterator[str]:
    yield ""
    yield f'<a id="{requirement.id.lower()}"></a>'
    yield ""
    yield f"### {requirement.id} · {requirement.title}"
    yield ""
    yield f"**{requirement.level}** · {_escape(requirement.statement)}"
    yield ""
    yield _escape(requirement.rationale)
    yield ""
    if requirement.metric:
        yield f"- Limit: {_escape(requirement.metric.title)}, {_escape(str(requirement.metric))}"
    yield f"- Twin: {_escape(requirement.twin)}"
    yield f"- Likely fix: {_escape(requirement.likely_fix)}"
    if requirement.needs or requirement.needs_when:
        yield f"- Needs: {_needs(requirement)}"
    if requirement.policies:
        yield f"- Judged by the declared {', '.join(f'`{policy}`' for policy in requirement.policies)}"
    yield f"- Impact: {requirement.impact}; from: {', '.join(requirement.source)}"
    if requirement.references:
        yield f"- References: {_references(requirement.references)}"
    if requirement.note:
        yield f"- Note: {_escape(requirement.note)}"
    if requirement.unchecked:
        yield f"- *{requirement.unchecked.capitalize()}.*"


def _needs(requirement: Requirement) -> str:
    always = [need.value for need in requirement.needs]
    return ", ".join(always + [f"{need.value} ({condition})" for need, condition in requirement.needs_when.items()])


def _references(references: Mapping[str, tuple[str, ...]]) -> str:
    return "; ".join(f"{SCHEME_NAMES[scheme]} {', '.join(ids)}".strip() for scheme, ids in references.items() if ids)


def _escape(text: str) -> str:
    """The text as Markdown that shows it as it is."""
    for character in ("\\", "*", "_", "|", "<"):
        text = text.replace(character, f"\\{character}")
    return text
